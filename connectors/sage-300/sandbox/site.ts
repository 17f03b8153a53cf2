import type { SandboxClock } from '../../../engine/sdk/index.ts'
import type { KnobBoard } from './knobs.ts'
import type { Pool } from './pool.ts'
import type { SignIn } from './sign-in.ts'
import type { Company } from './store/company.ts'

/** The parts that answer calls together; one per running sandbox. */
export interface Site {
  readonly knobs: KnobBoard
  readonly clock: SandboxClock
  readonly companies: ReadonlyMap<string, Company>
  readonly signIn: SignIn
  readonly pool: Pool
  /** `https://host:port`, without the path. */
  origin(): string
}
