import { fingerprint } from '../../core/fingerprint.ts'
import type { DataRecord } from '../../core/record.ts'
import type { Run } from '../run.ts'
import type { Ended, Item } from '../types.ts'

/**
 * Which of these records have not been dealt with yet. Walks look back on purpose (late rows, coarse cursors), so the same version is read
 * several times: it then ends as it ended before, and costs no call. A record that died stays dead until it changes, the flow changes,
 * or somebody replays it; the dedup memory never calls a refused record unchanged.
 */
export async function track(run: Run, entity: string, records: readonly DataRecord[]): Promise<readonly Item[]> {
  const items = newestOfEachKey(run, entity, records)
  const keys = items.map(item => item.record.key)
  const mustLookAgain = run.options.mode === 'backfill' || run.options.keys !== undefined || run.options.force === true
  // an enrichment may have changed although the record has not: a sweep is there to notice
  const looksBehind = run.options.mode === 'sweep' && run.plan.enrich.length > 0
  if (!mustLookAgain && !looksBehind) {
    const seen = await run.ports.ledger.tracked(run.plan.name, entity, keys)
    for (const item of items) {
      if (item.ended || item.record.change === 'delete') continue
      const before = repeated(seen.get(item.record.key), item.sourceHash)
      if (before) item.ended = before
    }
  }
  await dropEchoes(run, entity, items)
  return items
}

/** Prefix of a tracked hash: how the record ended when it was last seen. */
const ENDED_AS = { written: 'w', unchanged: 'w', deleted: 'x', filtered: 'f', dead: 'd', parked: 'p' } as const

export function trackedHash(ended: Ended, sourceHash: string): string {
  return `${ENDED_AS[ended.is]}:${sourceHash}`
}

function repeated(seen: string | undefined, sourceHash: string): Ended | undefined {
  if (!seen || seen.slice(2) !== sourceHash) return undefined
  switch (seen[0]) {
    case 'f':
      return { is: 'filtered', did: 'again', isRepeat: true }
    case 'd':
      return {
        is: 'dead',
        step: '',
        failure: { kind: 'record', code: 'RUN_STILL_DEAD', message: 'unchanged since it died' },
        isRepeat: true,
      }
    case 'p':
      return { is: 'parked', awaits: [], isRepeat: true }
    case 'w':
      return { is: 'unchanged', did: 'again', isRepeat: true }
    default:
      return undefined
  }
}

/** A key that comes twice in one unit: the later one counts, the earlier one has been overtaken. */
function newestOfEachKey(run: Run, entity: string, records: readonly DataRecord[]): Item[] {
  const last = new Map<string, number>()
  records.forEach((record, index) => {
    last.set(record.key, index)
  })
  return records.map((record, index) => {
    const item = newItem(run, entity, record)
    if (last.get(record.key) !== index) item.ended = { is: 'unchanged', did: 'overtaken', isRepeat: true }
    return item
  })
}

export function newItem(run: Pick<Run, 'plan'>, entity: string, record: DataRecord): Item {
  return {
    entity,
    record,
    // the flow's hash is part of it: a corrected mapping looks at every record again that it reads again
    sourceHash: fingerprint([run.plan.hash, record.change, record.fields]),
    variables: { entity, key: record.key, connection: run.plan.source.connection },
    drafts: [],
    sinkKeys: new Map(),
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
  const versions = new Set(written.map(it => `${it.sinkKey}\n${it.sinkVersion}`))
  for (const item of versioned)
    if (versions.has(`${item.record.key}\n${item.record.version}`)) item.ended = { is: 'unchanged', did: 'echo' }
}
