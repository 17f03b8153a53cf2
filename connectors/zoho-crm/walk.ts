import { EngineError, fingerprint, isEngineError, type Page } from '../../engine/sdk/index.ts'
import type { Reply, ZohoClient } from './client.ts'
import type { Columns } from './columns.ts'
import { before, earliest, latest, type Place, remember, toCursor, type Walk, wasSeen, zohoCursor } from './cursor.ts'
import { hasDeletions } from './deletions.ts'
import { objectOf, textOf } from './json.ts'
import { type Module, type Row, toRecord, toUtc, toZohoTime } from './module.ts'
import { complete, rowsOf } from './rows.ts'

const { overlapMs } = zohoCursor.settleLag
/** How far a broken chain goes back: the boundary of If-Modified-Since may be exclusive, and times are whole seconds (fact sheet 3.2). */
const BOUNDARY_MS = 1_000
/** Versions are whole seconds, and an answer's Date is later than the state that it shows: until then a version is not final. */
const SAME_SECOND_MS = 5_000
/** Records that one chain of page tokens can give (fact sheet 3.1). */
const CHAIN_CAP = 100_000
/** A chain that breaks is begun again from the newest change delivered; why it broke says what it means when that is no further. */
const BROKEN_CHAIN: Readonly<Record<string, Break>> = {
  ZOHO_EXPIRED_VALUE: 'token',
  ZOHO_TOKEN_BOUND_DATA_MISMATCH: 'token',
  ZOHO_PAGINATION_LIMIT_EXCEEDED: 'cap',
}
type Break = 'token' | 'cap'
/** Chains from one and the same place before the walk gives up. */
const MOST_RESTARTS = 3

export interface WalkWish {
  readonly from: Place
  readonly columns: Columns
  readonly pageSize: number
  /** Unseen records may be taken for deleted: then the walk must be sure. */
  readonly deletes: boolean
}

/**
 * Every record changed since the mark, oldest change first; without a mark, every record. An edit during the walk moves a record to the end,
 * where it is read again. Returns the place after the walk.
 */
export async function* changePages(
  client: ZohoClient,
  module: Module,
  wish: WalkWish,
): AsyncGenerator<Page, { readonly place: Place; readonly wasFull: boolean }> {
  let place = wish.from
  let walk = resume(wish)
  for (let restarts = 0; ; ) {
    const step = await nextPage(client, module, { ...wish, walk })
    if (typeof step === 'string') {
      const next = restart(walk)
      restarts = next.since === walk.since ? restarts + 1 : 0
      if (restarts > (step === 'cap' ? 0 : MOST_RESTARTS)) throw stuck(module, walk)
      walk = next
      continue
    }
    const fresh = step.rows.filter(row => !wasSeen(place.seen, row.version, printOf(row)))
    const rows = await complete(client, module, { rows: fresh, columns: wish.columns })
    // of a record that comes in several parts a page tells one only: it is not known to be the same
    place = advance(place, { walk, step, read: wish.columns.groups.length > 1 ? [] : fresh })
    const isComplete = place.walk === undefined && walk.full && (await wasStill(client, module, { walk, step, wish }))
    if (isComplete && wish.deletes) place = withDeletionsTold(place, walk.began ?? step.serverTime)
    const page = { records: rows.map(toRecord), next: toCursor(place) }
    yield isComplete ? { ...page, complete: true } : page
    if (place.walk === undefined) return { place, wasFull: walk.full }
    walk = place.walk
  }
}

/**
 * Nobody documents whether a page token holds a place or a count of records: with a count, an edit or a deletion during the walk shifts a record
 * over a page border, unseen. Such a walk does not call itself complete, so that no live record is taken for deleted.
 */
async function wasStill(
  client: ZohoClient,
  module: Module,
  { walk, step, wish }: { readonly walk: Walk; readonly step: Step; readonly wish: WalkWish },
): Promise<boolean> {
  const isOnlyPage = walk.reached === undefined
  if (isOnlyPage) return true
  if (walk.began === undefined || hasMoved(walk, step)) return false
  return !wish.deletes || !(await hasDeletions(client, module, before(walk.began, BOUNDARY_MS)))
}

/** A complete walk tells the deletions before it by what it did not see. */
const withDeletionsTold = (place: Place, began: string | undefined): Place =>
  began === undefined ? place : { ...place, gone: latest(place.gone, began) ?? began }

/** An edit takes a record from its place to the end; a new one has no place before. */
function hasMoved(walk: Walk, step: Step): boolean {
  const began = walk.began ?? step.serverTime
  if (walk.moved || began === undefined) return true
  return step.rows.some(row => row.version >= began && row.version !== toUtc(row.fields['Created_Time']))
}

/** The walk that the cursor holds, if its page token fits what is asked now; else a new one. */
function resume({ from, columns, pageSize }: WalkWish): Walk {
  const shape = fingerprint({ fields: columns.groups[0] ?? [], pageSize })
  if (from.walk === undefined)
    return {
      full: from.mark === undefined,
      shape,
      rows: 0,
      ...(from.mark === undefined ? {} : { since: before(from.mark, overlapMs) }),
    }
  if (from.walk.shape === shape) return from.walk
  return { ...restart(from.walk), shape }
}

interface Step {
  readonly rows: readonly Row[]
  /** Of the next page; undefined at the end, which is told by `more_records` and never by the number of rows. */
  readonly token: string | undefined
  readonly serverTime: string | undefined
}

