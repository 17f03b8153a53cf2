import type { SandboxClock } from '../../../engine/sdk/index.ts'
import type { Pool } from './agent/pool.ts'
import type { KnobBoard } from './knobs.ts'
import type { Locks } from './locks.ts'
import type { Company, Host } from './store/company.ts'
import type { Logons } from './users.ts'

/** The parts that answer calls together; one per running sandbox. */
export interface Site {
  readonly knobs: KnobBoard
  readonly clock: SandboxClock
  readonly host: Host
  readonly companies: ReadonlyMap<string, Company>
  readonly logons: Logons
  readonly locks: Locks
  readonly pool: Pool
  /** Which of the two access paths are there. */
  readonly paths: readonly ('soap' | 'agent')[]
  /** Cursors of the agent that were given before are no longer valid. */
  readonly cursors: { validFrom: number }
  /** Calls of the two card operations, which must never be made. */
  readonly cardCalls: { count: number }
}
