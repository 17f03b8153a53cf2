import type { createBulkReads } from './bulk-read.ts'
import type { createChannels } from './channels.ts'
import type { Deliveries } from './deliveries.ts'
import type { PageTokens } from './list.ts'
import type { Accounts } from './oauth.ts'
import type { Org } from './org.ts'
import type { Usage } from './usage.ts'

/** The parts that answer calls together; one per running sandbox. */
export interface Site {
  readonly org: Org
  readonly accounts: Accounts
  readonly usage: Usage
  readonly channels: ReturnType<typeof createChannels>
  readonly bulkReads: ReturnType<typeof createBulkReads>
  readonly deliveries: Deliveries
  readonly tokens: PageTokens
  origin(): string
}
