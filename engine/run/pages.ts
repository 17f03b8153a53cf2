import type { DataRecord, Page } from '../core/record.ts'

/** Pages of one read, merged while they are there to be had. */
export interface Chunk {
  readonly records: readonly DataRecord[]
  readonly next: Page['next']
  readonly isComplete: boolean
}

/**
 * Reads ahead while the caller writes, and merges small pages up to `enough` records, so that write batches are full.
 * Holds at most two chunks: memory does not grow with the run.
 */
export async function* ahead(pages: AsyncIterable<Page>, enough: number): AsyncGenerator<Chunk> {
  const source = pages[Symbol.asyncIterator]()
  let upcoming = settled(gather(source, enough))
  try {
    for (;;) {
      const answer = await upcoming
      if ('thrown' in answer) throw answer.thrown
      if (!answer.value) return
      upcoming = settled(gather(source, enough))
      yield answer.value
    }
  } finally {
    // the caller has stopped early: the read under way is awaited, so that nothing goes on behind its back
    await upcoming
    await source.return?.()
  }
}

async function gather(source: AsyncIterator<Page>, enough: number): Promise<Chunk | undefined> {
  const records: DataRecord[] = []
  let last: Page | undefined
  while (records.length < enough) {
    const turn = await source.next()
    if (turn.done) break
    last = turn.value
    records.push(...turn.value.records)
    if (turn.value.complete) break
  }
  return last ? { records, next: last.next, isComplete: last.complete === true } : undefined
}

/** A promise that never rejects: an error while nobody waits yet must not end the process. */
function settled<T>(promise: Promise<T>): Promise<{ value: T } | { thrown: unknown }> {
  return promise.then(
    value => ({ value }),
    thrown => ({ thrown }),
  )
}
