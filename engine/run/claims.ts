import type { PreviewedRecord } from './differences.ts'
import type { Preview } from './preview.ts'

/** `unknown`: the target could not be read, so nothing is claimed about what would change. */
export type Would = PreviewedRecord['would'] | 'unknown'

const CLAIMS: readonly Would[] = ['create', 'update', 'same']

/** What may be said of a record of this preview. */
export function claimed(would: PreviewedRecord['would'], { targetUnread }: Pick<Preview, 'targetUnread'>): Would {
  return targetUnread && CLAIMS.includes(would) ? 'unknown' : would
}
