/** The signed-in client: calls with a session, signs in again once when it died, repeats what may be repeated. */
import { type Context, EngineError, isEngineError, type RetryPolicy, withRetries } from '../../engine/sdk/index.ts'
import type { Answer } from './answer.ts'
import type { Read, ReadAnswer } from './calls.ts'
import type { UserFormatting } from './dates.ts'
import { type Asked, contractError } from './errors.ts'
import { createFormatting } from './formatting.ts'
import { checkIntacctUrl, createSessions, type Session } from './session.ts'
import { INTACCT_DEFAULTS, type IntacctSettings } from './settings.ts'
import { createExchange, type ExchangeRequest, type FunctionCall } from './transport.ts'
import { textElement } from './xml.ts'

export interface IntacctClient {
  readonly context: Context<IntacctSettings>
  /** One function that changes nothing: repeated after any passing failure. Throws its refusal. */
  readonly read: Read
  /**
   * Functions that change something, each with a control id of its own. Repeated only while it certainly has not happened;
   * `uncertain` is thrown when it may have. Refusals of single functions are results.
   */
  write(functions: readonly FunctionCall[], label: string): Promise<Answer>
  formatting(): Promise<UserFormatting>
  /** Signs in anew. */
  prove(): Promise<Session>
}

const LOOK_UP_REMEDY = 'The engine looks up what happened before it sends anything again.'

// sheet 6: 1, 2, 4, 8, 16 s after an edge failure; GW-0010 from 2 s on, doubling
const RETRIES: RetryPolicy = { attempts: 5, baseMs: 2_000, capMs: 60_000, maxThrottledMs: 10 * 60_000 }

export async function openClient(given: Context<IntacctSettings>): Promise<IntacctClient> {
  const context = withDefaults(given)
  checkIntacctUrl(context.settings.url, 'the setting url', context.allowLoopback)
  const exchange = createExchange(context)
  const sessions = createSessions(context, exchange)

  const inSession = async (request: Pick<ExchangeRequest, 'functions' | 'label' | 'signIn'>, use: Asked['use']) => {
    const send = (session: Session): Promise<Answer> =>
      exchange({
        ...request,
        endpoint: session.endpoint,
        authentication: textElement('sessionid', session.id.reveal()),
        asked: { what: request.label, use },
        unique: use === 'write',
      })
    const session = await sessions.current()
    try {
      return await send(session)
    } catch (thrown) {
      // refused at the door, so nothing was carried out: a write may be sent again, too
      if (!isEngineError(thrown, 'auth') || thrown.code !== 'INTACCT_SESSION_INVALID') throw thrown
      return send(await sessions.renew(session))
    }
  }

  const read: Read = call =>
    withRetries(context, { ...RETRIES, attempts: call.attempts ?? RETRIES.attempts }, async () => {
      try {
        const functions = [{ controlId: call.label, xml: call.build() }]
        const signIn = call.isPreparation === true
        return call.check(wholeAnswer(await inSession({ functions, label: call.label, signIn }, 'read'), call.label))
      } catch (thrown) {
        if (isEngineError(thrown)) call.onFailure?.(thrown)
        throw thrown
      }
    })

  return {
    context,
    read,
    write: (functions, label) =>
      withRetries(context, RETRIES, () => asUncertain(inSession({ functions, label, signIn: false }, 'write'))),
    formatting: createFormatting(context, read),
    prove: () => withRetries(context, RETRIES, () => sessions.prove()),
  }
}

// a context may be an object with methods of its own: everything but the settings is asked of it as it was given
function withDefaults(given: Context<IntacctSettings>): Context<IntacctSettings> {
  const { connection, http, log, signal, clock, tokens, facts, allowLoopback } = given
  const settings = { ...INTACCT_DEFAULTS, ...given.settings }
  return { settings, connection, http, log, signal, clock, tokens, facts, allowLoopback, random: () => given.random() }
}

function wholeAnswer(answer: Answer, label: string): ReadAnswer {
  const [result, ...more] = answer.results
  if (!result || more.length > 0 || result.controlId !== label)
    throw contractError('INTACCT_ANSWER_INCOMPLETE', label, 'the answer does not match the request')
  if (result.is === 'failed') throw result.error
  if (!result.data) throw contractError('INTACCT_ANSWER_INCOMPLETE', label, 'the result has no data')
  return { data: result.data, serverNow: answer.serverNow }
}

/** An answer that lacks its parts says nothing about what was carried out. */
async function asUncertain(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (thrown) {
    if (!isEngineError(thrown, 'contract') || thrown.code !== 'INTACCT_ANSWER_INCOMPLETE') throw thrown
    const { code, message } = thrown
    throw new EngineError({ kind: 'uncertain', code, message, remedy: LOOK_UP_REMEDY, cause: thrown })
  }
}
