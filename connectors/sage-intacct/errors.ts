/** Their answers as our errors; the tables are in refusals.ts. */
import { EngineError, HttpFailure } from '../../engine/sdk/index.ts'
import { INTACCT_MEANINGS, INTACCT_RECOGNITIONS, type Level, type Meaning, type Recognition } from './refusals.ts'

/** A refusal as it was found in an answer. */
export interface Refusal {
  readonly level: Level
  readonly status: number
  readonly errorno: string
  /** description and description2 of the most specific error, redacted. */
  readonly text: string
  readonly correction: string
  /** Fields that the refusal names. */
  readonly fields: readonly string[]
  readonly retryAfterMs?: number
}

/** What the refused call was: `query VENDOR` for the message, and whether it may be repeated. */
export interface Asked {
  readonly what: string
  readonly use: 'read' | 'write'
}

const fits = (rule: Recognition, refusal: Refusal, asked: Asked): boolean =>
  (rule.level === undefined || rule.level === refusal.level) &&
  (rule.use === undefined || rule.use === asked.use) &&
  (rule.call === undefined || rule.call.test(asked.what)) &&
  (rule.status === undefined || rule.status.includes(refusal.status)) &&
  (rule.errorno === undefined || rule.errorno.includes(refusal.errorno)) &&
  (rule.text === undefined || rule.text.test(refusal.text)) &&
  (rule.correction === undefined || rule.correction.test(refusal.correction))

/** A refusal as an EngineError. A write whose fate is open becomes `uncertain`, so that nobody sends it again blindly. */
export function refusalError(refusal: Refusal, asked: Asked): EngineError {
  const rule = INTACCT_RECOGNITIONS.find(it => fits(it, refusal, asked))
  const code = rule?.code ?? 'INTACCT_UNEXPECTED'
  const meaning: Meaning = INTACCT_MEANINGS[code]
  const waitMs = refusal.retryAfterMs ?? meaning.waitMs
  const about = refusal.fields.length > 0 ? `: ${refusal.fields.join(', ')}` : ''
  return new EngineError({
    kind: rule?.mayHaveHappened && asked.use === 'write' ? 'uncertain' : meaning.kind,
    code,
    message: `Sage Intacct, ${asked.what}: ${meaning.means}${about}`,
    remedy: meaning.remedy,
    ...(refusal.text ? { said: withoutSupportId(refusal.text).slice(0, 300) } : {}),
    ...(refusal.fields[0] ? { field: refusal.fields[0] } : {}),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    details: {
      level: refusal.level,
      status: refusal.status,
      errorno: refusal.errorno,
      ...(supportId(refusal.text) ? { supportId: supportId(refusal.text) } : {}),
      ...(refusal.fields.length > 0 ? { fields: refusal.fields } : {}),
    },
  })
}

const SUPPORT_ID = /\s*\[(?:Support|Request) ID: ([^\]]*)\]/i
const withoutSupportId = (text: string): string => text.replace(new RegExp(SUPPORT_ID, 'gi'), '').trim()
const supportId = (text: string): string => SUPPORT_ID.exec(text)?.[1] ?? ''

const LOST: Readonly<Record<HttpFailure['reason'], { readonly code: string; readonly means: string }>> = {
  connect: { code: 'INTACCT_UNREACHABLE', means: 'cannot be reached' },
  timeout: { code: 'INTACCT_TIMED_OUT', means: 'no answer came in time' },
  cut: { code: 'INTACCT_CONNECTION_CUT', means: 'the connection broke before the answer was whole' },
  'too-large': { code: 'INTACCT_ANSWER_TOO_LARGE', means: 'the answer is larger than allowed' },
}

/** No whole answer came: repeated for a read, `uncertain` for a write unless it certainly never left. */
export function lostError(failure: HttpFailure, asked: Asked): EngineError {
  const { code, means } = LOST[failure.reason]
  return new EngineError({
    kind: asked.use === 'write' && failure.mayHaveHappened ? 'uncertain' : 'transient',
    code,
    message: `Sage Intacct, ${asked.what}: ${means}`,
    remedy: 'Check the network, a proxy and the setting timeoutSeconds; the next run goes on.',
    cause: failure,
  })
}

/** The answer came whole, but is not what the documentation says. */
export function contractError(code: string, what: string, means: string): EngineError {
  return new EngineError({
    kind: 'contract',
    code,
    message: `Sage Intacct, ${what}: ${means}`,
    remedy: 'Nothing was taken over from this answer. Report it with the time of the call.',
  })
}

/** What may still be thrown outside of a call. */
export function classifyIntacct(thrown: unknown): EngineError | undefined {
  return thrown instanceof HttpFailure ? lostError(thrown, { what: 'a call', use: 'write' }) : undefined
}
