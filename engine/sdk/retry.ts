import { EngineError, toEngineError } from '../core/errors.ts'
import type { Context } from './connector.ts'

export interface RetryPolicy {
  /** Tries in all for `transient` errors. */
  readonly attempts: number
  readonly baseMs: number
  readonly capMs: number
  /** Longest total wait for `rate-limited` answers before the run gives up and says so. */
  readonly maxThrottledMs: number
}

export const DEFAULT_RETRIES: RetryPolicy = { attempts: 5, baseMs: 1_000, capMs: 60_000, maxThrottledMs: 15 * 60_000 }

/**
 * Runs `call` until it succeeds or its error is not worth repeating. `transient`: full jitter, bounded by `attempts`.
 * `rate-limited`: waits as told, else like a transient, and does not use up an attempt. All other kinds pass through at once,
 * `uncertain` above all. Not for calls that may not be repeated: those answer `uncertain`.
 */
export async function withRetries<T>(
  context: Pick<Context<unknown>, 'clock' | 'signal' | 'log' | 'random'>,
  policy: RetryPolicy,
  call: () => Promise<T>,
): Promise<T> {
  let failures = 0
  let throttled = 0
  let throttledMs = 0
  for (;;) {
    try {
      return await call()
    } catch (thrown) {
      const error = toEngineError(thrown)
      if (error.kind === 'transient') {
        failures += 1
        if (failures >= policy.attempts) throw error
        await pause(context, error, backoff(policy, failures, context.random()))
      } else if (error.kind === 'rate-limited') {
        throttled += 1
        const waitMs = Math.max(250, error.retryAfterMs ?? backoff(policy, throttled, context.random()))
        throttledMs += waitMs
        if (throttledMs > policy.maxThrottledMs) throw error
        await pause(context, error, waitMs)
      } else throw error
    }
  }
}

/** Full jitter: anything from 0 to base × 2^(n−1), capped. */
function backoff(policy: RetryPolicy, failures: number, random: number): number {
  return Math.round(random * Math.min(policy.capMs, policy.baseMs * 2 ** (failures - 1)))
}

async function pause(
  context: Pick<Context<unknown>, 'clock' | 'signal' | 'log'>,
  error: EngineError,
  waitMs: number,
): Promise<void> {
  const capped = error.kind === 'transient' ? Math.max(waitMs, Math.min(error.retryAfterMs ?? 0, 5 * 60_000)) : waitMs
  context.log.info('waiting before the next try', { code: error.code, waitMs: capped })
  try {
    await context.clock.sleep(capped, context.signal)
  } catch {
    throw new EngineError({
      kind: 'cancelled',
      code: 'RUN_CANCELLED',
      message: 'the run was cancelled while it waited',
    })
  }
}

/** `Retry-After` (seconds or an HTTP date) as milliseconds; undefined when absent or unreadable. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (!header) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime())
}
