import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import type { ServiceEvent } from '../../engine/service/hub.ts'
import { type Answer, createServed, ended, type Served, type ServedOptions } from './support.ts'

export const FLOW = `
flow: vendors
source: { connector: sage-intacct, entity: VENDOR }
map: { Vendor_Name: NAME, ERP_ID: VENDORID, Email: DISPLAYCONTACT.EMAIL1 }
sink:
  connector: zoho-crm
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
`

type Ended = Extract<ServiceEvent, { readonly is: 'ended' }>

/** A served workspace with one flow of its own, `vendors`, and an admin called anna who asks for things. */
export interface Work {
  readonly served: Served
  readonly token: string
  get<T>(path: string): Promise<T>
  post<T = JsonObject>(path: string, body?: unknown): Promise<Answer<T>>
  /** What the wish is accepted for: the next run that ends. */
  runOf(wish: () => Promise<{ readonly status: number; readonly text: string }>): Promise<Ended>
  run(body?: unknown): Promise<Ended>
}

export async function openWork(options: ServedOptions = {}): Promise<Work> {
  const served = await createServed({ use: [], files: { 'flows/vendors.yaml': FLOW }, ...options })
  const token = await served.token('admin', ['acme'], { name: 'anna' })
  const at = (path: string) => `/workspaces/acme${path}`
  const post: Work['post'] = (path, body = {}) => served.ask(at(path), { token, body })
  const runOf: Work['runOf'] = async wish => {
    const before = served.told.filter(ended('vendors')).length
    const answer = await wish()
    expect(answer.status, answer.text).to.equal(202)
    return served.until(
      (event): event is Ended =>
        ended('vendors')(event) && served.told.filter(ended('vendors')).indexOf(event) >= before,
    )
  }
  return {
    ...{ served, token, post, runOf },
    get: async path => (await served.ask<never>(at(path), { token })).body,
    run: body => runOf(() => post('/flows/vendors/run', body)),
  }
}

/** Of an answer that is an error. */
export function brief({ status, body }: Answer): readonly [number, unknown] {
  const error = body['error']
  return [status, typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined]
}
