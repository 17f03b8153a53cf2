import type { Failure } from '../../core/errors.ts'
import { fingerprint } from '../../core/fingerprint.ts'
import type { DataRecord } from '../../core/record.ts'
import { livingKeys } from '../living.ts'
import type { Run } from '../run.ts'
import type { Ended, Item } from '../types.ts'

/**
 * Which of these records have not been dealt with yet. Walks look back on purpose (late rows, coarse cursors), so the same version is read
 * several times: it then ends as it ended before, and costs no call. A record that died stays dead until it changes, the flow changes,
 * or somebody replays it; the dedup memory never calls a refused record unchanged.
 */
export async function track(run: Run, entity: string, records: readonly DataRecord[]): Promise<readonly Item[]> {
  const items = await newestOfEachKey(run, entity, records)
  const keys = items.map(item => item.record.key)
  const seen = await run.ports.ledger.tracked(run.plan.name, entity, keys)
  const mustLookAgain = isLookedAtAgain(run)
  // an enrichment may have changed although the record has not: a sweep is there to notice
  const looksBehind = run.options.mode === 'sweep' && run.plan.enrich.length > 0
  for (const item of items) {
    const before = seen.get(item.record.key)
    if (before !== undefined) item.lastSeen = before
    const again = mustLookAgain || looksBehind || item.ended ? undefined : repeated(before, item.sourceHash)
    if (again) item.ended = again
  }
  await dropEchoes(run, entity, items)
  return items
}

function isLookedAtAgain({ options, verifying }: Run): boolean {
  return options.mode === 'backfill' || options.keys !== undefined || options.force === true || verifying !== undefined
}

/** Of records that died in an earlier run and have not changed since. */
const STILL_DEAD: Failure = { kind: 'record', code: 'RUN_STILL_DEAD', message: 'unchanged since it died' }

/** Prefix of a tracked hash: how the record ended when it was last seen. `n`: it was cut off after a part of it had been written. */
const ENDED_AS = { written: 'w', unchanged: 'w', deleted: 'x', filtered: 'f', dead: 'd', parked: 'p' } as const

export function trackedHash(ended: Ended | undefined, sourceHash: string): string {
  return `${ended ? ENDED_AS[ended.is] : 'n'}:${sourceHash}`
}

/** Did it end just as when it was last seen? Then that is no news. */
export function isAsBefore({ ended, lastSeen, sourceHash }: Item): boolean {
  const canRepeat = ended !== undefined && ended.is !== 'written' && ended.is !== 'deleted'
  return canRepeat && lastSeen === trackedHash(ended, sourceHash)
}

export const diedAs = (sourceHash: string) => `${ENDED_AS.dead}:${sourceHash}`

export const wasCutOff = (lastSeen: string) => lastSeen.startsWith('n:')

/** Did it end so when it was last seen, whatever it held? */
export function hadEndedAs(lastSeen: string | undefined, as: keyof typeof ENDED_AS): boolean {
  return lastSeen?.startsWith(`${ENDED_AS[as]}:`) === true
}

function repeated(seen: string | undefined, sourceHash: string): Ended | undefined {
  if (!seen || seen.slice(2) !== sourceHash) return undefined
  switch (seen[0]) {
    case 'f':
      return { is: 'filtered', did: 'again', isRepeat: true }
    case 'd':
      return { is: 'dead', step: '', failure: STILL_DEAD, isRepeat: true }
    case 'p':
      return { is: 'parked', awaits: [], isRepeat: true }
    case 'w':
      return { is: 'unchanged', did: 'again', isRepeat: true }
    default:
      return undefined
  }
}

/**
 * A key that comes twice in one unit: the later one counts, the earlier one has been overtaken. Deletions come in an order of their own
 * (tombstones, an audit history), so between a record and its deletion the source is asked which of the two came last.
 */
async function newestOfEachKey(run: Run, entity: string, records: readonly DataRecord[]): Promise<Item[]> {
  const newest = { upsert: new Map<string, DataRecord>(), delete: new Map<string, DataRecord>() }
  for (const record of records) newest[record.change].set(record.key, record)
  const contested = [...newest.delete.keys()].filter(key => newest.upsert.has(key))
  const alive = await livingKeys(run, entity, contested)
  for (const key of contested) newest[alive.has(key) ? 'delete' : 'upsert'].delete(key)
  return records.map(record => {
    const item = newItem(run, entity, record)
    if (newest[record.change].get(record.key) !== record)
      item.ended = { is: 'unchanged', did: 'overtaken', isRepeat: true }
    return item
  })
}

export function newItem(run: Pick<Run, 'plan'>, entity: string, record: DataRecord): Item {
  return {
    entity,
    record,
    // The flow's hash is part of it: a corrected mapping looks at every record again that it reads again. An edit is not: what the source
    // still holds as it was is no news when a walk meets it again, and does not undo the edit.
    sourceHash: fingerprint([run.plan.hash, record.change, record.asRead ?? record.fields]),
    variables: { entity, key: record.key, connection: run.plan.source.connection },
    drafts: [],
    sinkKeys: new Map(),
    removed: [],
    leftOver: [],
  }
}

/** A change that is only what this engine wrote there itself does not travel back. */
async function dropEchoes(run: Run, entity: string, items: readonly Item[]): Promise<void> {
  const { connection } = run.plan.source
  if (!run.ports.sinkEntities.has(`${connection}/${entity}`) || run.options.keys) return
  const versioned = items.filter(item => !item.ended && item.record.version !== undefined)
  const written = await run.ports.ledger.knownBySink(
    connection,
    entity,
    versioned.map(item => item.record.key),
  )
  // what came from somewhere else is no echo here: it has yet to arrive where this flow writes
  const sinks = new Set(run.steps.map(({ plan: { sink } }) => `${sink.connection}/${sink.entity}`))
  const own = written.filter(it => sinks.has(`${it.sourceConnection}/${it.sourceEntity}`))
  const versions = new Set(own.map(it => `${it.sinkKey}\n${it.sinkVersion}`))
  for (const item of versioned)
    if (versions.has(`${item.record.key}\n${item.record.version}`)) item.ended = { is: 'unchanged', did: 'echo' }
}
