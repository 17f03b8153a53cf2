import {
  type Context,
  checkUrl,
  EngineError,
  fingerprint,
  HttpFailure,
  type JsonObject,
  parseRetryAfter,
  redactor,
  renewalTime,
  Secret,
  type StoredToken,
} from '../../engine/sdk/index.ts'
import { callError, faultOf, lostAnswer, mapFault } from './errors.ts'
import { isObject, objectOf, parseJson, textOf } from './json.ts'
import { DEFAULT_SCOPE, type ZendeskSettings } from './settings.ts'

const TOKEN = 'access'
/** Renewed this long before it lapses; a token that lives less than twice as long, at half its life. */
const EARLY_MS = 60_000

/** What goes into `Authorization`. `renew` answers undefined where a new sign-in cannot help. */
export interface SignIn {
  current(): Promise<Credential>
  renew(refused: Credential): Promise<Credential | undefined>
  /** Everything that must never be shown. */
  secrets(): readonly string[]
}

export interface Credential {
  readonly header: string
  readonly token?: StoredToken
}

export function originOf({ settings, allowLoopback }: Context<ZendeskSettings>): string {
  const host = `${settings.subdomain}.zendesk.com`
  const isAllowedHost = (it: string) => it === host
  return checkUrl(settings.url ?? `https://${host}`, { what: 'url', allowLoopback, isAllowedHost }).origin
}

export function createSignIn(context: Context<ZendeskSettings>): SignIn {
  const { settings } = context
  const kind = settings.auth ?? 'client-credentials'
  const given = [settings.clientSecret, settings.refreshToken, settings.apiToken].flatMap(it => it?.reveal() ?? [])
  return kind === 'api-token' ? basic(context, given) : oauth(context, given)
}

/** Legacy: the token acts with all rights of its user (fact sheet 1.1, 1.2). */
function basic({ settings, log }: Context<ZendeskSettings>, given: readonly string[]): SignIn {
  const user = required(settings.email, 'email')
  const token = required(settings.apiToken, 'apiToken').reveal()
  const encoded = Buffer.from(`${user}/token:${token}`).toString('base64')
  log.warn('API tokens stop working on 30 April 2027, and after 30 days without use: move to an OAuth client', {
    auth: 'api-token',
  })
  return {
    current: async () => ({ header: `Basic ${encoded}` }),
    renew: async () => undefined,
    secrets: () => [...given, encoded],
  }
}

function oauth(context: Context<ZendeskSettings>, given: readonly string[]): SignIn {
  const way = wayOf(context)
  const ever = new Set(given)
  const credential = (token: StoredToken): Credential => {
    const pair = pairOf(token)
    for (const secret of Object.values(pair)) ever.add(secret)
    return { header: `Bearer ${pair.access}`, token }
  }
  const renew = async (stale: StoredToken | undefined) =>
    credential(await context.tokens.renew(TOKEN, stale, () => askFor(context, way, { stale, ever })))
  return {
    current: async () => {
      const held = await context.tokens.get(TOKEN)
      return held !== undefined && isUsable(held, way, context.clock.now()) ? credential(held) : renew(held)
    },
    renew: refused => renew(refused.token),
    secrets: () => [...ever],
  }
}

interface Way {
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly scope: string
  /** Only with rotating tokens: the first of the chain. */
  readonly firstRefresh: Secret | undefined
  /** Which credentials a stored token belongs to: another client, account or chain starts anew. */
  readonly owner: string
}

function wayOf(context: Context<ZendeskSettings>): Way {
  const { settings } = context
  const clientId = required(settings.clientId, 'clientId')
  const clientSecret = required(settings.clientSecret, 'clientSecret')
  const scope = settings.scope ?? DEFAULT_SCOPE
  const firstRefresh = settings.auth === 'refresh-token' ? required(settings.refreshToken, 'refreshToken') : undefined
  const origin = originOf(context)
  const secrets = [clientSecret.reveal(), firstRefresh?.reveal() ?? '']
  return {
    origin,
    clientId,
    clientSecret,
    scope,
    firstRefresh,
    owner: fingerprint([origin, clientId, scope, ...secrets]),
  }
}

function isUsable(held: StoredToken, { owner }: Way, now: Date): boolean {
  const isFresh = held.expiresAt === undefined || Date.parse(held.expiresAt) > now.getTime()
  return isFresh && held.data?.['owner'] === owner
}

/** Access and refresh token are one value: each refresh kills both, so they are stored together or not at all (fact sheet 1.3). */
interface Pair {
  readonly access: string
  readonly refresh?: string
}

