import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import type { Fault } from './answers.ts'
import type { External } from './external.ts'
import type { FieldDef } from './fields.ts'
import { asRow, asRows, mergeRows, totals } from './line-items.ts'
import type { ModuleDef } from './modules.ts'
import { type Org, uniqueFields } from './org.ts'
import { userRef } from './render.ts'
import type { StoredRecord } from './store.ts'
import { at, checkValue } from './values.ts'

export interface Candidate {
  readonly given: JsonObject
  /** `$.data[3]` */
  readonly path: string
  /** The record that is about to change; absent: a new one. */
  readonly before: StoredRecord | undefined
  readonly external: External
}

export interface CheckedRecord {
  /** All values of the record after the write. */
  readonly values: Readonly<Record<string, Json>>
  readonly faults: readonly Fault[]
}

// keys of a record that are no fields: which layout, and how multi-selects merge (4.1)
const NOT_FIELDS = new Set(['Layout', '$append_values'])

/** Everything that a record must pass, and what it would be afterwards. All faults are told, not just the first. */
export function checkRecord(org: Org, module: ModuleDef, candidate: Candidate): CheckedRecord {
  const { given, path, before, external } = candidate
  const faults: Fault[] = []
  const values: Record<string, Json> = { ...(before ? before.values : initialValues(org, module)) }
  for (const [name, value] of Object.entries(given)) {
    if (NOT_FIELDS.has(name) || (name === 'id' && before)) continue
    const field = module.fields.get(name)
    const spot = { api_name: name, json_path: `${path}.${name}` }
    if (!field || field.readOnly === 'refused')
      faults.push({ code: 'INVALID_DATA', message: 'invalid data', details: spot })
    else if (field.readOnly === false && !isSelf(external, name, before)) {
      const checked = checkField(org, { candidate, field, value })
      faults.push(...checked.faults)
      if (checked.value === null || checked.value === undefined) delete values[name]
      else values[name] = appended(candidate, name, checked.value)
    }
  }
  faults.push(...missingMandatory(module, candidate, values), ...duplicates(org, module, { candidate, values }))
  const lines = [...module.fields.values()].find(it => it.dataType === 'subform')
  const rows = lines && values[lines.apiName]
  if (rows) Object.assign(values, totals(values, asRows(rows)))
  return { values, faults }
}

// the external value that addressed the record is its key, not a change
const isSelf = (external: External, name: string, before: StoredRecord | undefined) =>
  external.self === name && before !== undefined

function initialValues(org: Org, module: ModuleDef): Record<string, Json> {
  const values: Record<string, Json> = {}
  for (const field of module.fields.values()) {
    if (field.dataType === 'autonumber') values[field.apiName] = String(org.nextNumber())
    else if (field.initial !== null) values[field.apiName] = field.initial
  }
  return values
}

function checkField(
  org: Org,
  it: { candidate: Candidate; field: FieldDef; value: Json },
): { value?: Json; faults: readonly Fault[] } {
  const { candidate, field, value } = it
  const jsonPath = `${candidate.path}.${field.apiName}`
  const externalKey = candidate.external.lookups[field.apiName] ?? null
  const checked = checkValue(value, { org, field, jsonPath, externalKey })
  if (checked.is === 'fault') return { faults: [checked.fault] }
  if (field.dataType !== 'subform' || !Array.isArray(checked.value)) return { value: checked.value, faults: [] }
  const held = candidate.before?.values[field.apiName]
  const merged = mergeRows({ org, field, jsonPath, external: candidate.external }, checked.value, asRows(held))
  return { value: merged.rows, faults: merged.faults }
}

/** `$append_values: { Field: true }` adds to a multi-select instead of replacing it. */
function appended(candidate: Candidate, name: string, value: Json): Json {
  const isAppending = asRow(candidate.given['$append_values'])?.[name] === true
  const held = candidate.before?.values[name]
  if (!isAppending || !Array.isArray(held) || !Array.isArray(value)) return value
  return [...held, ...value.filter(it => !held.includes(it))]
}

function missingMandatory(module: ModuleDef, candidate: Candidate, values: Readonly<Record<string, Json>>): Fault[] {
  return (
    [...module.fields.values()]
      .filter(it => it.mandatory && values[it.apiName] === undefined)
      // a value that was sent and refused has its own fault; on update only what is being cleared counts
      .filter(it => (candidate.given[it.apiName] ?? '') === '' && (!candidate.before || it.apiName in candidate.given))
      .map(field => ({
        code: 'MANDATORY_NOT_FOUND',
        message: 'required field not found',
        details: at({ field, jsonPath: `${candidate.path}.${field.apiName}` }),
      }))
  )
}

/** Unique fields are checked on plain insert and update too (section 8, 14). */
function duplicates(
  org: Org,
  module: ModuleDef,
  it: { candidate: Candidate; values: Readonly<Record<string, Json>> },
): Fault[] {
  const { candidate, values } = it
  const store = org.store(module.apiName)
  return uniqueFields(module).flatMap(field => {
    const value = values[field.apiName]
    if (value === undefined || !(field.apiName in candidate.given)) return []
    const other = store.having(field.apiName, value).find(record => record.id !== candidate.before?.id)
    if (!other) return []
    const owner = userRef(String(asRow(other.values['Owner'])?.['id'] ?? other.createdBy))
    return {
      code: 'DUPLICATE_DATA',
      message: 'duplicate data',
      details: {
        ...at({ field, jsonPath: `${candidate.path}.${field.apiName}` }),
        id: other.id,
        duplicate_record: { id: other.id, Owner: owner, module: { api_name: module.apiName, id: module.id } },
        more_records: false,
      },
    }
  })
}

/** One fault as it is, several wrapped in one (fact sheet 5). */
export function combine(faults: readonly Fault[]): Fault | undefined {
  if (faults.length <= 1) return faults[0]
  return {
    code: 'MULTIPLE_OR_MULTI_ERRORS',
    message: 'Multiple errors occurred while processing the record',
    details: { errors: faults.map(({ code, details, message }) => ({ code, details, message, status: 'error' })) },
  }
}
