import { fingerprint } from '../../core/fingerprint.ts'
import type { DeadLetterRow } from '../../core/ledger.ts'
import type { FlowPlan } from '../../core/plan.ts'
import type { DataRecord, JsonObject } from '../../core/record.ts'
import { NOTHING_SETTLED } from '../../core/settlement.ts'
import { readKeys } from '../keys.ts'
import { drainParked } from '../parked.ts'
import { preflight } from '../preflight.ts'
import { recover } from '../recover.ts'
import { cancelledIf, type Run } from '../run.ts'
import { execute } from '../run-flow.ts'
import { diedAs, wasCutOff } from '../stages/track.ts'
import type { RunPorts, RunReport } from '../types.ts'
import { processUnit } from '../unit.ts'
import { editedFields } from './edited.ts'

export interface ReplayOptions {
  readonly actor: string
  readonly letters: readonly DeadLetterRow[]
  /** stored: from the body that was kept. source: read again, by key, as it is now. */
  readonly from: 'stored' | 'source'
  /**
   * Bodies that a person has edited, by id of the letter: taken in place of the stored ones, whatever `from` says. The source keeps what it
   * holds: an edit lasts at the target until the record changes there, or is written again by a backfill.
   */
  readonly bodies?: ReadonlyMap<string, JsonObject>
}

/** The letters' records, with those letters that are taken no more. */
interface TakenLetters {
  readonly records: readonly DataRecord[]
  readonly late: readonly DataRecord[]
}

type ReadLetters = (run: Run, entity: string, letters: readonly DeadLetterRow[]) => Promise<TakenLetters>

const CHUNK = 500

/**
 * Takes dead letters through the *current* flow. From its stored form, only what is still the newest that was seen of its key is taken: an old
 * version never replaces a newer one, whether that was written, waits for a reference, or has died of something else.
 */
export function replay(plan: FlowPlan, ports: RunPorts, options: ReplayOptions): Promise<RunReport> {
  const first = options.letters[0]
  const run = { trigger: 'replay', actor: options.actor, mode: 'incremental' } as const
  return execute(plan, ports, run, first?.runId ?? null, async opened => {
    await preflight(opened, true)
    await recover(opened)
    for (const [entity, letters] of Map.groupBy(options.letters, it => it.sourceEntity)) {
      const isEdited = (it: DeadLetterRow) => options.bodies?.has(it.id) === true
      const edited = await take(opened, entity, { letters: letters.filter(isEdited), read: readStored(options.bodies) })
      // other letters of the same records are closed with the edited ones: taken as well, they would undo the edit
      const others = letters.filter(it => !isEdited(it) && !edited.has(it.sourceKey))
      await take(opened, entity, { letters: others, read: options.from === 'stored' ? readStored() : fromSource })
    }
    // one that refers to another of these letters may have come before it
    await drainParked(opened)
  })
}

/** Answers the keys that went through the stages. */
async function take(
  run: Run,
  entity: string,
  { letters, read }: { readonly letters: readonly DeadLetterRow[]; readonly read: ReadLetters },
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>()
  for (const chunk of chunksOf(letters)) {
    cancelledIf(run)
    const { records, late } = await read(run, entity, chunk)
    if (late.length > 0) await noteOvertaken(run, entity, late)
    const keys = records.map(it => it.key)
    await processUnit({ ...run, options: { ...run.options, keys } }, { entity, records })
    run.ports.onProgress?.({ flow: run.plan.name, entity, counts: run.counts })
    for (const key of keys) taken.add(key)
  }
  return taken
}

/** What is taken together. All letters of one record stay together: only the newest of them is taken. */
export function chunksOf(letters: readonly DeadLetterRow[]): readonly (readonly DeadLetterRow[])[] {
  const chunks: DeadLetterRow[][] = []
  for (const those of Map.groupBy(letters, it => it.sourceKey).values()) {
    const last = chunks.at(-1)
    if (last && last.length + those.length <= CHUNK) last.push(...those)
    else chunks.push([...those])
  }
  return chunks
}

const readStored =
  (bodies?: ReplayOptions['bodies']): ReadLetters =>
  async (run, entity, letters) => {
    const { newest, late, bodiless } = await standingOf(run, entity, letters)
    if (bodiless.length > 0)
      run.ports.log.warn('the record of a dead letter is not kept any more', { ids: bodiless.map(it => it.id) })
    const records = [...newest.values()].map(it => editedBy(run, entity, it, bodies))
    return { records, late: late.map(it => it.record) }
  }

