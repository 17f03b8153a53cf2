import { type Failure, toEngineError } from '../core/errors.ts'
import { canonicalJson } from '../core/fingerprint.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { DataRecord, Json, JsonObject } from '../core/record.ts'
import type { FoundRecord } from '../sdk/connector.ts'
import { preflight } from './preflight.ts'
import { entityOf, newCounters, openRun, type Run, selectOf } from './run.ts'
import { enrich } from './stages/enrich.ts'
import { filter } from './stages/filter.ts'
import { findByMatch, plan as planDrafts } from './stages/plan.ts'
import { newItem } from './stages/track.ts'
import type { Draft, Item, OpenStep, RunPorts } from './types.ts'
import { shape } from './unit.ts'

export interface PreviewOptions {
  readonly limit: number
  /** Only these source keys. */
  readonly keys?: readonly string[]
  /** Records given by a person (`--from file.json`): nothing is read from the source. */
  readonly records?: readonly DataRecord[]
  /** From the beginning, instead of what the next run would read. */
  readonly all?: boolean
}

export interface FieldDifference {
  readonly field: string
  readonly before: Json
  readonly after: Json
  /** The expression, and where it stands. */
  readonly expression: string
  readonly place: string
}

export interface PreviewedRecord {
  readonly entity: string
  readonly key: string
  readonly step: string
  readonly sinkEntity: string
  readonly sinkKey: string | null
  /** same: the target holds all of it already. */
  readonly would: 'create' | 'update' | 'same' | 'filter' | 'reject' | 'park' | 'delete'
  readonly differences: readonly FieldDifference[]
  readonly failure?: Failure
  readonly waitsFor?: readonly string[]
}

export interface Preview {
  readonly flow: string
  readonly records: readonly PreviewedRecord[]
  readonly read: number
  /** There was more than `limit`. */
  readonly isPartial: boolean
  /** The target could not be read: differences are against what the ledger knows, and nothing may be concluded from their absence. */
  readonly targetUnread: Failure | null
}

/** What a run would do, by the same planner, with the field-level difference against what the target holds now. Writes nothing. */
export async function preview(plan: FlowPlan, ports: RunPorts, options: PreviewOptions): Promise<Preview> {
  const request = { trigger: 'manual', actor: 'preview', mode: 'incremental' } as const
  const lease = { hold: async () => {} }
  const run = await openRun({ id: 'preview', plan, ports, options: request, counters: newCounters(), lease })
  if (!options.records) await preflight(run)
  const { records, isPartial } = options.records
    ? { records: options.records.map(record => ({ entity: plan.source.entities[0] ?? '', record })), isPartial: false }
    : await readSome(run, options)
  const items = records.map(it => newItem(run, it.entity, it.record))
  await filter(run, items)
  await enrich(run, items)
  const previewed: PreviewedRecord[] = []
  let targetUnread: Failure | null = null
  for (const step of run.steps) {
    const drafts = await shape(run, step, items)
    // a step that would create its record has no id yet: later steps show where it will stand
    for (const draft of drafts)
      if (!draft.item.sinkKeys.has(step.plan.name)) draft.item.sinkKeys.set(step.plan.name, `<id of ${step.plan.name}>`)
    const current = await readTarget(run, step, drafts).catch((thrown: unknown) => {
      targetUnread = toEngineError(thrown).toFailure()
      return undefined
    })
    for (const draft of drafts) if (!draft.item.ended) previewed.push(describe(step, draft, current?.(draft)))
  }
  for (const item of items) {
    const ended = endOf(item)
    if (ended) previewed.push(ended)
  }
  return { flow: plan.name, records: previewed, read: records.length, isPartial, targetUnread }
}

