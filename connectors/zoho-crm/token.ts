import {
  type Context,
  checkUrl,
  EngineError,
  HttpFailure,
  type JsonObject,
  renewalTime,
  Secret,
  type StoredToken,
} from '../../engine/sdk/index.ts'
import { DATACENTERS, type Datacenter, whoseHost } from './datacenters.ts'
import { lostAnswer } from './errors.ts'
import { isObject, parseJson, textOf } from './json.ts'
import type { ZohoSettings } from './settings.ts'

const TOKEN = 'access'
const BLOCKED = 'token-endpoint-blocked-until'
/** Refreshed this long before it lapses (fact sheet 1.3); a token that lives less than twice as long, at half its life. */
const EARLY_MS = 5 * 60_000
/** The block is 10 minutes by the book; 15 and more when one keeps knocking (fact sheet 1.3). */
const BLOCK_MS = 15 * 60_000

/** Access tokens of one connection: shared, stored before use, refreshed once however many calls wait (fact sheet 1.2, 1.3). */
export interface ZohoTokens {
  current(): Promise<StoredToken>
  /** After Zoho refused `token`: another one, which somebody else may have got meanwhile. */
  renew(token: StoredToken): Promise<StoredToken>
  /** Where calls with this token go. */
  apiOrigin(token: StoredToken): string
}

export function createTokens(context: Context<ZohoSettings>): ZohoTokens {
  const place = placeOf(context)
  const renew = (stale: StoredToken | undefined) => context.tokens.renew(TOKEN, stale, () => refresh(context, place))
  return {
    current: async () => {
      const held = await context.tokens.get(TOKEN)
      const isFresh = held?.expiresAt !== undefined && Date.parse(held.expiresAt) > context.clock.now().getTime()
      return isFresh ? held : renew(held)
    },
    renew,
    apiOrigin: token => place.apiOrigin(textOf(token.data?.['apiDomain'])),
  }
}

interface Place {
  readonly accounts: string
  /** The checked origin for what a token answer called `api_domain`. */
  apiOrigin(apiDomain: string | undefined): string
}

function placeOf(context: Context<ZohoSettings>): Place {
  const { datacenter, environment = 'production', accountsUrl, unconfirmedDatacenters } = context.settings
  const row = DATACENTERS[datacenter]
  if (row.unconfirmed && !unconfirmedDatacenters)
    throw misconfigured(
      'ZOHO_DATACENTER_UNCONFIRMED',
      `no document of Zoho CRM confirms the addresses of data centre ${datacenter}`,
      'Set unconfirmedDatacenters: true if your account is really there.',
    )
  const host = row.api[environment]
  if (host === null)
    throw misconfigured(
      'ZOHO_ENVIRONMENT_UNKNOWN',
      `data centre ${datacenter} has no known address for ${environment} orgs`,
      'Use environment: production.',
    )
  const local = accountsUrl === undefined ? undefined : localOrigin(accountsUrl, context.allowLoopback)
  return {
    accounts: local ?? `https://${row.accounts}`,
    apiOrigin: apiDomain => checkedOrigin(apiDomain ?? local ?? `https://${host}`, { context, row, host, local }),
  }
}

const localOrigin = (url: string, allowLoopback: boolean): string =>
  checkUrl(url, { what: 'accountsUrl', allowLoopback, isAllowedHost: () => false }).origin

/** A spoofed or mistaken token answer must not send tokens elsewhere: exact host of the same row, https; loopback only beside a loopback sign-in. */
function checkedOrigin(
  url: string,
  expected: {
    readonly context: Context<ZohoSettings>
    readonly row: Datacenter
    readonly host: string
    readonly local: string | undefined
  },
): string {
  const { context, host, local } = expected
  const rule = {
    what: 'api_domain of the token answer',
    allowLoopback: context.allowLoopback && local !== undefined,
    isAllowedHost: (it: string) => it === host,
  }
  const other = URL.canParse(url) ? whoseHost(new URL(url).hostname) : undefined
  const { datacenter, environment = 'production' } = context.settings
  if (other && (other.datacenter !== datacenter || other.environment !== environment))
    throw misconfigured(
      'ZOHO_OTHER_DATACENTER',
      `the token belongs to a ${other.environment} org of data centre ${other.datacenter}, the connection says ${environment} of ${datacenter}`,
      `Set datacenter: ${other.datacenter} and environment: ${other.environment}, or make a token for the org that is meant.`,
    )
  return checkUrl(url, rule).origin
}

