import { type EngineError, isEngineError } from '../../engine/core/errors.ts'
import type { WriteAnswer } from '../../engine/sdk/connector.ts'

/** The EngineError that `work` must end with. */
export async function errorOf(work: () => Promise<unknown>): Promise<EngineError> {
  try {
    await work()
  } catch (thrown) {
    if (isEngineError(thrown)) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

export function refusedWith(answer: WriteAnswer): EngineError {
  if (answer.is === 'refused') return answer.error
  throw new Error(`written as ${answer.sinkKey}`)
}

export function writtenAs(answer: WriteAnswer): string {
  if (answer.is === 'written') return answer.sinkKey
  throw answer.error
}
