import type { Scope } from '../../core/expression.ts'
import { isReference } from '../../core/expression.ts'
import type { FlowPlan, FlowTest, Place, StepPlan } from '../../core/plan.ts'
import type { Json, JsonObject } from '../../core/record.ts'
import type { Connector } from '../../sdk/connector.ts'
import { type Difference, differences } from './differences.ts'
import { isTruthy, nestDotted } from './values.ts'

/** How one test of a flow ended. */
export interface TestOutcome {
  readonly name: string
  readonly place: Place
  readonly passed: boolean
  /** What differs, field by field; empty when it passed. */
  readonly differences: readonly Difference[]
}

/** What became of the given records. */
interface Happened {
  filtered: number
  parked: number
  /** Codes of failures, in order. */
  readonly errors: { readonly code: string; readonly message: string }[]
  /** Sink records by step, in order of the records. */
  readonly steps: Map<string, JsonObject[]>
}

/** The entity's key field by entity, to give `$key` its value. */
type Registry = ReadonlyMap<string, Connector>

/** Runs a flow's `tests:` through filter, enrich (given) and map. No system is called. */
export async function runFlowTests(plan: FlowPlan, registry: Registry): Promise<readonly TestOutcome[]> {
  const outcomes: TestOutcome[] = []
  for (const test of plan.tests) {
    const happened = await happen(plan, test, registry)
    const found = compare(test, happened, plan)
    outcomes.push({ name: test.name, place: test.place, passed: found.length === 0, differences: found })
  }
  return outcomes
}

async function happen(plan: FlowPlan, test: FlowTest, registry: Registry): Promise<Happened> {
  const happened: Happened = {
    filtered: 0,
    parked: 0,
    errors: [],
    steps: new Map(plan.steps.map(it => [it.name, []])),
  }
  for (const given of test.given) await runRecord(plan, test, scopeOf(plan, test, given, registry), happened)
  return happened
}

function scopeOf(plan: FlowPlan, test: FlowTest, given: JsonObject, registry: Registry): Scope {
  const record = nestDotted(given)
  const entity = test.entity ?? plan.source.entities[0] ?? ''
  const connector = registry.get(plan.source.connector)
  const keyField = (connector?.entities[entity] ?? connector?.customEntity?.(entity))?.key ?? ''
  const key = record[keyField]
  return {
    record,
    variables: {
      entity,
      connection: plan.source.connection,
      key: key === undefined ? undefined : String(key),
      ...test.enrich,
    },
  }
}

async function runRecord(plan: FlowPlan, test: FlowTest, scope: Scope, happened: Happened): Promise<void> {
  if (plan.filter) {
    const [wanted] = await plan.filter.evaluate([scope])
    if (!wanted?.ok) return void happened.errors.push(failureOf(wanted))
    if (!isTruthy(wanted.value)) {
      happened.filtered++
      return
    }
  }
  const written: { readonly step: string; readonly record: JsonObject }[] = []
  let isParked = false
  for (const step of plan.steps) {
    const made = await runStep(step, scope)
    if (!made.ok) return void happened.errors.push(failureOf(made))
    for (const mapped of made.records) {
      const resolved = resolveReferences(mapped, plan, test)
      if (resolved === undefined) isParked = true
      else written.push({ step: step.name, record: resolved })
    }
  }
  // a record that waits for a link writes nothing yet
  if (isParked) happened.parked++
  else for (const { step, record } of written) happened.steps.get(step)?.push(record)
}

type Made =
  | { readonly ok: true; readonly records: readonly JsonObject[] }
  | { readonly ok: false; readonly failure: { readonly code: string; readonly message: string } }

const NONE: Made = { ok: true, records: [] }

