import { type EngineError, toEngineError } from '../core/errors.ts'
import type { JsonObject } from '../core/record.ts'
import { connectionsOf } from './connections.ts'
import type { OpenWorkspace } from './open-workspace.ts'

export type Pinged = { readonly ms: number } & (
  | { readonly is: 'well'; readonly account: string; readonly details?: JsonObject }
  | { readonly is: 'refused'; readonly error: EngineError }
)

/** The cheapest call that proves address, credentials and permission of a connection. What goes wrong is answered, not thrown. */
export async function pingConnection(opened: OpenWorkspace, name: string, signal?: AbortSignal): Promise<Pinged> {
  const connections = connectionsOf(opened, await opened.ledger(), () => {}, signal)
  const since = performance.now()
  const ms = () => Math.round(performance.now() - since)
  try {
    const { account, details } = await (await connections.open(name)).ping()
    return { is: 'well', ms: ms(), account, ...(details ? { details } : {}) }
  } catch (thrown) {
    return { is: 'refused', ms: ms(), error: toEngineError(thrown) }
  } finally {
    await connections.close()
  }
}
