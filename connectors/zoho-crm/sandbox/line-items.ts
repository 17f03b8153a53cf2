import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import type { Fault } from './answers.ts'
import type { External } from './external.ts'
import type { FieldDef } from './fields.ts'
import type { Org } from './org.ts'
import { checkValue, round } from './values.ts'

export interface Rows {
  readonly rows: readonly JsonObject[]
  readonly faults: readonly Fault[]
}

interface Setting {
  readonly org: Org
  readonly field: FieldDef
  readonly jsonPath: string
  readonly external: External
}

/**
 * Rows with an id change the row of that id, rows without are added, rows not named stay, `_delete: null` removes (fact sheet 2.2, unconfirmed).
 * The product is checked; amounts are computed, whatever was sent.
 */
export function mergeRows(setting: Setting, given: readonly Json[], held: readonly JsonObject[]): Rows {
  const faults: Fault[] = []
  const rows = new Map(held.map(row => [String(row['id']), row]))
  for (const [i, entry] of given.entries()) {
    const path = `${setting.jsonPath}[${i}]`
    const row = asRow(entry)
    if (!row) {
      faults.push(invalid(setting.field.apiName, path, { expected_data_type: 'jsonobject' }))
      continue
    }
    const id = row['id']
    const before = id === undefined ? undefined : rows.get(String(id))
    if (id !== undefined && !before) faults.push(invalid('id', `${path}.id`, {}))
    else if ('_delete' in row) rows.delete(String(id))
    else {
      const checked = checkRow({ ...setting, jsonPath: path }, row, before)
      faults.push(...checked.faults)
      rows.set(String(checked.row['id']), checked.row)
    }
  }
  if (rows.size === 0) faults.push(missing(setting.field.apiName, setting.jsonPath))
  return { rows: [...rows.values()], faults }
}

function checkRow(
  setting: Setting,
  given: JsonObject,
  before: JsonObject | undefined,
): { row: JsonObject; faults: Fault[] } {
  const fields = setting.org.modules.get(setting.field.target ?? '')?.fields ?? new Map<string, FieldDef>()
  const faults: Fault[] = []
  const values: Record<string, Json> = before
    ? { ...before }
    : Object.fromEntries([...fields.values()].filter(it => it.initial !== null).map(it => [it.apiName, it.initial]))
  for (const [name, value] of Object.entries(given)) {
    if (name === 'id') continue
    const field = fields.get(name)
    const jsonPath = `${setting.jsonPath}.${name}`
    if (!field) faults.push(invalid(name, jsonPath, {}))
    else if (!field.readOnly) {
      const externalKey = field.dataType === 'lookup' ? setting.external.lineProduct : null
      const checked = checkValue(value, { org: setting.org, field, jsonPath, externalKey })
      if (checked.is === 'fault') faults.push(checked.fault)
      else values[name] = checked.value
    }
  }
  if (faults.length === 0 && (values['Product_Name'] ?? null) === null)
    faults.push(missing('Product_Name', `${setting.jsonPath}.Product_Name`))
  return { row: priced(setting.org, { ...values, id: before?.['id'] ?? setting.org.nextId() }), faults }
}

function priced(org: Org, row: JsonObject): JsonObject {
  const product = asRow(row['Product_Name'])
  const unitPrice = org.store('Products').records.get(String(product?.['id']))?.values['Unit_Price']
  const listPrice = amount(row['List_Price'] ?? unitPrice)
  const total = round(amount(row['Quantity']) * listPrice, 2)
  const afterDiscount = round(total - amount(row['Discount']), 2)
  return {
    ...row,
    List_Price: listPrice,
    Total: total,
    Total_After_Discount: afterDiscount,
    Net_Total: round(afterDiscount + amount(row['Tax']), 2),
  }
}

/** Totals of the document are the system's: `Sub_Total` of the rows, `Grand_Total` after discount, tax and adjustment. */
export function totals(values: Readonly<Record<string, Json>>, rows: readonly JsonObject[]): JsonObject {
  const subTotal = round(
    rows.reduce((sum, row) => sum + amount(row['Net_Total']), 0),
    2,
  )
  const extras = amount(values['Tax']) + amount(values['Adjustment']) + amount(values['Excise_Duty'])
  return { Sub_Total: subTotal, Grand_Total: round(subTotal - amount(values['Discount']) + extras, 2) }
}

const amount = (value: Json | undefined) => (typeof value === 'number' ? value : 0)

export const asRow = (value: Json | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined

export const asRows = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.map(asRow).filter(row => row !== undefined) : []

const invalid = (name: string, path: string, details: JsonObject): Fault => ({
  code: 'INVALID_DATA',
  message: 'invalid data',
  details: { ...details, api_name: name, json_path: path },
})

const missing = (name: string, path: string): Fault => ({
  code: 'MANDATORY_NOT_FOUND',
  message: 'required field not found',
  details: { api_name: name, json_path: path },
})