async function readSome(run: Run, options: PreviewOptions) {
  const records: { readonly entity: string; readonly record: DataRecord }[] = []
  for (const entity of run.plan.source.entities) {
    const after = options.all || options.keys ? undefined : await run.ports.ledger.checkpoint(run.plan.name, entity)
    const where = options.keys
      ? { where: { field: entityOf(run.source.connector, entity).key, values: options.keys } }
      : {}
    const request = {
      ...(after === undefined ? {} : { after }),
      ...where,
      select: selectOf(run, entity),
      deletes: run.plan.onDelete.do !== 'ignore',
      pageSize: Math.min(options.limit + 1, 200),
    }
    for await (const page of run.source.read(entity, request)) {
      for (const record of page.records) records.push({ entity, record })
      if (records.length > options.limit) return { records: records.slice(0, options.limit), isPartial: true }
    }
  }
  return { records, isPartial: false }
}

type Current = (draft: Draft) => FoundRecord | undefined

/** Plans, and reads what the target holds now: by the external key, or by the id that the ledger knows. */
async function readTarget(run: Run, step: OpenStep, drafts: readonly Draft[]): Promise<Current> {
  await planDrafts(run, step, drafts)
  const open = drafts.filter(draft => !draft.item.ended && draft.planned)
  const fields = [...new Set(open.flatMap(draft => Object.keys(draft.fields)))]
  const values = open.flatMap(draft => (draft.planned?.matchValue == null ? [] : [draft.planned.matchValue]))
  const byMatch = await findByMatch(step, values, fields)
  const ids = open.flatMap(draft =>
    draft.planned?.matchValue == null && draft.planned?.sinkKey ? [draft.planned.sinkKey] : [],
  )
  const byId =
    ids.length > 0
      ? await step.connection.find(step.plan.sink.entity, { field: 'id', values: ids, select: fields })
      : []
  return draft => {
    const value = draft.planned?.matchValue
    return value == null ? byId.find(it => it.sinkKey === draft.planned?.sinkKey) : byMatch(value)[0]
  }
}

function describe(step: OpenStep, draft: Draft, current: FoundRecord | undefined): PreviewedRecord {
  const { planned, item } = draft
  const outgoing = current ? (planned?.outgoing ?? draft.fields) : draft.fields
  const kept = new Set(current ? step.plan.sink.createOnly : [])
  const differences = Object.entries(outgoing)
    .filter(([field]) => !kept.has(field))
    .filter(([field, after]) => !isSame(current?.fields[field], after))
    .map(([field, after]) => ({
      field,
      before: current?.fields[field] ?? null,
      after,
      expression: step.plan.places[field]?.text ?? '',
      place: placeOf(step, field),
    }))
  const would =
    step.plan.sink.operation === 'delete' ? 'delete' : !current ? 'create' : differences.length > 0 ? 'update' : 'same'
  return {
    entity: item.entity,
    key: item.record.key,
    step: step.plan.name,
    sinkEntity: step.plan.sink.entity,
    sinkKey: current?.sinkKey ?? planned?.sinkKey ?? null,
    would,
    differences,
  }
}

function placeOf(step: OpenStep, field: string): string {
  const place = step.plan.places[field]?.place
  return place ? `${place.file}:${place.line}:${place.column}` : ''
}

/** A lookup reads back with more than was written (`{ id, name }`), and what is absent is null. */
function isSame(before: Json | undefined, after: Json): boolean {
  if (before === undefined || before === null)
    return after === null || (isObject(after) && Object.keys(after).length === 0)
  if (isObject(before) && isObject(after))
    return Object.entries(after).every(([name, value]) => isSame(before[name], value))
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && after.every((value, index) => isSame(before[index] as Json, value as Json))
  return canonicalJson(before) === canonicalJson(after)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function endOf(item: Item): PreviewedRecord | undefined {
  const common = { entity: item.entity, key: item.record.key, step: '', sinkEntity: '', sinkKey: null, differences: [] }
  const { ended } = item
  if (ended?.is === 'dead') return { ...common, step: ended.step, would: 'reject', failure: ended.failure }
  if (ended?.is === 'parked')
    return { ...common, would: 'park', waitsFor: ended.awaits.map(it => `${it.sinkEntity} of ${it.sourceKey}`) }
  if (ended?.is === 'filtered') return { ...common, would: 'filter' }
  if (item.record.change === 'delete') return { ...common, would: 'delete' }
  return item.drafts.length === 0 ? { ...common, would: 'filter' } : undefined
}
