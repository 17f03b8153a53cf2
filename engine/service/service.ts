import type { Clock } from '../core/clock.ts'
import type { Dispatcher } from '../dispatch/index.ts'
import type { Log } from '../sdk/connector.ts'
import type { Hub } from './hub.ts'
import type { LeftOut, Workspaces } from './workspaces.ts'

/** What every part of the service is given. */
export interface Service {
  readonly version: string
  readonly workspaces: Workspaces
  readonly leftOut: readonly LeftOut[]
  readonly dispatcher: Dispatcher
  readonly hub: Hub
  readonly clock: Clock
  readonly log: Log
  /** Address that outside systems reach it by, without a slash at the end: for webhooks. Absent: nothing is subscribed. */
  readonly publicUrl?: string
  /** Folder of the built dashboard; absent when it was not built. */
  readonly dashboard?: string
  /** Folder of the generated schemas, for editors. */
  readonly schemas: string
  /** /metrics of all workspaces needs no token. */
  readonly isMetricsOpen: boolean
  /** Do schedules start runs? */
  isScheduling: boolean
  /** Set once the service has begun to stop: /readyz says so. */
  isStopping: boolean
}
