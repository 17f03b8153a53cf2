import { type Context, EngineError, type ErrorKind, type HttpAnswer, HttpFailure } from '../../engine/sdk/index.ts'
import { isLoginLimit, loginLimit, lostAnswer } from './errors.ts'
import { isObject, parseJson, textOf } from './json.ts'
import type { AcumaticaSettings } from './settings.ts'

const LABEL = 'POST identity/connect/token'

export interface GrantAnswer {
  readonly access: string
  /** A new one with every refresh; the one before is spent (fact sheet 1.5). */
  readonly refresh: string | undefined
  readonly lifeMs: number
}

export interface GrantRequest {
  readonly base: string
  readonly form: Readonly<Record<string, string>>
  redact(text: string): string
}

/** One call to the token endpoint. Credentials go in the body, the tenant in the client id (fact sheet 1.2, 1.5). */
export async function requestGrant(
  context: Context<AcumaticaSettings>,
  { base, form, redact }: GrantRequest,
): Promise<GrantAnswer> {
  const { clientId, clientSecret } = context.settings
  const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret.reveal() })
  const answer = await send(context, `${base}/identity/connect/token`, body.toString())
  const parsed = parseJson(answer.text)
  const said = isObject(parsed) ? parsed : {}
  const access = answer.status === 200 ? textOf(said['access_token']) : undefined
  if (access === undefined) throw refused(context, { answer, isRefresh: 'refresh_token' in form, redact })
  const seconds = Number(said['expires_in'])
  return {
    access,
    refresh: textOf(said['refresh_token']),
    lifeMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 3_600_000,
  }
}

async function send(context: Context<AcumaticaSettings>, url: string, body: string): Promise<HttpAnswer> {
  try {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    return await context.http.send({ method: 'POST', url, headers, body, label: LABEL, signIn: true })
  } catch (thrown) {
    // said again with the same refresh token: it was not used, or it is spent and Acumatica says so
    if (thrown instanceof HttpFailure) throw lostAnswer(LABEL, thrown.message, 'transient')
    throw thrown
  }
}

interface Refusal {
  readonly word: string
  readonly isRefresh?: boolean
  readonly code: string
  readonly kind: ErrorKind
  readonly message: string
  readonly remedy: string
}

/** Fact sheet 1.5; the first that fits. */
const REFUSALS: readonly Refusal[] = [
  {
    word: 'invalid_grant',
    isRefresh: true,
    code: 'ACUMATICA_REFRESH_REFUSED',
    kind: 'auth',
    message: 'the refresh token was used before, has ended (30 days after it was granted, by default) or was revoked',
    remedy:
      'Authorise the application once more and store the new refresh token: ml-connector secret set <connection> refreshToken. No other tool may use the same one.',
  },
  {
    word: 'invalid_grant',
    code: 'ACUMATICA_PASSWORD_REFUSED',
    kind: 'auth',
    message: 'user name or password is wrong, must be changed, or the user is not in this tenant or has no API licence',
    remedy: 'Sign in once as this user in a browser, then check username, password and the tenant after @ in clientId.',
  },
  {
    word: 'invalid_client',
    code: 'ACUMATICA_CLIENT_REFUSED',
    kind: 'auth',
    message: 'Acumatica does not know this client id with this secret',
    remedy: 'Check clientId (with @ and the login name of the tenant) and clientSecret on form SM303010.',
  },
]

const OTHERWISE: Omit<Refusal, 'word'> = {
  code: 'ACUMATICA_SIGN_IN_REFUSED',
  kind: 'auth',
  message: 'Acumatica does not let this application sign in this way',
  remedy: 'Check the flow and the scopes (api, offline_access) of the connected application on form SM303010.',
}

/** The faces of a full licence come first, whatever their status; what names no OAuth error is no refusal (fact sheet 1.5, 10). */
function refused(
  context: Context<AcumaticaSettings>,
  given: { readonly answer: HttpAnswer; readonly isRefresh: boolean; redact(text: string): string },
): EngineError {
  const { answer, isRefresh, redact } = given
  if (isLoginLimit(answer)) return loginLimit(LABEL, answer, context)
  const parsed = parseJson(answer.text)
  const body = isObject(parsed) ? parsed : {}
  const word = textOf(body['error'])
  if (word === undefined && answer.status === 404) return wrongInstance()
  if (word === undefined && answer.status !== 401 && answer.status !== 403)
    return lostAnswer(LABEL, `status ${answer.status} without a token`, 'transient')
  const rule = REFUSALS.find(it => it.word === word && (it.isRefresh ?? false) === isRefresh)
  const { code, kind, message, remedy } = rule ?? REFUSALS.find(it => it.word === word) ?? OTHERWISE
  const said = redact([word, textOf(body['error_description'])].filter(it => it !== undefined).join(': '))
  return new EngineError({
    kind,
    code,
    message: `sign-in refused (${answer.status}): ${message}`,
    remedy,
    ...(said === '' ? {} : { said: said.slice(0, 300) }),
  })
}

const wrongInstance = (): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'ACUMATICA_INSTANCE_URL',
    message: 'there is no identity server under instanceUrl (404)',
    remedy:
      'Give the address that users open in the browser, with its path (https://erp.acme.com/AcumaticaERP) and without Main.',
  })
