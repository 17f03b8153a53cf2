import { createHash } from 'node:crypto'
import {
  type Context,
  EngineError,
  isEngineError,
  redactor,
  renewalTime,
  Secret,
  type StoredToken,
} from '../../engine/sdk/index.ts'
import { isObject, parseJson, textOf } from './json.ts'
import type { AcumaticaSettings } from './settings.ts'
import { requestGrant } from './sign-in.ts'

const TOKEN = 'oauth'
/** Renewed this long before it lapses; a token that lives less than twice as long, at half its life. */
const EARLY_MS = 2 * 60_000
/** Tokens that redaction remembers: those in use, and the ones just before. */
const REMEMBERED = 8

/** What is sealed as one value, so that access and refresh token are stored together, before either is used (fact sheet 1.5). */
interface Grants {
  readonly access: string
  readonly refresh: string | undefined
  /** Fingerprint of the credentials that they came from: others start anew. */
  readonly of: string
}

/** Tokens of one connection: shared, stored before use, refreshed once however many calls wait. */
export interface AcumaticaTokens {
  current(): Promise<StoredToken>
  /** After Acumatica refused `token`: another one, which somebody else may have got meanwhile. */
  renew(token: StoredToken): Promise<StoredToken>
  /** What goes on the wire. */
  accessOf(token: StoredToken): string
  /** `text` without any secret of this connection. */
  redact(text: string): string
}

/** Sends nothing yet. `base` is the checked address of the instance. */
export function createTokens(context: Context<AcumaticaSettings>, base: string): AcumaticaTokens {
  const of = fingerprintOf(context.settings)
  const recent: string[] = []
  const note = (token: StoredToken): StoredToken => {
    const { access, refresh } = grantsOf(token)
    for (const it of [access, refresh ?? '']) if (it !== '' && !recent.includes(it)) recent.push(it)
    recent.splice(0, Math.max(0, recent.length - REMEMBERED))
    return token
  }
  const redact = (text: string) => redactor([...secretsOf(context.settings), ...recent])(text)
  const renew = async (stale: StoredToken | undefined) => {
    if (stale) note(stale)
    const renewed = await context.tokens.renew(TOKEN, stale, () => signIn(context, { base, of, stale, redact }))
    return note(renewed)
  }
  return {
    current: async () => {
      const held = await context.tokens.get(TOKEN)
      const isOurs = held !== undefined && grantsOf(held).of === of
      const isFresh = held?.expiresAt !== undefined && Date.parse(held.expiresAt) > context.clock.now().getTime()
      return isOurs && isFresh ? note(held) : renew(held)
    },
    renew,
    accessOf: token => grantsOf(token).access,
    redact,
  }
}

interface SignIn {
  readonly base: string
  readonly of: string
  readonly stale: StoredToken | undefined
  redact(text: string): string
}

/**
 * The latest refresh token of these credentials, else the one that was given, else the password. A chain that ended (30 days, or displaced)
 * falls back on the password where there is one, and never on a refresh token that was used before.
 */
async function signIn(context: Context<AcumaticaSettings>, { base, of, stale, redact }: SignIn): Promise<StoredToken> {
  const { refreshToken, username, password } = context.settings
  const held = stale ? grantsOf(stale) : undefined
  const chain = held?.of === of ? held.refresh : undefined
  const byPassword =
    username === undefined || password === undefined
      ? undefined
      : { grant_type: 'password', username, password: password.reveal(), scope: 'api offline_access' }
  const refresh = chain ?? refreshToken?.reveal()
  const ask = (form: Readonly<Record<string, string>>) => requestGrant(context, { base, form, redact })
  const store = async (form: Readonly<Record<string, string>>) => toStored(context, { ...(await ask(form)), of })
  if (refresh === undefined) {
    if (byPassword === undefined) throw nothingToSignInWith()
    return store(byPassword)
  }
  try {
    const answer = await ask({ grant_type: 'refresh_token', refresh_token: refresh })
    return toStored(context, { ...answer, refresh: answer.refresh ?? refresh, of })
  } catch (thrown) {
    const isSpent = isEngineError(thrown) && thrown.code === 'ACUMATICA_REFRESH_REFUSED'
    if (!isSpent || chain === undefined || byPassword === undefined) throw thrown
    context.log.info('the refresh token has ended: signing in by password', { connection: context.connection })
    return store(byPassword)
  }
}

function toStored(context: Context<AcumaticaSettings>, answer: Grants & { readonly lifeMs: number }): StoredToken {
  const { access, refresh, of, lifeMs } = answer
  return {
    value: new Secret(JSON.stringify({ access, ...(refresh === undefined ? {} : { refresh }), of })),
    expiresAt: renewalTime(context, { lifeMs, earlyMs: EARLY_MS }),
  }
}

/** A value that is none of ours is like no token: the credentials start anew. */
function grantsOf(token: StoredToken): Grants {
  const value = parseJson(token.value.reveal())
  if (!isObject(value)) return { access: '', refresh: undefined, of: '' }
  return { access: textOf(value['access']) ?? '', refresh: textOf(value['refresh']), of: textOf(value['of']) ?? '' }
}

function fingerprintOf(settings: AcumaticaSettings): string {
  const { instanceUrl, clientId, username = '' } = settings
  const parts = [instanceUrl, clientId, username, ...secretsOf(settings)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

const secretsOf = ({ clientSecret, password, refreshToken }: AcumaticaSettings): readonly string[] => [
  clientSecret.reveal(),
  password?.reveal() ?? '',
  refreshToken?.reveal() ?? '',
]

const nothingToSignInWith = (): EngineError =>
  new EngineError({
    kind: 'auth',
    code: 'ACUMATICA_REFRESH_REFUSED',
    message: 'there is no refresh token and no password to sign in with',
    remedy: 'Store one: ml-connector secret set <connection> refreshToken.',
  })
