import type { Failure } from '../core/errors.ts'
import { canonicalJson } from '../core/fingerprint.ts'
import type { Json, JsonObject } from '../core/record.ts'
import type { FoundRecord } from '../sdk/connector.ts'
import type { Draft, Item, OpenStep } from './types.ts'

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
  /** The record as it was read. */
  readonly source: JsonObject
  /** What was made of it, all fields; null when it was not mapped to its end. */
  readonly mapped: JsonObject | null
  readonly differences: readonly FieldDifference[]
  readonly failure?: Failure
  readonly waitsFor?: readonly string[]
}

/** What the run would send for a draft, with what of it the target does not hold now. */
export function describe(step: OpenStep, draft: Draft, current: FoundRecord | undefined): PreviewedRecord {
  const { planned, item } = draft
  const differences = differing(step, draft, current).map(([field, after]) => ({
    field,
    before: current?.fields[field] ?? null,
    after,
    expression: step.plan.places[field]?.text ?? '',
    place: placeOf(step, field),
  }))
  const would = wouldBe(draft, current !== undefined, differences.length > 0)
  return {
    entity: item.entity,
    key: item.record.key,
    step: step.plan.name,
    sinkEntity: step.plan.sink.entity,
    sinkKey: current?.sinkKey ?? planned?.sinkKey ?? null,
    would,
    source: item.record.fields,
    mapped: draft.fields,
    differences,
  }
}

/** Mapped fields that the target does not hold so; all of them when it holds no such record. What only belongs to its creation is left out then. */
export function differing(
  { plan: { sink }, write }: OpenStep,
  { planned, fields }: Draft,
  current: FoundRecord | undefined,
): readonly (readonly [string, Json])[] {
  if (!current) return Object.entries(fields)
  return Object.entries(planned?.outgoing ?? fields)
    .filter(([field]) => !sink.createOnly.includes(field))
    .filter(([field, after]) => !isSame(current.fields[field], after) && !write.isKept?.(field, fields, current.fields))
}

/**
 * What the run is going to do. A record that a person changed or removed at the target is shown as it would be put right, although the run
 * leaves it alone until its source changes: whoever looks wants to know.
 */
function wouldBe({ planned, step }: Draft, isThere: boolean, differs: boolean): PreviewedRecord['would'] {
  const isSent = planned?.operation !== 'none'
  if (step.sink.operation === 'delete') return isSent ? 'delete' : 'same'
  if (step.sink.operation === 'create' && !isSent) return 'same'
  if (!isThere) return 'create'
  return isSent || differs ? 'update' : 'same'
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

/** An item that makes no sink record, or none any more. */
export function endOf(item: Item): PreviewedRecord | undefined {
  const common = {
    ...{ entity: item.entity, key: item.record.key, step: '', sinkEntity: '', sinkKey: null, differences: [] },
    source: item.record.fields,
    mapped: null,
  }
  const { ended } = item
  if (ended?.is === 'dead') return { ...common, step: ended.step, would: 'reject', failure: ended.failure }
  if (ended?.is === 'parked')
    return { ...common, would: 'park', waitsFor: ended.awaits.map(it => `${it.sinkEntity} of ${it.sourceKey}`) }
  if (ended?.is === 'filtered') return { ...common, would: 'filter' }
  if (ended) return { ...common, would: 'same' }
  if (item.record.change === 'delete') return { ...common, would: 'delete' }
  return item.drafts.length === 0 ? { ...common, would: 'filter' } : undefined
}
