import type { Failure } from '../../core/errors.ts'
import type { KnownRecord } from '../../core/ledger.ts'
import type { FlowPlan, StepPlan } from '../../core/plan.ts'
import type { DataRecord, JsonObject } from '../../core/record.ts'
import type { Connection } from '../../sdk/connector.ts'
import type { PreviewedRecord } from '../differences.ts'
import { preview } from '../preview.ts'
import { hashes } from '../stages/plan.ts'
import type { RunPorts } from '../types.ts'
import type { Foresight } from './foresight.ts'

/** A record as a replay would leave it. */
export interface LookedAtRecord extends PreviewedRecord {
  /** Somebody has changed or removed it at the target. Its source says what was written already, so it is left alone. */
  readonly isLeftAlone?: true
}

/** What is looked at together. */
export interface Look {
  readonly entity: string
  readonly keys: readonly string[]
  /** Taken in place of what the source holds; read from there by key when absent. */
  readonly records?: readonly DataRecord[]
  /** As a backfill takes them, not as keys that a person names: what came from the target itself does not travel back. */
  readonly isBackfill?: true
  /** Written even where the ledger calls it unchanged. */
  readonly force?: boolean
}

export interface Seen {
  /** By source key; a key of which nothing is known to anybody is not among them. */
  readonly records: ReadonlyMap<string, readonly LookedAtRecord[]>
  readonly targetUnread: Failure | null
}

/** What the shared planner says of these records, given what was looked at before. Writes nothing. */
export async function look(plan: FlowPlan, foresight: Foresight, given: Look): Promise<Seen> {
  const { entity, keys, records, isBackfill, force } = given
  const { ports } = foresight
  const own = { ...plan, source: { ...plan.source, entities: [entity] } }
  const options = { limit: keys.length, ...(isBackfill ? { all: true } : { keys }) }
  const found = await preview(own, records ? holding(ports, plan, records) : ports, options)
  const asked = new Set(keys)
  const those = found.records.filter(it => asked.has(it.key))
  const known = await ports.ledger.known(plan.name, plan.source.connection, entity, keys)
  const said = those.map(it => asSent(it, { plan, known, force }))
  foresight.note(said)
  return { records: Map.groupBy(said, it => it.key), targetUnread: found.targetUnread }
}

/** The source answers its first read with these records, whatever it holds; everything else is asked of the source itself. */
function holding(ports: RunPorts, { source }: FlowPlan, records: readonly DataRecord[]): RunPorts {
  let isAnswered = false
  const over = (connection: Connection): Connection => ({
    ...connection,
    read: async function* (entity, request) {
      if (isAnswered) return yield* connection.read(entity, request)
      isAnswered = true
      yield { records, next: {} }
    },
    // nothing is listed, whoever asks
    preflight: request => connection.preflight(request.use === 'read' ? { ...request, byKey: true } : request),
  })
  return {
    ...ports,
    open: async name => (name === source.connection ? over(await ports.open(name)) : ports.open(name)),
  }
}

interface Standing {
  readonly plan: FlowPlan
  readonly known: readonly KnownRecord[]
  readonly force: boolean | undefined
}

/**
 * A preview shows how what was changed at the target would be put right. A replay leaves it: nothing is sent that the ledger knows to have been
 * written, unless that is asked for.
 */
function asSent(record: PreviewedRecord, { plan, known, force }: Standing): LookedAtRecord {
  const step = plan.steps.find(it => it.name === record.step)
  if (!step || record.mapped === null || step.sink.operation === 'delete') return record
  if (force)
    return record.would === 'same' && step.sink.operation !== 'create' ? { ...record, would: 'update' } : record
  if (record.would !== 'create' && record.would !== 'update') return record
  const row = known.find(it => it.step === record.step && it.sinkKey === record.sinkKey && isOf(step, it))
  return row && isWritten(row, step, record.mapped) ? { ...record, would: 'same', isLeftAlone: true } : record
}

function isOf({ sink }: StepPlan, { sinkConnection, sinkEntity }: KnownRecord): boolean {
  return sinkConnection === sink.connection && sinkEntity === sink.entity
}

/** As the planner decides it: every mapped field is as it was written last. */
function isWritten({ fingerprint, fieldHashes }: KnownRecord, { sink }: StepPlan, mapped: JsonObject): boolean {
  const lasting = Object.entries(mapped).filter(([field]) => !sink.createOnly.includes(field))
  const now = hashes(Object.fromEntries(lasting)).fieldHashes
  return fingerprint !== '' && Object.entries(now).every(([field, hash]) => fieldHashes[field] === hash)
}
