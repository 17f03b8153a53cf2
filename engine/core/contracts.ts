/** How a source's order behaves: what the engine must know in order to lose nothing (DESIGN section 4). */
export interface CursorContract {
  /** Field that the walk is ordered and filtered by, as the system names it; `null`: no order, full reads only. */
  readonly field: string | null
  readonly type: 'timestamp' | 'date' | 'sequence' | 'token' | 'none'
  readonly resolution: 'ms' | 's' | 'day' | 'none'
  /** Zone of printed values: UTC, or the account's, user's or server's own. */
  readonly timeZone: 'utc' | 'offset' | 'account' | 'user' | 'none'
  /** Whose clock writes the field; never ours. */
  readonly clock: 'server'
  /** Does the system's "changed since" filter include the boundary? `unknown` is handled as both. */
  readonly boundary: 'inclusive' | 'exclusive' | 'unknown'
  readonly order: 'ascending' | 'undefined'
  /** Second sort key that makes the order total, or null when there is none. */
  readonly tieBreaker: string | null
  /** Records may have no value in `field`; how the walk finds them. */
  readonly nulls: 'never' | { readonly foundBy: string }
  /** Rows become visible late: how far each run looks back, and after how long a second look is taken. */
  readonly settleLag: { readonly overlapMs: number; readonly secondPassMs: number }
  /** Rows dated further ahead than this are left for a later run; the mark never passes the server's own now. */
  readonly futureSkewMs: number
  readonly paging: {
    readonly style: 'keyset' | 'offset' | 'token' | 'next-link'
    readonly pageSize: number
    readonly cap: number | null
  }
  /** Does an edit move a row to another place while we page? */
  readonly editsMoveRows: boolean
  /** Does an edit of a child (contact, line) touch the parent's cursor field? */
  readonly childEditsTouchParent: boolean | 'unknown'
  readonly deletes: 'tombstones' | 'audit' | 'list' | 'sweep'
}

/** How a repeated write is made harmless. */
export type RepeatPolicy = 'external-key' | 'look-up-first'

export interface LimitsContract {
  /** Calls in flight per connection. */
  readonly concurrency: number
  /** Calls per window per connection, when the system publishes a figure. */
  readonly perWindow?: { readonly calls: number; readonly windowMs: number }
  /** What a call costs, in the system's own words; printed in the docs. */
  readonly cost: string
  /** What a throttled answer looks like; printed in the docs. */
  readonly throttled: string
}
