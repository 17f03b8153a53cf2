import { type Context, EngineError, isEngineError } from '../../engine/sdk/index.ts'
import { LOCKED } from './errors.ts'
import type { Sage100Settings } from './settings.ts'

/** The first wait is about this long; each further one doubles, up to the most (fact sheet 9, 423). */
const BASE_MS = 5_000
const MOST_MS = 15 * 60_000

interface Patience {
  readonly label: string
  /** Tries in all. */
  readonly attempts: number
  readonly isWrite: boolean
  /** Told at the end how many tries it took, when that was more than one. */
  readonly tried?: (times: number) => void
}

/** A record that somebody edits is tried again, later and later, with jitter and up to a limit; every try is told, and so is the end of it. */
export async function despiteLocks<T>(
  context: Pick<Context<Sage100Settings>, 'clock' | 'signal' | 'log' | 'random'>,
  { label, attempts, isWrite, tried }: Patience,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1)
    try {
      const done = await call()
      if (attempt > 1) {
        tried?.(attempt)
        context.log.info('the record is free again', { call: label, attempt })
      }
      return done
    } catch (thrown) {
      if (!isEngineError(thrown) || thrown.code !== LOCKED) throw thrown
      if (attempt >= attempts) throw givenUp(thrown, attempts, isWrite)
      const waitMs = waitFor(attempt, thrown.retryAfterMs ?? 0, context.random())
      context.log.warn('somebody holds the record: waiting', {
        call: label,
        attempt,
        of: attempts,
        waitMs,
        code: LOCKED,
      })
      await sleep(context, waitMs)
    }
}

/** What was asked for, and anything up to the back-off on top: those who wait for one record do not come back together. */
export const waitFor = (attempt: number, askedMs: number, random: number): number =>
  Math.min(MOST_MS, Math.round(askedMs + random * Math.min(MOST_MS, BASE_MS * 2 ** (attempt - 1))))

async function sleep({ clock, signal }: Pick<Context<unknown>, 'clock' | 'signal'>, ms: number): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch {
    throw new EngineError({
      kind: 'cancelled',
      code: 'RUN_CANCELLED',
      message: 'the run was cancelled while it waited',
    })
  }
}

function givenUp(last: EngineError, attempts: number, isWrite: boolean): EngineError {
  const { remedy, said, details } = last
  return new EngineError({
    kind: isWrite ? 'record' : 'transient',
    code: LOCKED,
    message: `${last.message} (tried ${attempts} times)`,
    ...(remedy === undefined ? {} : { remedy }),
    ...(said === undefined ? {} : { said }),
    ...(details === undefined ? {} : { details }),
    cause: last,
  })
}
