import type { Audit, BreakKind, ChainBreak, ChainPlace, TrailName, TrailReport } from '../core/audit.ts'
import type { JsonObject } from '../core/record.ts'
import { chainHash, genesis } from './chain-hash.ts'
import { type ChainedRow, type TrailTable, trails } from './chain-rows.ts'
import type { Store } from './store.ts'

const PAGE = 2_000
const BREAKS_KEPT = 100
// somebody prunes while we read: what we began with is gone
const TRIES = 5

interface Chain {
  readonly head: ChainPlace
  readonly anchor: ChainPlace
}

export function verification(store: Store): Pick<Audit, 'verifyAudit'> {
  return {
    async verifyAudit(expected) {
      const reports: TrailReport[] = []
      for (const trail of trails)
        reports.push(await verifyTrail(store, trail, trail.name === 'events' ? expected : undefined))
      return reports
    },
  }
}

async function verifyTrail(store: Store, trail: TrailTable, expected: ChainPlace | undefined): Promise<TrailReport> {
  for (let tries = 1; ; tries++) {
    const chain = await chainOf(store, trail.name)
    const walk = createWalk(trail.name, chain, expected)
    await walkRows(store, trail, walk.take)
    const now = await chainOf(store, trail.name)
    if (now.anchor.no !== chain.anchor.no && tries < TRIES) continue
    walk.end(now.head.no)
    await compareWithActions(store, { name: trail.name, chain, walk })
    return walk.report()
  }
}

async function walkRows(
  { db, dialect, workspace, workspaceId }: Store,
  trail: TrailTable,
  take: (row: ChainedRow) => void,
): Promise<void> {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const page = await trail.read(db, dialect, { workspace: { id: workspaceId, text: workspace }, after, limit: PAGE })
    for (const row of page) take(row)
    if (page.length < PAGE) return
    after = page.at(-1)?.id ?? after
  }
}

export async function chainOf({ db, workspaceId }: Store, trail: TrailName): Promise<Chain> {
  const row = await db
    .selectFrom('chains')
    .selectAll()
    .where('workspace', '=', workspaceId)
    .where('trail', '=', trail)
    .executeTakeFirstOrThrow()
  return { head: { no: row.no, hash: row.hash }, anchor: { no: row.anchor_no, hash: row.anchor_hash } }
}

/** True when the row follows `last` as it was written. */
export function follows(last: ChainPlace, row: ChainedRow): boolean {
  return row.no === last.no + 1 && row.hash === hashAfter(last, row)
}

function hashAfter(last: ChainPlace, row: ChainedRow): string {
  return chainHash(last.hash, { ...row, told: [row.no, row.id, ...row.told] })
}

interface Walked {
  readonly name: TrailName
  readonly chain: Chain
  readonly walk: Walk
}

interface Walk {
  take(row: ChainedRow): void
  /** `headNo` is that of after the walk. */
  end(headNo: number): void
  broken(is: BreakKind, at?: { readonly no?: number; readonly until?: number; readonly id?: number }): void
  readonly erased: () => number
  report(): TrailReport
}

function createWalk(trail: TrailName, { anchor, head }: Chain, expected: ChainPlace | undefined): Walk {
  let [last, rows, erased] = [anchor, 0, 0]
  const gaps: { no: number; until: number }[] = []
  const found: ChainBreak[] = []
  const broken: Walk['broken'] = (is, { no, until, id } = {}) =>
    void found.push({ trail, is, no: no ?? null, until: until ?? no ?? null, id: id ?? null })

  let beyond = { no: 0, id: 0 }
  const take = (row: ChainedRow) => {
    const { no, hash, id } = row
    // added since the head was read: for the next verification, if the head tells of it afterwards
    if (no !== null && no > head.no) {
      if (no > beyond.no) beyond = { no, id }
      return
    }
    rows += 1
    if (row.erased !== null) erased += 1
    if (no === null || hash === null) return broken('foreign', { id })
    if (no === expected?.no && hash !== expected.hash) broken('unexpected', { no, id })
    if (no <= last.no) {
      fill(gaps, no)
      return broken('reordered', { no, id })
    }
    if (no > last.no + 1) gaps.push({ no: last.no + 1, until: no - 1 })
    // after a gap there is no hash to follow: the row stands, and the next one is proven by it
    else if (hash !== hashAfter(last, row)) broken('edited', { no, id })
    last = { no, hash }
  }
  const end = (headNo: number) => {
    if (beyond.no > headNo) broken('foreign', beyond)
    if (last.no < head.no) gaps.push({ no: last.no + 1, until: head.no })
    else if (last.hash !== head.hash) broken('head', { no: head.no })
    for (const gap of gaps) broken('dropped', gap)
    if (expected && expected.no > head.no) broken('unexpected', { no: expected.no })
  }
  const report = (): TrailReport => {
    const breaks = found.toSorted((a, b) => (a.no ?? 0) - (b.no ?? 0))
    return { trail, rows, erased, anchor, head, breaks: breaks.slice(0, BREAKS_KEPT), breakCount: breaks.length }
  }
  return { take, end, broken, erased: () => erased, report }
}

/** A row that turned up elsewhere was not dropped. */
function fill(gaps: { no: number; until: number }[], no: number): void {
  const at = gaps.findIndex(gap => gap.no <= no && no <= gap.until)
  const gap = gaps[at]
  if (!gap) return
  const parts = [
    { no: gap.no, until: no - 1 },
    { no: no + 1, until: gap.until },
  ]
  gaps.splice(at, 1, ...parts.filter(part => part.no <= part.until))
}

/** Prunings and erasures are told in the trail of actions, which is never pruned: what happened without being told there is a break. */
async function compareWithActions({ db, workspace }: Store, { name, chain, walk }: Walked): Promise<void> {
  const rows = await db
    .selectFrom('actions')
    .select(['action', 'details'])
    .where('workspace', '=', workspace)
    .where('action', 'in', ['audit.prune', 'audit.erase'])
    .orderBy('id')
    .execute()
  // written by pruneAudit and eraseSubject
  const told = rows.map(row => ({ action: row.action, details: JSON.parse(row.details) as JsonObject }))
  const pruned = name === 'events' ? told.findLast(it => it.action === 'audit.prune')?.details : undefined
  const anchor = { no: pruned?.['anchorNo'] ?? 0, hash: pruned?.['anchorHash'] ?? genesis(workspace, name) }
  if (anchor.no !== chain.anchor.no || anchor.hash !== chain.anchor.hash) walk.broken('anchor', { no: chain.anchor.no })
  const masked = told.filter(it => it.action === 'audit.erase').map(it => Number(it.details[name]))
  if (walk.erased() > masked.reduce((sum, count) => sum + count, 0)) walk.broken('erased')
}
