import type { Door } from './identity/door.ts'
import type { Grants } from './identity/grants.ts'
import type { Identity } from './identity/oauth.ts'
import type { Sessions } from './identity/sessions.ts'
import type { Push } from './push.ts'
import type { Operations } from './rest/operations.ts'
import type { StoredFile } from './rest/render.ts'
import type { Throttle } from './throttle.ts'
import type { World } from './world.ts'

/** The parts that answer calls together; one per running sandbox. */
export interface Site {
  readonly world: World
  readonly identity: Identity
  readonly grants: Grants
  readonly sessions: Sessions
  readonly door: Door
  readonly throttle: Throttle
  readonly operations: Operations
  readonly push: Push
  readonly files: Map<string, StoredFile[]>
  origin(): string
}
