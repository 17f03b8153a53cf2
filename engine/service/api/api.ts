import type { Door } from '../auth/door.ts'
import type { Freshness } from '../observe/freshness.ts'
import type { Service } from '../service.ts'
import type { Feed } from './feed.ts'
import type { Live } from './live.ts'
import type { Stream } from './stream.ts'

/** What the handlers of all routes share. */
export interface Api {
  readonly service: Service
  readonly door: Door
  readonly live: Live
  readonly freshness: Freshness
  readonly feed: Feed
  /** Open now: ended when the service stops. */
  readonly streams: Set<Stream>
}