/** The record as a person edited it, or as it was kept. */
export function editedBy(
  run: Pick<Run, 'source'>,
  entity: string,
  { letter, record }: StoredLetter,
  bodies: ReplayOptions['bodies'] = new Map(),
): DataRecord {
  const body = bodies.get(letter.id)
  const { key, fields: asRead } = record
  return body ? { ...record, fields: editedFields(run, { entity, key, asRead, body }), asRead } : record
}

export interface StoredLetter {
  readonly letter: DeadLetterRow
  readonly record: DataRecord
}

/** What a replay from the stored form makes of letters. */
export interface Standing {
  /** By key: still the newest that was seen of it. */
  readonly newest: ReadonlyMap<string, StoredLetter>
  /** Healed, or overtaken by a newer version. */
  readonly late: readonly StoredLetter[]
  /** Their records are not kept any more. */
  readonly bodiless: readonly DeadLetterRow[]
}

/** Reads only. */
export async function standingOf(
  run: Pick<Run, 'plan' | 'ports'>,
  entity: string,
  given: readonly DeadLetterRow[],
): Promise<Standing> {
  const { ledger } = run.ports
  // as they are now, under the lease: since they were listed they may have been healed, or have died again
  const found = await ledger.deadLetters({ ids: given.map(it => it.id), limit: given.length })
  // of several letters of one record the one that died last counts: after the others
  const letters = found.toReversed().sort((one, other) => Date.parse(one.lastSeenAt) - Date.parse(other.lastSeenAt))
  const seen = await ledger.tracked(
    run.plan.name,
    entity,
    letters.map(it => it.sourceKey),
  )
  const newest = new Map<string, StoredLetter>()
  const late: StoredLetter[] = []
  const bodiless: DeadLetterRow[] = []
  for (const letter of letters) {
    const fields = await ledger.deadBody(letter.id)
    if (!fields) {
      bodiless.push(letter)
      continue
    }
    const { sourceKey: key, change, sourceVersion, readBy } = letter
    const record = { key, change, fields, readBy, ...(sourceVersion === null ? {} : { version: sourceVersion }) }
    const isOpen = letter.state === 'open' || letter.state === 'retrying'
    if (isOpen && (await isNewest(run, letter, record, seen.get(key)))) newest.set(key, { letter, record })
    else late.push({ letter, record })
  }
  return { newest, late, bodiless }
}

/** Is this what was last seen of its key? The dedup memory holds how that ended, and a hash of it and of the flow that it died in. */
async function isNewest(
  run: Pick<Run, 'ports'>,
  letter: DeadLetterRow,
  { change, fields }: DataRecord,
  lastSeen: string | undefined,
): Promise<boolean> {
  if (!lastSeen || wasCutOff(lastSeen)) return true
  const died = await run.ports.ledger.run(letter.runId)
  return died !== undefined && lastSeen === diedAs(fingerprint([died.flowHash, change, fields]))
}

async function fromSource(run: Run, entity: string, letters: readonly DeadLetterRow[]): Promise<TakenLetters> {
  const keys = [...new Set(letters.map(it => it.sourceKey))]
  return { records: await readKeys(run, entity, keys), late: [] }
}

async function noteOvertaken(run: Run, entity: string, late: readonly DataRecord[]): Promise<void> {
  run.counts.read += late.length
  run.counts.unchanged += late.length
  const at = run.ports.clock.now().toISOString()
  await run.ports.ledger.settle({
    ...NOTHING_SETTLED,
    workspace: run.plan.workspace,
    runId: run.id,
    flow: run.plan.name,
    at,
    events: late.map(record => ({
      runId: run.id,
      flow: run.plan.name,
      flowHash: run.plan.hash,
      step: '',
      at,
      sourceConnection: run.plan.source.connection,
      sourceEntity: entity,
      sourceKey: record.key,
      sourceVersion: record.version ?? null,
      sinkConnection: null,
      sinkEntity: null,
      sinkKey: null,
      outcome: 'unchanged',
      did: 'overtaken: healed, or not the newest version any more',
      changed: [],
      attempt: 2,
      failure: null,
    })),
    counts: { read: late.length, unchanged: late.length },
  })
}
