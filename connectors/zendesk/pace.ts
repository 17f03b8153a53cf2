import type { Context } from '../../engine/sdk/index.ts'

const WINDOW_MS = 60_000

/** Lets at most `calls` through in any minute. No answer counts the exports down, so they are counted here (fact sheet 6). */
export function createPace(context: Pick<Context<unknown>, 'clock' | 'signal'>, calls: number): () => Promise<void> {
  const sentAt: number[] = []
  let turn: Promise<void> = Promise.resolve()
  const next = async (): Promise<void> => {
    const now = context.clock.now().getTime()
    while (sentAt[0] !== undefined && sentAt[0] <= now - WINDOW_MS) sentAt.shift()
    const oldest = sentAt[0]
    if (sentAt.length >= calls && oldest !== undefined) {
      await context.clock.sleep(oldest + WINDOW_MS - now, context.signal)
      return next()
    }
    sentAt.push(now)
  }
  return () => {
    const mine = turn.then(next)
    // one that was cancelled must not bar those behind it
    turn = mine.catch(() => undefined)
    return mine
  }
}
