import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import { fieldInvalid, invalidPayload, recordDuplicate, recordNotFound } from '../answers.ts'
import { rowsOf } from '../odata/print.ts'
import type { DetailDef, FieldDef } from '../resources/definition.ts'
import type { Draft, LineRule, RuleCall, Rules } from '../rules/rules.ts'
import { type CheckRules, checkBody, type Given } from './check.ts'

export interface Application {
  readonly rules: Rules
  readonly call: RuleCall
  readonly check: CheckRules
}

export const initialOf = (fields: ReadonlyMap<string, FieldDef>): Draft =>
  Object.fromEntries([...fields.values()].map(it => [it.name, it.initial]))

/** Sets the fields one after the other; each that changes may set others after it. */
export function applyFields(draft: Draft, given: Given, { rules, call, check }: Application): void {
  for (const [field, value] of given) {
    if (field.name === 'UpdateOperation') continue
    const { detail, name } = field
    if (detail) {
      const lines = rules.lines?.[name] ?? {}
      draft[name] = applyRows(rowsOf(draft[name]), rowsOf(value), { detail, lines, header: draft, call, check })
    } else if (draft[name] !== value) {
      draft[name] = value
      rules.fields?.[name]?.(draft, call)
    }
  }
}

interface RowApplication {
  readonly detail: DetailDef
  readonly lines: Readonly<Record<string, LineRule>>
  readonly header: Draft
  readonly call: RuleCall
  readonly check: CheckRules
}

/** The rows after these were sent, by their UpdateOperation (fact sheet 5). */
function applyRows(before: readonly JsonObject[], given: readonly JsonObject[], it: RowApplication): Json {
  let rows = [...before]
  for (const row of given) {
    const operation = String(row['UpdateOperation'] ?? 'Unspecified')
    const at = placeOf(rows, row, it.detail)
    const found = rows[at]
    if (operation === 'Insert' && found && it.detail.step === 0) throw recordDuplicate('The detail already exists.')
    if (operation === 'Delete' || operation === 'Update') demandRow(row, found, it.detail)
    if (operation === 'Delete') rows = rows.filter((_row, index) => index !== at)
    else if (operation === 'Insert' || !found) rows.push(rowFrom(undefined, row, { ...it, rows }))
    else rows[at] = rowFrom(found, row, { ...it, rows })
  }
  return rows
}

const placeOf = (rows: readonly JsonObject[], row: JsonObject, { key }: DetailDef): number =>
  row[key] === undefined ? -1 : rows.findIndex(it => it[key] === row[key])

function demandRow(row: JsonObject, found: JsonObject | undefined, { key }: DetailDef): void {
  if (row[key] === undefined) throw invalidPayload(`A detail to update or delete needs its key ${key}.`)
  if (!found) throw recordNotFound()
}

function rowFrom(
  found: JsonObject | undefined,
  body: JsonObject,
  { detail, lines, header, call, check, rows }: RowApplication & { readonly rows: readonly JsonObject[] },
): JsonObject {
  const given = checkBody(detail.fields, body, check)
  const line: Draft = { ...initialOf(detail.fields), ...found }
  if (!found && detail.step > 0) line[detail.key] = nextKey(rows, detail)
  for (const [field, value] of given) {
    if (field.name === 'UpdateOperation' || (field.name === detail.key && (found || detail.step > 0))) continue
    const inner = field.detail
    if (!inner && line[field.name] === value) continue
    line[field.name] = inner
      ? applyRows(rowsOf(line[field.name]), rowsOf(value), { detail: inner, lines: {}, header: line, call, check })
      : value
    lines[field.name]?.(line, header, call)
  }
  if (String(line[detail.key] ?? '') === '') throw fieldInvalid(`${detail.key} cannot be blank.`)
  return line
}

const nextKey = (rows: readonly JsonObject[], { key, step }: DetailDef): number =>
  rows.reduce((highest, row) => Math.max(highest, Number(row[key] ?? 0)), 0) + step
