/** One session per connection: signed in once, kept in the vault, used at the endpoint that came with it (sheet 2). */
import {
  type Context,
  checkUrl,
  EngineError,
  fingerprint,
  isEngineError,
  Secret,
  type StoredToken,
} from '../../engine/sdk/index.ts'
import { contractError } from './errors.ts'
import type { IntacctSettings } from './settings.ts'
import type { Exchange } from './transport.ts'
import { childText, descendant, element, textElement } from './xml.ts'

export interface Session {
  readonly id: Secret
  readonly endpoint: string
  readonly token: StoredToken
}

export interface Sessions {
  /** The session in use, or a new one. */
  current(): Promise<Session>
  /** A new one, unless somebody renewed it already. */
  renew(stale: Session): Promise<Session>
  /** Signs in anew whatever is stored: proves the credentials. */
  prove(): Promise<Session>
}

const MAX_AGE_MS = 50 * 60_000
const MARGIN_MS = 2 * 60_000

/** `https` and a host of Intacct's, or this machine behind the development switch. */
export function checkIntacctUrl(url: string, what: string, allowLoopback: boolean): string {
  return checkUrl(url, {
    what,
    allowLoopback,
    isAllowedHost: host => host === 'intacct.com' || host.endsWith('.intacct.com'),
  }).href
}

export function createSessions(context: Context<IntacctSettings>, exchange: Exchange): Sessions {
  const { settings, tokens, clock } = context
  // a changed company, user, entity or address must never meet the session of the old one
  const name = `session-${fingerprint([settings.companyId, settings.userId, settings.locationId ?? '', settings.url]).slice(0, 12)}`
  // repeated tries with a wrong password can lock the user: one refusal stands for the life of this client
  let refused: EngineError | undefined
  const signInOnce = async (): Promise<StoredToken> => {
    if (refused) throw refused
    try {
      return await signIn(context, exchange)
    } catch (thrown) {
      if (isEngineError(thrown, 'auth')) refused = thrown
      throw thrown
    }
  }
  const renew = async (stale: StoredToken | undefined) =>
    toSession(await tokens.renew(name, stale, signInOnce), context.allowLoopback)
  return {
    current: async () => {
      const held = await tokens.get(name)
      const isFresh = held?.expiresAt !== undefined && Date.parse(held.expiresAt) > clock.now().getTime()
      return held && isFresh ? toSession(held, context.allowLoopback) : renew(held)
    },
    renew: stale => renew(stale.token),
    prove: async () => renew(await tokens.get(name)),
  }
}

// checked again on the way out of the vault: what is stored may be older than the rule
function toSession(token: StoredToken, allowLoopback: boolean): Session {
  const endpoint = token.data?.['endpoint']
  if (typeof endpoint !== 'string')
    throw contractError('INTACCT_SESSION_INCOMPLETE', 'the stored session', 'it has no endpoint')
  return { id: token.value, endpoint: checkIntacctUrl(endpoint, 'the stored endpoint', allowLoopback), token }
}

async function signIn(context: Context<IntacctSettings>, exchange: Exchange): Promise<StoredToken> {
  const { settings, clock } = context
  const startedAt = clock.now().getTime()
  // the order is the schema's: userid, companyid, password, locationid
  const login = [
    textElement('userid', settings.userId),
    textElement('companyid', settings.companyId),
    textElement('password', settings.userPassword.reveal()),
    ...(settings.locationId ? [textElement('locationid', settings.locationId)] : []),
  ].join('')
  const answer = await exchange({
    endpoint: settings.url,
    authentication: element('login', login),
    functions: [{ controlId: 'sign-in', xml: '<getAPISession/>' }],
    label: 'getAPISession',
    asked: { what: 'sign-in', use: 'read' },
    unique: false,
    signIn: true,
  })
  const result = answer.results[0]
  if (result?.is === 'failed') throw result.error
  const data = result?.data
  const id = data ? childText(descendant(data, 'api'), 'sessionid') : ''
  const endpoint = data ? childText(descendant(data, 'api'), 'endpoint') : ''
  if (!id || !endpoint)
    throw contractError('INTACCT_SESSION_INCOMPLETE', 'sign-in', 'the answer has no session or no endpoint')
  const checked = checkReturned(endpoint, context.allowLoopback)
  const lifeMs = lifetime(childText(answer.authentication, 'sessiontimeout'), answer.serverNow)
  return {
    value: new Secret(id),
    expiresAt: new Date(startedAt + lifeMs).toISOString(),
    data: { endpoint: checked },
  }
}

function checkReturned(endpoint: string, allowLoopback: boolean): string {
  try {
    return checkIntacctUrl(endpoint, 'the endpoint that Sage Intacct returned', allowLoopback)
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown
    throw new EngineError({
      kind: 'auth',
      code: 'INTACCT_ENDPOINT_REFUSED',
      message: thrown.message,
      remedy: 'No credentials were sent there. Check the setting url and whether something stands between.',
      cause: thrown,
    })
  }
}

/** min(50 minutes, sessiontimeout − 2 minutes); half of it when a session is so short that the margin would eat it. */
function lifetime(timeout: string, serverNow: Date): number {
  const leftMs = Date.parse(timeout) - serverNow.getTime()
  if (Number.isNaN(leftMs)) return MAX_AGE_MS
  return Math.max(0, Math.min(MAX_AGE_MS, Math.max(leftMs - MARGIN_MS, leftMs / 2)))
}
