/** Deletions, from the audit history (sheet 5.5): there are no tombstones, and `OBJECTKEY` is a natural key or `<RECORDNO>--REC`. */
import { type DataRecord, type EngineError, isEngineError, type Page } from '../../../engine/sdk/index.ts'
import { parseTimestamp, printTimestamp } from '../dates.ts'
import { contractError } from '../errors.ts'
import { childText, type XmlElement } from '../xml.ts'
import { type DeleteMark, type Settled, toCursor } from './cursor.ts'
import { allOf, anyOf, compare, isIn, paceOf, type QueryPage, runQuery } from './query.ts'
import { checkProgress, type Ground, readRows } from './walk.ts'

const DAY_MS = 24 * 60 * 60_000
// one page's keys fit one `in` of the look-up
const AUDIT_PAGE = 1000
/** Bounds the cursor. What falls out of it is reported again, which changes nothing. */
export const MAX_SEEN = 5000
const DENIED_FOR_MS = DAY_MS
const deniedFact = 'audit-history-denied'

interface AuditEntry {
  readonly id: string
  readonly key: string
  readonly at: number
}

/**
 * Deletions since the last look, over a day's overlap, each reported once. A key that is alive is not reported: it was made anew, or the
 * deletion is not visible yet; it stays unsettled, and is looked at again until it leaves the overlap.
 * Without the permission, or while the object is in trouble, a warning is logged and the flow goes on.
 */
export async function* walkDeletes(ground: Ground, settled: Settled): AsyncGenerator<Page> {
  const { facts, log, connection } = ground.client.context
  if (!settled.deletes || (await facts.get(deniedFact)) !== undefined) return
  try {
    yield* reportDeletes(ground, settled, settled.deletes)
  } catch (thrown) {
    const why = isEngineError(thrown) ? TOLERATED[thrown.code] : undefined
    if (!isEngineError(thrown) || !why) throw thrown
    if (thrown.kind === 'unavailable') await facts.set(deniedFact, true, DENIED_FOR_MS)
    log.warn(why, { connection, entity: ground.object.name, code: thrown.code, said: thrown.said ?? '' })
  }
}

const DENIED = 'deletions are not read: the user may not view the audit history; the sweep finds them'
const TOLERATED: Readonly<Record<EngineError['code'], string>> = {
  INTACCT_AUDIT_DENIED: DENIED,
  INTACCT_PERMISSION_DENIED: DENIED,
  INTACCT_OBJECT_UNKNOWN: DENIED,
  INTACCT_PROCESSING_ERROR: 'deletions are left for the next run: the audit history is in trouble',
}

async function* reportDeletes(ground: Ground, settled: Settled, mark: DeleteMark): AsyncGenerator<Page> {
  const seen = new Set(mark.seen)
  const times = new Map<string, number>()
  let after: AuditEntry | undefined
  let until: number | undefined
  for (;;) {
    const { rows, remaining, serverNow } = await readAudit(ground, mark.since - DAY_MS, after)
    until ??= serverNow.getTime()
    const entries = rows.map(row => toEntry(row, ground))
    for (const entry of entries) times.set(entry.id, entry.at)
    const fresh = entries.filter(entry => !seen.has(entry.id))
    const alive = await aliveAmong(ground, fresh)
    const gone = fresh.filter(entry => !alive.has(entry.key))
    for (const entry of gone) seen.add(entry.id)
    const last = entries.at(-1)
    const isDone = remaining === 0 || !last
    // while pages remain the mark stays: a resumed run reads them again, and `seen` keeps them from being reported twice
    const deletes = isDone
      ? { since: until, seen: stillNeeded(seen, times, until - DAY_MS) }
      : { since: mark.since, seen: [...seen].slice(-MAX_SEEN) }
    yield { records: toRecords(gone, ground), next: toCursor({ ...settled, deletes }) }
    if (isDone) return
    checkProgress({ object: { ...ground.object, name: 'AUDITHISTORY' } }, after?.id !== last.id)
    after = last
  }
}

/** Ids that the next run's window can show again: of this window (its end was reached), and recent enough. Newest last. */
export function stillNeeded(seen: ReadonlySet<string>, times: ReadonlyMap<string, number>, from: number): string[] {
  return [...seen].filter(id => (times.get(id) ?? Number.NEGATIVE_INFINITY) >= from).slice(-MAX_SEEN)
}

function readAudit(ground: Ground, from: number, after: AuditEntry | undefined): Promise<QueryPage> {
  const print = (ms: number) => printTimestamp(ms, ground.format)
  const position = after
    ? anyOf(
        compare('greaterthan', 'ACCESSTIME', print(after.at)),
        allOf(compare('equalto', 'ACCESSTIME', print(after.at)), compare('greaterthan', 'ID', after.id)),
      )
    : compare('greaterthanorequalto', 'ACCESSTIME', print(from))
  return runQuery(ground.client, {
    object: 'AUDITHISTORY',
    select: ['ID', 'OBJECTKEY', 'ACCESSTIME'],
    filter: allOf(
      compare('equalto', 'OBJECTTYPE', ground.object.name.toLowerCase()),
      compare('equalto', 'ACCESSMODE', 'D'),
      position,
    ),
    orderBy: ['ACCESSTIME', 'ID'],
    pace: paceOf(AUDIT_PAGE),
    attempts: 3,
  })
}

function toEntry(row: XmlElement, ground: Ground): AuditEntry {
  const id = childText(row, 'ID')
  const key = childText(row, 'OBJECTKEY')
  if (!id || !key) throw contractError('INTACCT_ROW_WRONG', 'query AUDITHISTORY', 'a row has no ID or no OBJECTKEY')
  return { id, key, at: parseTimestamp(childText(row, 'ACCESSTIME'), ground.format) }
}

const recordNoOf = (key: string): string | undefined => /^(\d+)--REC$/.exec(key)?.[1]

async function aliveAmong(ground: Ground, entries: readonly AuditEntry[]): Promise<ReadonlySet<string>> {
  const { key } = ground.object
  const numbers = entries.flatMap(entry => recordNoOf(entry.key) ?? [])
  const names = entries.filter(entry => recordNoOf(entry.key) === undefined).map(entry => entry.key)
  const alive = new Set<string>()
  const conditions = [
    ...(names.length > 0 ? [isIn(key, [...new Set(names)])] : []),
    ...(numbers.length > 0 ? [isIn('RECORDNO', [...new Set(numbers)])] : []),
  ]
  if (conditions.length === 0) return alive
  const select = [...new Set([key, 'RECORDNO', 'WHENMODIFIED', 'WHENCREATED'])]
  // at most one row per key, so a page of twice the keys holds them all
  const found = await readRows(
    { ...ground, select, pace: paceOf(2 * AUDIT_PAGE) },
    { filter: anyOf(...conditions), orderBy: ['RECORDNO'] },
  )
  for (const row of found.rows) {
    alive.add(row.record.key)
    alive.add(`${row.recordNo}--REC`)
  }
  return alive
}

function toRecords(entries: readonly AuditEntry[], ground: Ground): DataRecord[] {
  const unknown = entries.filter(entry => recordNoOf(entry.key) !== undefined).length
  if (unknown > 0)
    ground.client.context.log.warn('deletions are known by record number only: the sweep settles them', {
      entity: ground.object.name,
      count: unknown,
    })
  return entries.map(({ key }) => {
    const recordNo = recordNoOf(key)
    return { key, change: 'delete', fields: recordNo ? { RECORDNO: recordNo } : { [ground.object.key]: key } }
  })
}
