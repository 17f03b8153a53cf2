import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { openWork, type Work } from './work.support.ts'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: JsonObject }
}
interface Operation {
  readonly summary: string
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: JsonObject }>> }>
  >
}

describe('the OpenAPI document', () => {
  let work: Work
  let document: Document
  const visited = new Set<string>()
  before(async () => {
    work = await openWork()
    await work.served.intacct.put('VENDOR', { VENDORID: 'LONG', NAME: 'x'.repeat(150), STATUS: 'active' })
    await work.served.intacct.put('VENDOR', { VENDORID: 'LONG2', NAME: 'x'.repeat(150), STATUS: 'active' })
    await work.run()
    document = (await work.served.ask<Document>('/openapi.json', { token: work.token })).body
  })
  after(() => work.served.close())

  /** Asks, and holds the answer against what the document says of this very route and status. */
  const visit = async (method: string, template: string, wish: { path?: string; body?: unknown } = {}) => {
    const { path = template, body } = wish
    visited.add(`${method} ${template}`)
    const headers = method === 'DELETE' && template === '/session' ? { origin: work.served.url } : {}
    const at = path.replace('{ws}', 'acme').replace('{flow}', 'vendors').replace('{name}', 'zoho')
    const answer = await work.served.ask(at, {
      method,
      token: work.token,
      headers,
      ...(body === undefined ? {} : { body }),
    })
    const operation = document.paths[`/api/v1${template}`]?.[method.toLowerCase()]
    const { status } = answer
    const said = operation?.responses[String(status)] ?? operation?.responses[`${String(status)[0]}XX`]
    if (!said) throw new Error(`${method} ${template} answered ${status}, which is not documented: ${answer.text}`)
    const schema = said.content?.['application/json']?.schema
    if (schema) expect(mistakesOf(document, schema, answer.body), `${method} ${template}`).to.deep.equal([])
    else expect(answer.text, `${method} ${template}`).to.equal('')
    return answer
  }

  it('says what every route answers, to the last field', async () => {
    const W = '/workspaces/{ws}'
    await visit('POST', '/session', { body: { token: work.token } })
    await visit('DELETE', '/session')
    for (const path of [
      '/me',
      '/workspaces',
      '/schemas/flow',
      '/schemas/workspace',
      W,
      `${W}/flows`,
      `${W}/flows/{flow}`,
    ])
      await visit('GET', path)
    const runs = (await visit('GET', `${W}/runs`)).body['runs'] as JsonObject[]
    await visit('GET', `${W}/runs/{id}`, { path: `${W}/runs/${runs[0]?.['id']}` })
    for (const path of ['/records', '/connections', '/actions', '/tokens', '/dead-letters'])
      await visit('GET', `${W}${path}`)
    const letters = (await visit('GET', `${W}/dead-letters`)).body['deadLetters'] as JsonObject[]
    const [first, second] = letters.map(it => String(it['id']))
    await visit('GET', `${W}/dead-letters/{id}`, { path: `${W}/dead-letters/${first}` })
    const key = (
      await work.get<{ records: { source: { key: string }; outcome: string }[] }>('/records?outcome=written')
    ).records[0]?.source.key
    for (const live of [false, true])
      await visit('GET', `${W}/lineage`, { path: `${W}/lineage?flow=vendors&key=${key}&live=${live}` })
    await visit('GET', `${W}/entities`, { path: `${W}/entities?connector=sage-intacct` })
    await visit('POST', `${W}/validate`, { body: { yaml: 'flow: x\nsource: 1\n' } })
    await visit('POST', `${W}/preview`, { body: { flow: 'vendors', limit: 3 } })
    await visit('POST', `${W}/preview`, { body: { flow: 'vendors', yaml: 'flow: [' } })
    await visit('POST', `${W}/flows/{flow}/pause`, { body: { reason: 'why not' } })
    await visit('GET', `${W}/flows`)
    await visit('POST', `${W}/flows/{flow}/resume`)
    await work.runOf(() => visit('POST', `${W}/flows/{flow}/verify`, { body: { heal: false, calls: 50 } }))
    await visit('GET', `${W}/flows`)
    const since = '2026-01-01T00:00:00+02:00'
    await work.runOf(() => visit('POST', `${W}/flows/{flow}/replay`, { body: { since, outcome: 'written' } }))
    await visit('POST', `${W}/connections/{name}/ping`)
    await visit('POST', `${W}/connections/{name}/pause`, { body: { reason: 'why not' } })
    await visit('GET', `${W}/connections`)
    await visit('POST', `${W}/connections/{name}/resume`)
    await visit('POST', `${W}/dead-letters/replay/preview`, { body: { flow: 'vendors', all: true } })
    await visit('POST', `${W}/dead-letters/discard`, { body: { ids: [first], reason: 'why not' } })
    await work.runOf(() => visit('POST', `${W}/dead-letters/replay`, { body: { ids: [second] } }))
    const made = await visit('POST', `${W}/tokens`, { body: { name: 'x', role: 'viewer', expires: '1h' } })
    await visit('DELETE', `${W}/tokens/{id}`, { path: `${W}/tokens/${made.body['id']}` })
    await visit('GET', `${W}/tokens`)
    await work.served.zoho.fault({ path: 'POST /crm/v8/Vendors', action: 'delay', delayMs: 500, times: 2 })
    for (const [cancel, idOf] of [
      [`${W}/flows/{flow}/cancel`, () => ''],
      [`${W}/runs/{id}/cancel`, (id: string) => id],
    ] as const) {
      await work.served.intacct.put('VENDOR', { VENDORID: `NEW${idOf('1')}`, NAME: 'New', STATUS: 'active' })
      const going = work.runOf(() => visit('POST', `${W}/flows/{flow}/run`, { body: {} }))
      const running = await runningId()
      await visit('POST', cancel, { path: cancel.replace('{id}', running) })
      await going
    }
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    )
    expect(all.filter(it => !visited.has(it))).to.deep.equal(['GET /workspaces/{ws}/events'])
  })

  /** Of the newest run that has begun. */
  const runningId = async (): Promise<string> => {
    const { told, service, until } = work.served
    const count = told.filter(it => it.is === 'started').length
    const state = service.dispatcher.state({ workspace: 'acme', flow: 'vendors' })
    if (state.running?.runId) return state.running.runId
    const started = await until(
      (event): event is Extract<typeof event, { readonly is: 'started' }> =>
        event.is === 'started' && told.filter(it => it.is === 'started').indexOf(event) >= count,
    )
    return started.runId
  }

  it('says what an error is', async () => {
    for (const [path, status] of [
      ['/workspaces/acme/runs/none', 404],
      ['/workspaces/acme/flows/vendors/resume', 409],
      ['/workspaces/acme/dead-letters/replay', 400],
    ] as const) {
      const isRead = path.endsWith('none')
      const answer = await work.served.ask(path, { token: work.token, ...(isRead ? {} : { body: {} }) })
      expect([path, answer.status]).to.deep.equal([path, status])
      expect(mistakesOf(document, { $ref: '#/components/schemas/Error' }, answer.body)).to.deep.equal([])
    }
  })

  it('would be found lying', () => {
    expect(
      mistakesOf(document, { $ref: '#/components/schemas/Pause' }, { by: 'x', at: 'yesterday', more: 1 }),
    ).to.have.length(3)
  })

  it('is OpenAPI 3.1, and explains every route', () => {
    expect(document.openapi).to.equal('3.1.0')
    const bare = Object.values(document.paths).flatMap(it => Object.values(it).filter(({ summary }) => !summary))
    expect(bare).to.deep.equal([])
  })
})

function mistakesOf({ components }: Document, schema: JsonObject, value: unknown): readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  const validate = ajv.compile({ ...schema, components })
  return validate(value)
    ? []
    : (validate.errors ?? []).map(it => `${it.instancePath} ${it.message} ${JSON.stringify(it.params)}`)
}
