import { sage300Sandbox } from '../../../connectors/sage-300/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { control } from '../../support/connect.ts'

/** An entry, or what stands around entries; a test looks at what it asked for. */
export interface Entry {
  readonly [field: string]: unknown
  readonly value: readonly Entry[]
  readonly error: { readonly code: string; readonly message: { readonly lang: string; readonly value: string } }
  readonly OrderDetails: readonly Entry[]
  readonly InvoiceDetails: readonly Entry[]
  readonly Invoices: readonly Entry[]
  readonly CustomerOptionalFieldValues: readonly Entry[]
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed; undefined when the body is no JSON. */
  readonly body: Entry
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly user?: readonly [id: string, password: string]
  readonly company?: string
}

/** A sandbox and a plain HTTP client of it, as the fact sheet words the calls. */
export interface Rig {
  readonly sandbox: Sandbox
  readonly at: ReturnType<typeof control>
  /** `path` follows the company: `AP/APVendors('1200')`; a query is `?$filter=…`, not encoded. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** GET, and the values of this field in the answer's `value`. */
  column(path: string, field: string): Promise<readonly unknown[]>
  raw(method: string, path: string, init?: RequestInit): Promise<Answer>
  close(): Promise<void>
}

export const basic = (id: string, password: string) => `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}`

export async function openRig(options: Readonly<Record<string, string>> = {}, records = 40): Promise<Rig> {
  const sandbox = await sage300Sandbox.start({ port: 0, host: '127.0.0.1', records, seed: 1, options })
  const own = [String(sandbox.settings['userId']), sandbox.secrets['password'] ?? ''] as const
  const raw: Rig['raw'] = async (method, path, init) =>
    toAnswer(await fetch(new URL(path, sandbox.url), { ...init, method }))
  const call: Rig['call'] = (method, path, { body, headers, user = own, company = 'SAMINC' } = {}) =>
    raw(method, `/Sage300WebApi/v1.0/-/${company}/${path}`, {
      headers: { authorization: basic(...user), 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return {
    sandbox,
    at: control(sandbox),
    raw,
    call,
    column: async (path, field) => {
      const { status, text, body } = await call('GET', path)
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`)
      return body.value.map(it => it[field])
    },
    close: () => sandbox.close(),
  }
}

/** A further sandbox for one test; closed however that ends. */
export async function withRig(
  options: Readonly<Record<string, string>>,
  records: number,
  work: (rig: Rig) => Promise<void>,
): Promise<void> {
  const rig = await openRig(options, records)
  try {
    await work(rig)
  } finally {
    await rig.close()
  }
}

/** Status and code: what a client decides by. */
export const refusal = ({ status, body }: Answer) => [status, body?.error.code]

export const codes = (answers: readonly Answer[]) => answers.map(refusal)

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

/** A customer with everything that is demanded. */
export const customer = (CustomerNumber: string, more: JsonObject = {}): JsonObject => ({
  CustomerNumber,
  GroupCode: 'WHL',
  CustomerName: 'Harbour Lighting Ltd.',
  ...more,
})

/** An order with one line, for the customer 1400. */
export const order = (more: JsonObject = {}): JsonObject => ({
  CustomerNumber: '1400',
  OrderDetails: [{ LineType: 'Item', Item: 'A1-105/0', QuantityOrdered: 2 }],
  ...more,
})
