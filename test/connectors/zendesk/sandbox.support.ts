import { zendeskSandbox } from '../../../connectors/zendesk/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { control } from '../../support/connect.ts'

/** An answer of the sandbox, or a part of one: whatever the fact sheet names. A test looks at what it asked for. */
export interface Body extends JsonObject {
  readonly organizations: readonly JsonObject[]
  readonly users: readonly JsonObject[]
  readonly tickets: readonly JsonObject[]
  readonly comments: readonly JsonObject[]
  readonly results: readonly JsonObject[]
  readonly webhooks: readonly JsonObject[]
  readonly invocations: readonly JsonObject[]
  readonly attempts: readonly JsonObject[]
  readonly organization: JsonObject
  readonly user: JsonObject
  readonly ticket: JsonObject
  readonly webhook: JsonObject
  readonly token: JsonObject
  readonly job_status: Job
  readonly job_statuses: readonly Job[]
  readonly meta: JsonObject
  readonly links: { readonly prev: string | null; readonly next: string | null }
  readonly signing_secret: { readonly secret: string; readonly algorithm: string }
  readonly after_cursor: string
  readonly next_page: string
  readonly access_token: string
  readonly refresh_token: string
}

export interface Job extends JsonObject {
  readonly id: string
  readonly url: string
  readonly status: string
  readonly results: readonly JsonObject[]
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed; an empty object when the body is no JSON. */
  readonly body: Body
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A sandbox and a plain HTTP client of it, as the fact sheet words the calls. */
export interface Rig {
  readonly sandbox: Sandbox
  readonly control: ReturnType<typeof control>
  /** `path` follows /api/v2/, or is a whole address. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  get(path: string): Promise<Answer>
  raw(method: string, path: string, options?: RequestInit): Promise<Answer>
  /** POST /oauth/tokens with the client's own id and secret. */
  token(body: JsonObject): Promise<Answer>
  /** Signs in again with client credentials. */
  carryAnew(): Promise<void>
  /** What calls carry from now on. */
  carry(authorization: string): void
  /** Polls a job to its end. */
  finish(submitted: Answer): Promise<Job>
  close(): Promise<void>
}

const MANY = { requestsPerMinute: '1000000', incrementalPerMinute: '1000000' }

export async function openRig(options: Readonly<Record<string, string>> = {}, records = 0): Promise<Rig> {
  const sandbox = await zendeskSandbox.start({
    port: 0,
    host: '127.0.0.1',
    records,
    seed: 1,
    options: { ...MANY, ...options },
  })
  let authorization = ''
  const raw: Rig['raw'] = async (method, path, init) =>
    toAnswer(await fetch(new URL(path, sandbox.url), { redirect: 'manual', ...init, method }))
  const call: Rig['call'] = (method, path, { body, headers } = {}) =>
    raw(method, /^https?:|^\//.test(path) ? path : `/api/v2/${path}`, {
      headers: {
        ...(authorization === '' ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const token: Rig['token'] = body =>
    raw('POST', '/oauth/tokens', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: sandbox.settings['clientId'],
        client_secret: sandbox.secrets['clientSecret'],
        ...body,
      }),
    })
  const carryAnew = async () => {
    const answer = await token({ grant_type: 'client_credentials', scope: 'read write' })
    authorization = `Bearer ${answer.body.access_token}`
  }
  if (sandbox.settings['auth'] === 'client-credentials') await carryAnew()
  return {
    sandbox,
    control: control(sandbox),
    raw,
    call,
    get: path => call('GET', path),
    token,
    carryAnew,
    carry: value => {
      authorization = value
    },
    finish: async submitted => {
      for (let i = 0; i < 10; i += 1) {
        const { job_status: job } = (await call('GET', submitted.body.job_status.url)).body
        if (job.status !== 'queued' && job.status !== 'working') return job
      }
      throw new Error('the job does not end')
    },
    close: () => sandbox.close(),
  }
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : {},
  }
}

/** Makes one organization and answers it. */
export async function makeOrganization(
  rig: Rig,
  organization: JsonObject,
): Promise<JsonObject & { readonly id: number }> {
  const answer = await rig.call('POST', 'organizations', { body: { organization } })
  if (answer.status !== 201) throw new Error(answer.text)
  return { ...answer.body.organization, id: Number(answer.body.organization['id']) }
}

export async function makeUser(rig: Rig, user: JsonObject): Promise<JsonObject & { readonly id: number }> {
  const answer = await rig.call('POST', 'users', { body: { user } })
  if (answer.status !== 201) throw new Error(answer.text)
  return { ...answer.body.user, id: Number(answer.body.user['id']) }
}
