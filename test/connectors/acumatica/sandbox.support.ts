import { acumaticaSandbox } from '../../../connectors/acumatica/sandbox/index.ts'
import type { Json, JsonObject } from '../../../engine/core/record.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { control } from '../../support/connect.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A sandbox and a plain HTTP client of it, as the fact sheet words the calls. */
export interface Rig {
  readonly sandbox: Sandbox
  readonly control: ReturnType<typeof control>
  /** `path` follows the instance path; redirects are not followed, no token is sent. */
  raw(method: string, path: string, options?: RequestInit): Promise<Answer>
  /** `path` follows /entity/Default/24.200.001/; the token is sent. A body that is no text is written as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** The same with another version. */
  callIn(version: string, method: string, path: string, options?: CallOptions): Promise<Answer>
  /** Records of a list, or the one of a single read; anything but 200 throws. */
  get(path: string): Promise<readonly JsonObject[]>
  put(path: string, body: JsonObject, headers?: Readonly<Record<string, string>>): Promise<JsonObject>
  token(parameters: Readonly<Record<string, string>>): Promise<Answer>
  /** Signs in with the password and uses that token from now on. */
  signIn(scope?: string): Promise<JsonObject>
  use(accessToken: string): void
  close(): Promise<void>
}

export async function openRig(options: Readonly<Record<string, string>> = {}, records = 12): Promise<Rig> {
  const sandbox = await acumaticaSandbox.start({ port: 0, host: '127.0.0.1', records, seed: 1, options })
  const base = String(sandbox.settings['instanceUrl'])
  let authorization = ''
  const raw: Rig['raw'] = async (method, path, init) => {
    const answer = await fetch(`${base}/${path}`, { redirect: 'manual', ...init, method })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const callIn: Rig['callIn'] = (version, method, path, { body, headers } = {}) =>
    raw(method, `entity/Default/${version}/${path}`, {
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const rig: Rig = {
    sandbox,
    control: control(sandbox),
    raw,
    callIn,
    call: (method, path, init) => callIn('24.200.001', method, path, init),
    get: async path => {
      const held = parsed(ok(await rig.call('GET', path)))
      return Array.isArray(held) ? (held as JsonObject[]) : [held as JsonObject]
    },
    put: async (path, body, headers) =>
      parsed(ok(await rig.call('PUT', path, { body, ...(headers ? { headers } : {}) }))) as JsonObject,
    token: parameters =>
      raw('POST', 'identity/connect/token', { body: new URLSearchParams({ ...clientOf(sandbox), ...parameters }) }),
    signIn: async (scope = 'api offline_access') => {
      const answer = ok(await rig.token({ grant_type: 'password', ...userOf(sandbox), scope }))
      const token = parsed(answer) as JsonObject
      rig.use(String(token['access_token']))
      return token
    },
    use: accessToken => {
      authorization = `Bearer ${accessToken}`
    },
    close: () => sandbox.close(),
  }
  if (options['grant'] === undefined) await rig.signIn()
  return rig
}

export const parsed = (answer: Answer): Json => JSON.parse(answer.text) as Json

export const bodyOf = (answer: Answer): JsonObject => parsed(answer) as JsonObject

function ok(answer: Answer): Answer {
  if (answer.status === 200) return answer
  throw new Error(`${answer.status} ${answer.text}`)
}

const clientOf = ({ settings, secrets }: Sandbox) => ({
  client_id: String(settings['clientId']),
  client_secret: secrets['clientSecret'] ?? '',
})

const userOf = ({ settings, secrets }: Sandbox) => ({
  username: String(settings['username'] ?? 'integration'),
  password: secrets['password'] ?? 'sandbox-password',
})

/** `{ A: 1 }` as `{ A: { value: 1 } }`; objects and arrays are nested parts. */
export function wrap(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, it]) => {
      if (Array.isArray(it)) return [name, it.map(row => wrap(row as JsonObject))]
      if (typeof it === 'object' && it !== null) return [name, wrap(it as JsonObject)]
      return ['id', 'delete'].includes(name) ? [name, it] : [name, { value: it }]
    }),
  )
}

/** The value of a wrapped field by its path; undefined when the field is empty. */
export function valueAt(record: Json | undefined, path: string): Json | undefined {
  let at = record
  for (const step of path.split('/')) at = (at as JsonObject | undefined)?.[step]
  return (at as JsonObject | undefined)?.['value']
}

export const valuesAt = (records: readonly JsonObject[], path: string) => records.map(it => valueAt(it, path))