async function runStep(step: StepPlan, scope: Scope): Promise<Made> {
  if (step.when) {
    const [taken] = await step.when.evaluate([scope])
    if (!taken?.ok) return taken ?? NONE
    if (!isTruthy(taken.value)) return NONE
  }
  const scopes: Scope[] = []
  if (step.each) {
    const [list] = await step.each.evaluate([scope])
    if (!list?.ok) return list ?? NONE
    for (const [index, item] of asList(list.value).entries())
      scopes.push({ record: scope.record, variables: { ...scope.variables, item, index } })
  } else scopes.push(scope)
  const records: JsonObject[] = []
  for (const mapped of await step.map.evaluate(scopes)) {
    if (!mapped.ok) return mapped
    records.push(mapped.value as JsonObject)
  }
  return { ok: true, records }
}

function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly Json[]) : [value]
}

function failureOf(
  ended: { readonly ok: boolean; readonly failure?: { readonly code: string; readonly message: string } } | undefined,
) {
  return ended?.failure ?? { code: 'EXPRESSION_DEFECT', message: 'no value' }
}

/** With the links that the test gives; undefined when one is not known, so that the record waits. */
function resolveReferences(mapped: JsonObject, plan: FlowPlan, test: FlowTest): JsonObject | undefined {
  let isOpen = false
  const resolve = (value: Json): Json => {
    if (typeof value !== 'object' || value === null) return value
    if (isReference(value)) {
      const id = value.$ref === 'sinkId' ? `<id of ${value.step}>` : linkId(value, plan, test)
      if (id === undefined) isOpen = true
      return id ?? null
    }
    if (Array.isArray(value)) return value.map(resolve)
    return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, resolve(it as Json)]))
  }
  const resolved = resolve(mapped) as JsonObject
  return isOpen ? undefined : resolved
}

function linkId(
  wanted: { readonly connector: string; readonly entity: string; readonly key: string; readonly of?: string },
  plan: FlowPlan,
  test: FlowTest,
): string | undefined {
  const sameConnector = (name: Json | undefined) =>
    name === wanted.connector ||
    plan.steps.some(
      ({ sink }) =>
        [sink.connection, sink.connector].includes(wanted.connector) &&
        [sink.connection, sink.connector].includes(String(name)),
    )
  const found = test.links.find(
    it =>
      sameConnector(it['connector']) &&
      it['entity'] === wanted.entity &&
      it['key'] === wanted.key &&
      (wanted.of === undefined || it['of'] === undefined || it['of'] === wanted.of),
  )
  return found === undefined ? undefined : String(found['id'])
}

function compare(test: FlowTest, happened: Happened, plan: FlowPlan): readonly Difference[] {
  const { filtered, parked, error, records, contains, steps } = test.expect
  const all = plan.steps.flatMap(it => happened.steps.get(it.name) ?? [])
  const found: Difference[] = []
  if (filtered !== undefined) found.push(...differences('filtered', filtered, happened.filtered))
  if (parked !== undefined) found.push(...differences('parked', parked, happened.parked))
  if (error !== undefined) found.push(...differences('error', error, happened.errors[0]?.code))
  else
    for (const it of happened.errors)
      found.push({ path: 'error', expected: undefined, actual: `${it.code}: ${it.message}` })
  if (records !== undefined) found.push(...differences('records', records, all))
  if (contains !== undefined) found.push(...containing(contains, all))
  if (typeof steps === 'object' && steps !== null)
    for (const [name, expected] of Object.entries(steps))
      found.push(...differences(`steps.${name}`, expected as Json, happened.steps.get(name) ?? []))
  return found
}

/** Record by record, only the fields that are named. */
function containing(expected: Json, actual: readonly JsonObject[]): readonly Difference[] {
  const wanted = Array.isArray(expected) ? (expected as readonly JsonObject[]) : []
  if (wanted.length !== actual.length)
    return [{ path: 'contains.length', expected: wanted.length, actual: actual.length }]
  return wanted.flatMap((record, at) =>
    Object.entries(record).flatMap(([name, value]) =>
      differences(`contains[${at}].${name}`, value, actual[at]?.[name]),
    ),
  )
}
