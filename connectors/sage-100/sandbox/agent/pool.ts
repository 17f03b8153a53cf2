import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxAnswer } from '../../../../engine/sdk/index.ts'
import type { KnobBoard } from '../knobs.ts'
import { AgentRefusal } from './answers.ts'

/** The few COM sessions of the agent: whoever finds none free waits, then is refused (fact sheet 11). */
export interface Pool {
  run(call: () => SandboxAnswer | Promise<SandboxAnswer>): Promise<SandboxAnswer>
  /** The most sessions that were ever in use together. */
  mostInUse(): number
}

const STEP_MS = 5

export function createPool(knobs: KnobBoard): Pool {
  let [inUse, most] = [0, 0]
  const enter = async () => {
    for (let waited = 0; inUse >= knobs.now().poolSize; waited += STEP_MS) {
      if (waited >= knobs.now().poolWaitMs)
        throw new AgentRefusal('POOL_EXHAUSTED', 'No COM session became free in time.')
      await delay(STEP_MS)
    }
  }
  return {
    mostInUse: () => most,
    run: async call => {
      await enter()
      inUse += 1
      most = Math.max(most, inUse)
      try {
        const { latencyMs } = knobs.now()
        if (latencyMs > 0) await delay(latencyMs)
        crashWhenDue(knobs)
        return await call()
      } finally {
        inUse -= 1
      }
    },
  }
}

/** The session is given up and another one made: the next call works. */
function crashWhenDue(knobs: KnobBoard): void {
  const { comCrashOn } = knobs.now()
  if (comCrashOn === 0) return
  knobs.set('comCrashOn', comCrashOn - 1)
  if (comCrashOn === 1)
    throw new AgentRefusal(
      'COM_ERROR',
      'The COM session ended with an exception: 0x800706BA, the RPC server is unavailable.',
    )
}
