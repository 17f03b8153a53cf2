import type { GatewayFunction } from './call.ts'
import { query } from './query.ts'

/** Every function that the gateway knows, but for `getAPISession`, which concerns the session itself. */
export const FUNCTIONS: Readonly<Record<string, GatewayFunction>> = {
  query,
}
