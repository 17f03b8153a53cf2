/** Waiting between two tries of a write. */
import { EngineError } from '../../engine/sdk/index.ts'
import type { IntacctClient } from './client.ts'

/** Throws `cancelled` when the run is stopped meanwhile. */
export async function wait(client: IntacctClient, ms: number): Promise<void> {
  const { clock, signal } = client.context
  try {
    await clock.sleep(ms, signal)
  } catch (cause) {
    throw new EngineError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: 'the run was cancelled', cause })
  }
}
