import { zohoSandbox } from '../../../connectors/zoho-crm/sandbox/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { control } from '../../support/connect.ts'

/** The first few are there; a test that looks at one which is not fails anyway. */
export type Several<T> = readonly [T, T, T, T, ...T[]]

export interface Named {
  readonly id: string
  readonly name: string
  readonly api_name: string
  readonly email: string
}

/** An answer or a part of one: whatever the fact sheet names. A test looks at what it asked for; the rest is not there. */
export interface Body extends Named {
  readonly access_token: string
  readonly api_domain: string
  readonly data: Several<Body>
  readonly watch: Several<Body>
  readonly modules: Several<Body>
  readonly fields: Several<Body>
  readonly org: Several<Body>
  readonly info: {
    readonly page: number
    readonly more_records: boolean
    readonly next_page_token: string | null
    readonly previous_page_token: string | null
  }
  readonly code: string
  readonly status: string
  readonly message: string
  readonly action: string
  readonly duplicate_field: string | null
  readonly details: Body
  readonly errors: Several<Body>
  readonly supported_values: readonly string[]
  readonly json_path: string
  readonly license_details: object
  readonly system_mandatory: boolean
  readonly custom_field: boolean
  readonly pick_list_values: Several<{ readonly actual_value: string }>
  readonly lookup: { readonly module: Named }
  readonly operation_type: { readonly api_create: boolean }
  readonly state: string
  readonly type: string
  readonly result: { readonly download_url: string }
  readonly token: string | null
  readonly resource_name: string
  readonly channel_expiry: string
  readonly events: Several<Body>
  readonly operation: string
  readonly ids: readonly string[]
  readonly affected_fields: readonly object[]
  readonly ERP_ID: string
  readonly Account_Name: unknown
  readonly Phone: string | null
  readonly Quantity: number
  readonly Total: number
  readonly Grand_Total: number
  readonly Invoice_Number: string
  readonly Created_Time: string
  readonly Parent_Account: Named
  readonly Product_Name: Named
  readonly Owner: Named
  readonly Created_By: Named
  readonly Modified_By: Named
  readonly Invoiced_Items: Several<Body>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed; undefined when the body is empty. */
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
  /** `path` follows /crm/v8/. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  raw(method: string, path: string, options?: RequestInit): Promise<Answer>
  /** Mints an access token and uses it from now on. */
  signIn(): Promise<Answer>
  credentials(): URLSearchParams
  /** Upserts accounts by ERP_ID and answers their ids. */
  accounts(...records: JsonObject[]): Promise<string[]>
  close(): Promise<void>
}

export async function openRig(options: Readonly<Record<string, string>> = {}, records = 0): Promise<Rig> {
  const sandbox = await zohoSandbox.start({ port: 0, host: '127.0.0.1', records, seed: 1, options })
  let authorization = ''
  const raw: Rig['raw'] = async (method, path, init) =>
    toAnswer(await fetch(new URL(path, sandbox.url), { ...init, method }))
  const rig: Rig = {
    sandbox,
    control: control(sandbox),
    raw,
    call: (method, path, { body, headers } = {}) =>
      raw(method, `/crm/v8/${path}`, {
        headers: { authorization, ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    credentials: () => credentials(sandbox),
    signIn: async () => {
      const answer = await raw('POST', '/oauth/v2/token', { body: credentials(sandbox) })
      if (answer.body.access_token) authorization = `Zoho-oauthtoken ${answer.body.access_token}`
      return answer
    },
    accounts: async (...data) => {
      const answer = await rig.call('POST', 'Accounts/upsert', { body: { data, duplicate_check_fields: ['ERP_ID'] } })
      return answer.body.data.map(it => it.details.id)
    },
    close: () => sandbox.close(),
  }
  await rig.signIn()
  return rig
}

function credentials({ settings, secrets }: Sandbox): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: String(settings['clientId']),
    client_secret: secrets['clientSecret'] ?? '',
    refresh_token: secrets['refreshToken'] ?? '',
  })
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  }
}