function pairOf(token: StoredToken): Pair {
  const held = objectOf(parseJson(token.value.reveal()))
  const refresh = textOf(held['refresh'])
  return { access: textOf(held['access']) ?? '', ...(refresh === undefined ? {} : { refresh }) }
}

async function askFor(
  context: Context<ZendeskSettings>,
  way: Way,
  { stale, ever }: { readonly stale: StoredToken | undefined; readonly ever: Set<string> },
): Promise<StoredToken> {
  const isOurs = stale?.data?.['owner'] === way.owner
  const refresh =
    way.firstRefresh && ((isOurs && stale ? pairOf(stale).refresh : undefined) ?? way.firstRefresh.reveal())
  const grant = refresh
    ? { grant_type: 'refresh_token', refresh_token: refresh }
    : { grant_type: 'client_credentials', scope: way.scope }
  const body = await send(context, way, { grant, ever })
  const access = textOf(body['access_token']) ?? ''
  const next = textOf(body['refresh_token']) ?? refresh
  return {
    value: new Secret(JSON.stringify({ access, ...(next === undefined ? {} : { refresh: next }) })),
    ...expiryOf(context, body),
    data: { owner: way.owner },
  }
}

/** Whether the answer tells a life is not confirmed (fact sheet 1.3): without one, the first 401 tells. */
function expiryOf(context: Context<ZendeskSettings>, body: JsonObject): { readonly expiresAt?: string } {
  const seconds = Number(body['expires_in'])
  if (!Number.isFinite(seconds) || seconds <= 0) return {}
  return { expiresAt: renewalTime(context, { lifeMs: seconds * 1_000, earlyMs: EARLY_MS }) }
}

const WHERE = 'POST oauth/tokens'

async function send(
  context: Context<ZendeskSettings>,
  way: Way,
  { grant, ever }: { readonly grant: JsonObject; readonly ever: ReadonlySet<string> },
): Promise<JsonObject> {
  const body = JSON.stringify({ ...grant, client_id: way.clientId, client_secret: way.clientSecret.reveal() })
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  try {
    const request = {
      method: 'POST',
      url: `${way.origin}/oauth/tokens`,
      headers,
      body,
      label: WHERE,
      signIn: true,
    } as const
    const { status, text, headers: told } = await context.http.send(request)
    const answer = parseJson(text)
    if (status < 300 && isObject(answer) && textOf(answer['access_token']) !== undefined) return answer
    if (status < 300) throw lostAnswer(WHERE, `status ${status} without a token`, 'transient')
    const fault = mapFault(faultOf(answer, status, text), said => withoutSecrets(said, ever))
    throw refusal(fault, parseRetryAfter(told['retry-after'], context.clock.now()))
  } catch (thrown) {
    if (thrown instanceof HttpFailure) throw lostAnswer(WHERE, thrown.message, 'transient')
    throw thrown
  }
}

export const withoutSecrets = (text: string, secrets: Iterable<string>): string => redactor(secrets)(text).slice(0, 300)

/** Status and word of a dead refresh token are not confirmed (fact sheet 1.3): every 4xx but a throttle and a bad scope means the credentials. */
function refusal(fault: ReturnType<typeof faultOf>, retryAfterMs: number | undefined): EngineError {
  const error = callError(fault, { where: WHERE, hasRecords: false, retryAfterMs })
  const isOther = error.kind === 'rate-limited' || error.kind === 'transient' || error.code === 'ZENDESK_SCOPE_REFUSED'
  if (isOther) return error
  const isChain = fault.word === 'invalid_grant'
  return new EngineError({
    kind: 'auth',
    code: isChain ? 'ZENDESK_REFRESH_TOKEN_DEAD' : 'ZENDESK_CLIENT_REFUSED',
    message: `Zendesk gave no token (${fault.status} ${fault.word || 'without a word'}): ${fault.text || 'no words'}`,
    remedy: isChain
      ? 'The chain of refresh tokens has ended (revoked, lapsed, or used elsewhere): authorise again and store the new one with "ml-connector secret set <connection> refreshToken".'
      : 'Check subdomain, clientId and clientSecret of the connection; the OAuth client must be confidential.',
  })
}

function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value
  throw new EngineError({
    kind: 'configuration',
    code: 'ZENDESK_SETTING_MISSING',
    message: `the way of signing in that auth names needs ${name}`,
    remedy: `Set ${name}, or another auth.`,
  })
}
