import { intacctSandbox } from '../../../connectors/sage-intacct/sandbox/index.ts'
import type { Sandbox } from '../../../engine/sdk/index.ts'
import { control } from '../../support/connect.ts'

/** XML that a stranger would write by hand: no code of the connector is used. */
export interface Company {
  readonly sandbox: Sandbox
  readonly control: ReturnType<typeof control>
  readonly startUrl: string
  /** Address and id of a session at the top level, or in the entity. */
  signIn(locationId?: string): Promise<{ readonly url: string; readonly id: string }>
  /** Body of the answer of one function or several, in a session. */
  call(functions: string | readonly string[], options?: CallOptions): Promise<string>
  post(body: string | Buffer, options?: PostOptions): Promise<Answer>
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface PostOptions {
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
}

export interface CallOptions {
  readonly session?: { readonly url: string; readonly id: string }
  readonly uniqueId?: string
  readonly transaction?: boolean
  readonly controlIds?: readonly string[]
  /** Control elements after `dtdversion`. */
  readonly more?: string
}

export interface EnvelopeParts {
  readonly authentication: string
  readonly functions: string | readonly string[]
  readonly senderId?: string
  readonly senderPassword?: string
  readonly options?: CallOptions
}

const opened: Sandbox[] = []

// also what a test that failed half-way left open, or the process would not end
after(() => Promise.all(opened.map(it => it.close())))

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export async function openCompany(options: Readonly<Record<string, string>> = {}, records = 60): Promise<Company> {
  const sandbox = await intacctSandbox.start({ port: 0, host: '127.0.0.1', records, seed: 7, options })
  opened.push(sandbox)
  const startUrl = String(sandbox.settings['url'])
  const post: Company['post'] = async (body, given = {}) => {
    const method = given.method ?? 'POST'
    const headers = { 'content-type': 'application/xml', ...given.headers }
    const answer = await fetch(given.url ?? startUrl, { method, headers, ...(method === 'GET' ? {} : { body }) })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const signIn: Company['signIn'] = async locationId => {
    const { text } = await post(
      envelope(sandbox, { authentication: login(sandbox, locationId), functions: '<getAPISession/>' }),
    )
    return { url: value(text, 'endpoint'), id: value(text, 'sessionid') }
  }
  let top: Promise<{ readonly url: string; readonly id: string }> | undefined
  return {
    sandbox,
    control: control(sandbox),
    startUrl,
    signIn,
    call: async (functions, given = {}) => {
      top ??= signIn()
      const { url, id } = given.session ?? (await top)
      const authentication = `<sessionid>${id}</sessionid>`
      return (await post(envelope(sandbox, { authentication, functions, options: given }), { url })).text
    },
    post,
    close: sandbox.close,
  }
}

export function login(sandbox: Sandbox, locationId?: string, parts: Readonly<Record<string, string>> = {}): string {
  const { settings, secrets } = sandbox
  const { userId = String(settings['userId']), companyId = String(settings['companyId']) } = parts
  const password = parts['password'] ?? secrets['userPassword'] ?? ''
  const entity = locationId === undefined ? '' : `<locationid>${locationId}</locationid>`
  return `<login><userid>${userId}</userid><companyid>${companyId}</companyid><password>${escaped(password)}</password>${entity}</login>`
}

let lastId = 0

export function envelope(sandbox: Sandbox, parts: EnvelopeParts): string {
  const { senderId = String(sandbox.settings['senderId']), senderPassword = sandbox.secrets['senderPassword'] ?? '' } =
    parts
  const { options = {} } = parts
  const list = typeof parts.functions === 'string' ? [parts.functions] : parts.functions
  const functions = list.map((it, at) => {
    lastId += 1
    return `<function controlid="${options.controlIds?.[at] ?? `f-${lastId}`}">${it}</function>`
  })
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<request><control><senderid>${senderId}</senderid><password>${escaped(senderPassword)}</password>` +
    `<controlid>c-1</controlid>${options.uniqueId === '' ? '' : `<uniqueid>${options.uniqueId ?? 'false'}</uniqueid>`}` +
    `<dtdversion>3.0</dtdversion>${options.more ?? '<includewhitespace>false</includewhitespace>'}</control>` +
    `<operation${options.transaction === undefined ? '' : ` transaction="${options.transaction}"`}>` +
    `<authentication>${parts.authentication}</authentication><content>${functions.join('')}</content></operation></request>`
  )
}

const decoded = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#039;', "'")
    .replaceAll('&amp;', '&')

/** Texts of all elements of that name, in order. */
export function values(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name.replaceAll('.', '\\.')}>([^<]*)</${name.replaceAll('.', '\\.')}>`, 'g')
  return [...xml.matchAll(pattern)].map(it => decoded(it[1] ?? ''))
}

/** Text of the first element of that name; fails the test when there is none. */
export function value(xml: string, name: string): string {
  const [first] = values(xml, name)
  if (first === undefined) throw new Error(`no <${name}> in ${xml.slice(0, 2000)}`)
  return first
}

/** Attributes of the first `data` element. */
export function dataAttributes(xml: string): Record<string, string> {
  const tag = /<data([^>]*?)\/?>/.exec(xml)?.[1] ?? ''
  return Object.fromEntries([...tag.matchAll(/(\w+)="([^"]*)"/g)].map(it => [it[1] ?? '', it[2] ?? '']))
}

/** A `query` of some fields, and whatever else stands in it. */
export const query = (object: string, fields: readonly string[], rest = ''): string =>
  `<query><object>${object}</object><select>${fields.map(it => `<field>${it}</field>`).join('')}</select>${rest}</query>`

export const test = (operator: string, field: string, ...given: readonly string[]): string =>
  `<${operator}><field>${field}</field>${given.map(it => `<value>${escaped(it)}</value>`).join('')}</${operator}>`

export const orderBy = (...fields: readonly string[]): string =>
  `<orderby>${fields.map(it => `<order><field>${it}</field><ascending/></order>`).join('')}</orderby>`

export const readByName = (object: string, keys: string, fields = '*'): string =>
  `<readByName><object>${object}</object><keys>${escaped(keys)}</keys><fields>${fields}</fields></readByName>`

/** Statuses of the results, without those of control and authentication. */
export const statuses = (xml: string): string[] => [...xml.matchAll(/<result><status>(\w+)</g)].map(it => it[1] ?? '')

export const errorNumbers = (xml: string): string[] => values(xml, 'errorno')

/** The unstable end of error texts. */
export const withoutSupportId = (text: string): string => text.replace(/ \[Support ID: [^\]]+\]$/, '')

export const errorTexts = (xml: string): string[] => values(xml, 'description2').map(withoutSupportId)