async function refresh(context: Context<ZohoSettings>, place: Place): Promise<StoredToken> {
  await refuseWhileBlocked(context)
  const { status, body } = await ask(context, place)
  const value = textOf(body['access_token'])
  if (value === undefined) throw await refused(context, status, body)
  // settings allow one host only: an answer that leaves it out, as some renewals do, means that one
  const origin = place.apiOrigin(textOf(body['api_domain']))
  const lifeMs = lifeOf(body)
  const scope = textOf(body['scope'])
  return {
    value: new Secret(value),
    expiresAt: renewalTime(context, { lifeMs, earlyMs: EARLY_MS }),
    data: { apiDomain: origin, ...(scope === undefined ? {} : { scope }) },
  }
}

/** With `expires_in_sec` beside it, `expires_in` counts milliseconds (fact sheet 1.2); documented life: one hour. */
function lifeOf(body: JsonObject): number {
  const seconds = Number(body['expires_in_sec'] ?? body['expires_in'])
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 3_600_000
}

async function ask(context: Context<ZohoSettings>, place: Place): Promise<{ status: number; body: JsonObject }> {
  const { clientId, clientSecret, refreshToken } = context.settings
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret.reveal(),
    refresh_token: refreshToken.reveal(),
  })
  const label = 'POST oauth/v2/token'
  try {
    const answer = await context.http.send({
      method: 'POST',
      url: `${place.accounts}/oauth/v2/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      label,
      signIn: true,
    })
    const body = parseJson(answer.text)
    if (!isObject(body)) throw lostAnswer(label, `status ${answer.status} without JSON`, 'transient')
    return { status: answer.status, body }
  } catch (thrown) {
    // asking again costs one token of the window and harms nothing
    if (thrown instanceof HttpFailure) throw lostAnswer(label, thrown.message, 'transient')
    throw thrown
  }
}

const REFUSALS: Readonly<Record<string, { readonly code: string; readonly message: string; readonly remedy: string }>> =
  {
    invalid_client: {
      code: 'ZOHO_INVALID_CLIENT',
      message: 'Zoho does not know this client id in this data centre',
      remedy: 'Check clientId, and that datacenter is where the client was registered.',
    },
    invalid_client_secret: {
      code: 'ZOHO_INVALID_CLIENT_SECRET',
      message: 'Zoho refused the client secret',
      remedy: 'Store the right one: ml-connector secret set <connection> clientSecret.',
    },
    invalid_code: {
      code: 'ZOHO_INVALID_REFRESH_TOKEN',
      message: 'the refresh token is wrong, revoked, or displaced by newer ones (20 per user)',
      remedy: 'Make a new one in the API console and store it: ml-connector secret set <connection> refreshToken.',
    },
  }

/** The body decides, then the status: refusals come with 200, and the words of the limit are translated (fact sheet 1.4). */
async function refused(context: Context<ZohoSettings>, status: number, body: JsonObject): Promise<EngineError> {
  const word = textOf(body['error'])
  const known = word === undefined ? undefined : REFUSALS[word]
  if (known) return new EngineError({ kind: 'auth', ...known })
  if (status === 429 || (status === 400 && body['status'] === 'failure')) {
    await context.facts.set(BLOCKED, context.clock.now().getTime() + BLOCK_MS, BLOCK_MS)
    return tokenLimit(BLOCK_MS)
  }
  if (word === undefined || status >= 500)
    return lostAnswer('POST oauth/v2/token', `status ${status} without a token`, 'transient')
  return new EngineError({
    kind: 'auth',
    code: 'ZOHO_SIGN_IN_REFUSED',
    message: `Zoho refused the refresh token grant (${status})`,
    remedy: 'Check datacenter, clientId, clientSecret and refreshToken of the connection.',
  })
}

/** Knocking during a block prolongs it: no run asks again before it ends. */
async function refuseWhileBlocked(context: Context<ZohoSettings>): Promise<void> {
  const until = await context.facts.get(BLOCKED)
  const leftMs = typeof until === 'number' ? until - context.clock.now().getTime() : 0
  if (leftMs > 0) throw tokenLimit(leftMs)
}

const tokenLimit = (retryAfterMs: number): EngineError =>
  new EngineError({
    kind: 'rate-limited',
    code: 'ZOHO_TOKEN_LIMIT',
    message: 'Zoho gives no more access tokens for now (10 per refresh token in 10 minutes)',
    remedy: 'Wait 15 minutes. If it comes back, something else uses the same refresh token: give each tool its own.',
    retryAfterMs,
  })

const misconfigured = (code: string, message: string, remedy: string): EngineError =>
  new EngineError({ kind: 'configuration', code, message, remedy })
