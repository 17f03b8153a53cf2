import { XMLParser } from 'fast-xml-parser'
import { sage100Sandbox } from '../../../connectors/sage-100/sandbox/index.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { control } from '../../support/connect.ts'

/** An answer; a test looks at what it asked for. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed JSON; an empty object for any other body. */
  readonly body: Body
}

export interface Row {
  readonly [column: string]: unknown
  readonly key: string
  readonly Lines: readonly Row[]
}

export interface Body extends Row {
  readonly items: readonly Row[]
  readonly nextCursor: string | null
  readonly highWater: { readonly date: string; readonly time: string } | null
  readonly error: {
    readonly code: string
    readonly message: string
    readonly retryable: boolean
    readonly requestId: string
  }
}

export interface AgentOptions {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface SoapOptions {
  /** Whole value of the header, quotes included. */
  readonly action?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly username?: string
  readonly password?: string
  readonly company?: string
}

/** A sandbox and a plain HTTP client of both its paths, as the fact sheet words the calls. */
export interface Rig {
  readonly sandbox: Sandbox
  readonly at: ReturnType<typeof control>
  raw(path: string, init?: RequestInit): Promise<Answer>
  /** `path` follows `/agent/v1/`. */
  agent(path: string, options?: AgentOptions): Promise<Answer>
  /** `path` follows `/agent/v1/companies/ABC/`. */
  rows(path: string): Promise<readonly Row[]>
  /** `inner` stands behind logon and company. */
  soap(operation: string, inner?: string, options?: SoapOptions): Promise<Answer>
  close(): Promise<void>
}

export const SERVICE = '/eBusinessWebServices/MasService.svc'
export const NAMESPACE = 'http://mas90.sage.com/ws'

export const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`

export const envelope = (body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`

export const LOGON = { username: 'websvc', password: 'Web-Svc-100!', company: 'ABC' } as const

export const logonXml = ({ username, password, company }: { username: string; password: string; company: string }) =>
  `<logon><Password>${password}</Password><Username>${username}</Username></logon><companyCode>${company}</companyCode>`

export async function openRig(options: Readonly<Record<string, string>> = {}, records = 20): Promise<Rig> {
  const sandbox = await sage100Sandbox.start({ port: 0, host: '127.0.0.1', records, seed: 1, options })
  const { agentKey = '', password = '' } = sandbox.secrets
  const raw: Rig['raw'] = async (path, init) => toAnswer(await fetch(new URL(path, sandbox.url), init))
  const agent: Rig['agent'] = (path, { method = 'GET', body, headers } = {}) =>
    raw(`/agent/v1/${path}`, {
      method,
      headers: { 'x-agent-key': agentKey, authorization: basic('websvc', password), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return {
    sandbox,
    at: control(sandbox),
    raw,
    agent,
    rows: async path => {
      const { status, text, body } = await agent(`companies/ABC/${path}`)
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`)
      return body.items
    },
    soap: (operation, inner = '', { action, headers, ...logon } = {}) =>
      raw(SERVICE, {
        method: 'POST',
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          soapaction: action ?? `"${NAMESPACE}/IMasService/${operation}"`,
          ...headers,
        },
        body: envelope(`<${operation} xmlns="${NAMESPACE}">${logonXml({ ...LOGON, ...logon })}${inner}</${operation}>`),
      }),
    close: () => sandbox.close(),
  }
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} }
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

/** Status and code of an agent's refusal. */
export const refusal = ({ status, body }: Answer) => [status, body.error?.code]

/** `ErrorCode: ErrorMessage` of a MasFault, or `code: text` of any other fault, behind the status. */
export function faultOf({ status, text }: Answer): string {
  const code = /<ErrorCode>(.*?)<\/ErrorCode>/.exec(text)?.[1] ?? /<faultcode[^>]*>(.*?)<\/faultcode>/.exec(text)?.[1]
  return `${status} ${code ?? '-'}: ${/<faultstring[^>]*>([\s\S]*?)<\/faultstring>/.exec(text)?.[1] ?? ''}`
}

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  parseTagValue: false,
  htmlEntities: true,
  isArray: name => ['Field', 'SalesOrderLine'].includes(name),
})

export interface Shown {
  readonly [member: string]: unknown
  readonly OtherFields?: { readonly Field: readonly { readonly MasFieldName: string; readonly Value: string }[] }
  readonly Lines?: { readonly SalesOrderLine: readonly Readonly<Record<string, unknown>>[] }
}

/** Members of the result of an operation. */
export function resultOf(operation: string, { status, text }: Answer): Shown {
  if (status !== 200) throw new Error(`${operation}: ${status} ${text}`)
  return parser.parse(text).Envelope.Body[`${operation}Response`][`${operation}Result`]
}

export const CUSTOMER = (division: string, number: string) =>
  `<arDivisionNo>${division}</arDivisionNo><customerNo>${number}</customerNo>`

/** A member in each line of a contract, in the order given. */
export const members = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')

export const keys = (rows: readonly Row[]) => rows.map(it => it.key)