async function nextPage(
  client: ZohoClient,
  module: Module,
  { walk, columns, pageSize }: WalkWish & { readonly walk: Walk },
): Promise<Step | Break> {
  if (walk.rows + pageSize > CHAIN_CAP) return 'cap'
  try {
    const reply = await client.call({
      method: 'GET',
      path: module.name,
      query: {
        fields: (columns.groups[0] ?? []).join(','),
        per_page: String(pageSize),
        sort_by: 'Modified_Time',
        sort_order: 'asc',
        ...(walk.token === undefined ? {} : { page_token: walk.token }),
      },
      // the same header with every page of a chain (fact sheet 3.2)
      ...(walk.since === undefined ? {} : { headers: { 'if-modified-since': toZohoTime(walk.since) } }),
      expect: 'data',
      effect: 'none',
    })
    return stepOf(reply, walk, module)
  } catch (thrown) {
    // a token that lapsed, or that belongs to other parameters: the chain is begun again where it was
    const why = isEngineError(thrown) && walk.token !== undefined ? BROKEN_CHAIN[thrown.code] : undefined
    if (why === undefined) throw thrown
    return why
  }
}

function stepOf(reply: Reply, walk: Walk, module: Module): Step {
  const rows = rowsOf(reply.body, module.name)
  if (reply.body === undefined) return { rows, token: undefined, serverTime: reply.serverTime }
  const info = objectOf(reply.body['info'])
  const { more_records: hasMore } = info
  const token = textOf(info['next_page_token'])
  if (typeof hasMore !== 'boolean') throw strange(module, 'a page does not say whether more records follow')
  if (!hasMore) return { rows, token: undefined, serverTime: reply.serverTime }
  if (token === undefined) throw strange(module, 'a page says that more records follow, but names no next page')
  if (token === walk.token) throw strange(module, 'a page names itself as the next one')
  return { rows, token, serverTime: reply.serverTime }
}

/** The place after a page: still within the walk, or at its end. */
function advance(
  place: Place,
  given: { readonly walk: Walk; readonly step: Step; readonly read: readonly Row[] },
): Place {
  const { step, read } = given
  const began = given.walk.began ?? step.serverTime
  const reached = latest(given.walk.reached, ...step.rows.map(row => row.version))
  const walk: Walk = {
    ...given.walk,
    ...(began === undefined ? {} : { began }),
    ...(reached === undefined ? {} : { reached }),
    rows: given.walk.rows + step.rows.length,
    moved: hasMoved(given.walk, step),
  }
  // a record dated ahead of Zoho's own clock must not push the window past what follows
  const passed = earliest(reached, step.serverTime)
  const seen = remember(place.seen, printed(settled(read, step.serverTime)), passed && before(passed, overlapMs))
  if (step.token === undefined) return finish({ ...place, seen }, walk)
  return { ...place, seen, walk: { ...walk, token: step.token } }
}

const PRINT_LENGTH = 10

/** Of two changes in one second the second may become visible long after the first: what a record holds tells them apart, its version does not. */
const printOf = ({ id, fields }: Row): string => `${id} ${fingerprint(fields).slice(0, PRINT_LENGTH)}`

const printed = (rows: readonly Row[]) => rows.map(row => ({ id: printOf(row), version: row.version }))

/** A record that changed a moment ago may change again within the same second, under the same version: it is read once more. */
function settled(rows: readonly Row[], serverTime: string | undefined): readonly Row[] {
  if (serverTime === undefined) return []
  const [from, to] = [before(serverTime, SAME_SECOND_MS), before(serverTime, -overlapMs)]
  return rows.filter(row => row.version < from || row.version > to)
}

/**
 * The mark moves to when the walk began, by Zoho's clock. Not further, though newer changes were read: of the seconds since then some may have been read
 * before they were over. Without a Date header it stays, and the same changes are read again. Deletions have a mark of their own.
 */
function finish(place: Place, { began, full }: Walk): Place {
  const { walk: _over, ...rest } = place
  const mark = latest(place.mark, began)
  const gone = place.gone ?? (full ? began : undefined)
  return {
    ...rest,
    ...(mark === undefined ? {} : { mark }),
    ...(gone === undefined ? {} : { gone }),
    seen: remember(place.seen, [], mark && before(mark, overlapMs)),
  }
}

const sinceReached = (walk: Walk): { readonly since?: string } => {
  const since = latest(walk.since, walk.reached && before(walk.reached, BOUNDARY_MS))
  return since === undefined ? {} : { since }
}

/** A new chain, from the newest change delivered. */
function restart(walk: Walk): Walk {
  const { token: _spent, ...rest } = walk
  return { ...rest, rows: 0, ...sinceReached(walk) }
}

const stuck = (module: Module, walk: Walk): EngineError =>
  new EngineError({
    kind: 'contract',
    code: 'ZOHO_TIE_TOO_WIDE',
    message: `${module.name}: more records share the change time ${walk.reached ?? walk.since ?? '?'} than Zoho lists in one go, or its page tokens do not hold`,
    remedy: 'Touch some of these records in Zoho CRM in smaller portions, then run again. Nothing was skipped.',
  })

const strange = (module: Module, what: string): EngineError =>
  new EngineError({
    kind: 'contract',
    code: 'ZOHO_PAGING',
    message: `${module.name}: ${what}`,
    remedy: 'Report this with the name of the module: nothing was skipped, the run stopped here.',
  })
