import type { InboxEntry, InboxRow, Operations } from '../../core/operations.ts'

/** Keeps notifications: resolves when they are on the disk. */
export type Intake = (entries: readonly InboxEntry[]) => Promise<void>

interface Waiting {
  readonly entries: readonly InboxEntry[]
  readonly settle: { resolve(): void; reject(thrown: unknown): void }
}

/**
 * Deliveries that come together are kept together: one wait for the disk, however many they are. `onKept` is told before anybody is answered:
 * what was new, and how many had been delivered before.
 */
export function createIntake(
  ledger: Pick<Operations, 'receive'>,
  onKept: (fresh: readonly InboxRow[], entries: readonly InboxEntry[]) => void,
): Intake {
  const waiting: Waiting[] = []
  let isBusy = false

  const keep = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const entries = batch.flatMap(it => it.entries)
      onKept(await ledger.receive(entries), entries)
      for (const { settle } of batch) settle.resolve()
    } catch (thrown) {
      for (const { settle } of batch) settle.reject(thrown)
    }
  }

  const work = async (): Promise<void> => {
    isBusy = true
    while (waiting.length > 0) {
      // those that have arrived in the same turn come along
      await new Promise(resolve => setImmediate(resolve))
      await keep(waiting.splice(0))
    }
    isBusy = false
  }

  return entries => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    waiting.push({ entries, settle: { resolve, reject } })
    if (!isBusy) void work()
    return promise
  }
}
