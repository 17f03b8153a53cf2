/** The two walks over an object: everything by RECORDNO, and what changed by (WHENMODIFIED, RECORDNO). Both by keyset, resumable after any page (sheet 5.1, 5.4). */
import type { Page } from '../../../engine/sdk/index.ts'
import type { IntacctClient } from '../client.ts'
import { printTimestamp, type UserFormatting } from '../dates.ts'
import { contractError } from '../errors.ts'
import type { IntacctObject } from '../object.ts'
import { type ChangesWalk, type FullWalk, type Position, type Settled, settle, toCursor } from './cursor.ts'
import { allOf, anyOf, compare, isNull, type Pace, runQuery } from './query.ts'
import { type Row, toRow } from './record.ts'

/** What stays the same over all pages of a read. */
export interface Ground {
  readonly client: IntacctClient
  readonly object: IntacctObject
  /** Names for `select`. */
  readonly select: readonly string[]
  readonly pace: Pace
  readonly format: UserFormatting
}

/** Every live record once. The mark that follows is Intacct's time of the first page: whatever changes meanwhile is read again. */
export async function* walkAll(ground: Ground, start: FullWalk): AsyncGenerator<Page> {
  let walk = start
  for (;;) {
    const filter = walk.afterRecordNo === undefined ? {} : { filter: afterRecord(walk.afterRecordNo) }
    const { rows, remaining, serverNow } = await readRows(ground, { ...filter, orderBy: ['RECORDNO'] })
    const startedAt = walk.startedAt ?? serverNow.getTime()
    checkOrder(ground, rows, (a, b) => isBefore(a.recordNo, b.recordNo))
    const records = rows.map(row => row.record)
    const last = rows.at(-1)
    if (remaining === 0 || !last) {
      // deletions are told from here on; the ones before are of records that this walk cannot have met
      const deletes = walk.deletes ?? { since: startedAt, seen: [] }
      const next: Settled = { walk: 'settled', mark: startedAt, passedAt: startedAt, deletes }
      yield { records, next: toCursor(next), complete: true }
      return
    }
    checkProgress(ground, walk.afterRecordNo === undefined || isBefore(walk.afterRecordNo, last.recordNo))
    walk = { ...walk, startedAt, afterRecordNo: last.recordNo }
    yield { records, next: toCursor(walk) }
  }
}

const afterRecord = (recordNo: string): string => compare('greaterthan', 'RECORDNO', recordNo)

/**
 * What changed since `from`, up to Intacct's time of the first page. Rows without WHENMODIFIED are found through WHENCREATED in the same
 * calls: wherever Intacct sorts them, a page is a prefix of what is left, so each kind keeps a position of its own. Returns the place that follows.
 */
export async function* walkChanges(ground: Ground, start: ChangesWalk): AsyncGenerator<Page, Settled> {
  let walk = start
  for (;;) {
    const answer = await readRows(ground, {
      filter: changesFilter(walk, ground),
      orderBy: ['WHENMODIFIED', 'RECORDNO'],
    })
    const { rows, remaining } = answer
    const until = walk.until ?? answer.serverNow.getTime()
    const stamped = rows.filter(row => row.modified !== undefined)
    const unstamped = rows.filter(row => row.modified === undefined)
    checkOrder(ground, stamped, (a, b) => isAfter(b, positionOf(a)))
    checkOrder(ground, unstamped, (a, b) => isBefore(a.recordNo, b.recordNo))
    // dated in the future: left for the run that reaches them, so that the mark never jumps ahead
    const records = rows.filter(row => (row.modified ?? row.created ?? until) <= until).map(row => row.record)
    const next = advance({ ...walk, until }, stamped.at(-1), unstamped.at(-1))
    if (remaining === 0) {
      const settled = settle(walk, until)
      yield { records, next: toCursor(settled) }
      return settled
    }
    checkProgress(ground, walk.until === undefined || next.at !== walk.at || next.unstamped !== walk.unstamped)
    walk = next
    yield { records, next: toCursor(walk) }
  }
}

function advance(walk: ChangesWalk, stamped: Row | undefined, unstamped: Row | undefined): ChangesWalk {
  return {
    ...walk,
    ...(stamped ? { at: positionOf(stamped) } : {}),
    ...(unstamped ? { unstamped: unstamped.recordNo } : {}),
  }
}

const positionOf = (row: Row): Position => ({ modified: row.modified ?? 0, recordNo: row.recordNo })

/** One `or` of: stamped rows after the position, and unstamped rows after theirs. Bounded above once Intacct's time is known. */
export function changesFilter(walk: ChangesWalk, { format }: Pick<Ground, 'format'>): string {
  const print = (ms: number) => printTimestamp(ms, format)
  const upTo = (field: string) =>
    walk.until === undefined ? [] : [compare('lessthanorequalto', field, print(walk.until))]
  const { at } = walk
  const stamped = at
    ? anyOf(
        allOf(compare('greaterthan', 'WHENMODIFIED', print(at.modified)), ...upTo('WHENMODIFIED')),
        allOf(compare('equalto', 'WHENMODIFIED', print(at.modified)), afterRecord(at.recordNo)),
      )
    : allOf(compare('greaterthanorequalto', 'WHENMODIFIED', print(walk.from)), ...upTo('WHENMODIFIED'))
  const unstamped = allOf(
    isNull('WHENMODIFIED'),
    compare('greaterthanorequalto', 'WHENCREATED', print(walk.from)),
    ...upTo('WHENCREATED'),
    ...(walk.unstamped === undefined ? [] : [afterRecord(walk.unstamped)]),
  )
  return anyOf(stamped, unstamped)
}

interface RowsPage {
  readonly rows: readonly Row[]
  readonly remaining: number
  readonly serverNow: Date
}

export async function readRows(
  ground: Ground,
  query: { readonly filter?: string; readonly orderBy: readonly string[] },
): Promise<RowsPage> {
  const { client, object, select, pace, format } = ground
  const page = await runQuery(client, { object: object.name, select, pace, ...query })
  return { ...page, rows: page.rows.map(row => toRow(row, object, format)) }
}

export function isBefore(recordNo: string, other: string): boolean {
  return BigInt(recordNo) < BigInt(other)
}

function isAfter(row: Row, position: Position): boolean {
  const modified = row.modified ?? 0
  return modified > position.modified || (modified === position.modified && isBefore(position.recordNo, row.recordNo))
}

// a keyset only holds if the answer keeps the order that was asked for
function checkOrder(ground: Ground, rows: readonly Row[], isOrdered: (a: Row, b: Row) => boolean): void {
  const wrong = rows.some((row, index) => {
    const before = rows[index - 1]
    return before !== undefined && !isOrdered(before, row)
  })
  if (wrong)
    throw contractError('INTACCT_ORDER_WRONG', `query ${ground.object.name}`, 'the rows are not in the order asked for')
}

export function checkProgress(ground: Pick<Ground, 'object'>, isFurther: boolean): void {
  if (!isFurther) throw contractError('INTACCT_NO_PROGRESS', `query ${ground.object.name}`, 'the same page came again')
}
