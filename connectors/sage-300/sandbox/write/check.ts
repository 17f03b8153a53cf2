import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import { fieldInvalid, invalidPayload } from '../answers.ts'
import type { Knobs } from '../knobs.ts'
import type { FieldDef } from '../resources/definition.ts'

/** A body with its fields in the order in which they were sent: they are applied in that order (fact sheet 0.8). */
export type Given = readonly (readonly [FieldDef, Json])[]

export interface CheckRules {
  readonly knobs: Knobs
  /** Computed fields that this sender may set all the same. */
  readonly allowed: ReadonlySet<string>
}

export function parseBody(body: Buffer): JsonObject {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch {
    throw invalidPayload('The request body is not valid JSON.')
  }
  if (!isObject(parsed)) throw invalidPayload('The request body is not an entry.')
  return parsed
}

/** What JSON.parse gives is JSON. */
const isObject = (it: unknown): it is JsonObject => typeof it === 'object' && it !== null && !Array.isArray(it)

/** Computed fields and annotations are passed over, so that what was read can be sent; unknown properties are refused. */
export function checkBody(fields: ReadonlyMap<string, FieldDef>, body: JsonObject, rules: CheckRules): Given {
  const given: [FieldDef, Json][] = []
  for (const [name, value] of Object.entries(body)) {
    if (name.startsWith('@') || name.includes('@odata.')) continue
    const field = fields.get(name)
    if (!field) throw invalidPayload(`The property '${name}' does not exist on this type.`)
    const checked = CHECKS[field.kind](value, field, rules.knobs)
    if (checked === undefined) throw invalidPayload(`The value of '${name}' is not valid for its type.`)
    if (!field.isComputed || rules.allowed.has(name)) given.push([field, checked])
  }
  return given
}

type Check = (value: Json, field: FieldDef, knobs: Knobs) => Json | undefined

const CHECKS: Readonly<Record<FieldDef['kind'], Check>> = {
  text: (value, field, knobs) =>
    value === null ? '' : typeof value === 'string' ? storedText(value, field, knobs) : undefined,
  enum: (value, { values }) => (typeof value === 'string' && values?.includes(value) ? value : undefined),
  number: value => (typeof value === 'number' ? value : undefined),
  flag: value => (typeof value === 'boolean' ? value : undefined),
  date: value => (value === null ? null : typeof value === 'string' ? dayOf(value) : undefined),
  details: value => (Array.isArray(value) && value.every(isObject) ? value : undefined),
}

/** Fixed-length storage knows no blanks at the end. */
function storedText(value: string, { name, length = value.length }: FieldDef, { overlong }: Knobs): string {
  const stored = value.trimEnd()
  if (stored.length <= length) return stored
  if (overlong === 'cut') return stored.slice(0, length).trimEnd()
  throw fieldInvalid(`${name} cannot be longer than ${length} characters.`)
}

function dayOf(value: string): string | undefined {
  const [, day = ''] = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.exec(value) ?? []
  const at = new Date(`${day}T00:00:00Z`)
  // 2026-02-30 would roll over into March
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) && day !== '' ? day : undefined
}
