import type { Json, JsonObject, SandboxData } from '../../../engine/sdk/index.ts'
import { ColumnRefusal, checked } from './rules/check.ts'
import { joined } from './rules/join.ts'
import { enterLines } from './rules/orders.ts'
import type { Site } from './site.ts'
import { type Company, stamped } from './store/company.ts'
import { blankRow, FIRST, type Row } from './store/table.ts'
import { keyOf, TABLES, type TableDef, tableDef } from './store/tables.ts'
import { PERSON_KEY } from './users.ts'

/** Stamps that a change may name itself: what an import or a repair leaves behind. */
const STAMPS = ['DateCreated', 'TimeCreated', 'UserCreatedKey', 'DateUpdated', 'TimeUpdated', 'UserUpdatedKey']

/** Records of the main company as people see and change them; every one holds its parts joined in `key`: `01-ABF`. */
export function controlData(site: Site, company: Company): SandboxData {
  return {
    entities: TABLES.map(it => it.name),
    list: entity => {
      const def = tableDef(entity)
      return [...company.table(def.name).from(FIRST)].map(it => shown(company, def, it.row()))
    },
    put: (entity, record) => put(site, company, { def: tableDef(entity), record }),
    remove: (entity, key) => remove(site, company, { def: tableDef(entity), key }),
  }
}

const shown = (company: Company, def: TableDef, row: Row): JsonObject => {
  const { values, lines } = joined(company, def, row)
  return {
    key: shownKey(def, keyOf(def, values)),
    ...values,
    ...(def.name === 'SO_SalesOrder' ? { Lines: [...lines] } : {}),
  }
}

/** `01-ABF`, as screens print it, and `01-ABF~ART J` for what belongs to a customer. A division has two characters. */
const shownKey = (def: TableDef, key: string): string => (def.key.length > 1 ? key.replace('~', '-') : key)

/** Both spellings are taken. */
export function storedKey(def: TableDef, key: string): string {
  return def.key.length > 1 && /^..-/.test(key) ? `${key.slice(0, 2)}~${key.slice(3)}` : key
}

interface Put {
  readonly def: TableDef
  readonly record: JsonObject
}

/** A refusal of the business object is shown as an error. */
function put(site: Site, company: Company, { def, record }: Put): JsonObject {
  const { key: given, Lines, ...columns } = record
  const key = keyFor(company, def, { given, columns })
  const table = company.table(def.name)
  const before = table.get(key)
  const parts = Object.fromEntries(def.key.map((name, at) => [name, key.split('~')[at] ?? '']))
  const row = before ?? { values: { ...blankRow(def), ...newValues(def) }, lines: [] }
  const values = { ...row.values, ...entered(def, columns), ...parts }
  const withLines = Array.isArray(Lines)
    ? enterLines({ values, lines: row.lines }, Lines.filter(isObject))
    : { ...row, values }
  const isSilent = before !== undefined && site.knobs.now().silent
  const fresh = isSilent ? withLines : stamped(company, withLines, { userKey: PERSON_KEY, isNew: !before })
  table.put(key, { ...fresh, values: { ...fresh.values, ...ownStamps(columns, before?.values ?? {}) } })
  return shown(company, def, table.get(key) ?? fresh)
}

const isObject = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const NEW: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AR_Customer: { CustomerStatus: 'A', OpenItemCustomer: 'Y' },
  AP_Vendor: { VendorStatus: 'A' },
  GL_Account: { Status: 'A' },
  SO_SalesOrder: { OrderType: 'S', OrderStatus: 'N' },
}
const newValues = ({ name }: TableDef) => NEW[name] ?? {}

/** What is named as it was is no wish: the stamp moves. */
function ownStamps(columns: JsonObject, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const given = STAMPS.filter(it => typeof columns[it] === 'string' && columns[it] !== before[it])
  // a new record without a date of change has no time of it either
  const blank = columns['DateUpdated'] === '' && given.includes('DateUpdated') ? { TimeUpdated: '' } : {}
  return { ...blank, ...Object.fromEntries(given.map(it => [it, String(columns[it])])) }
}

function entered(def: TableDef, columns: JsonObject): Readonly<Record<string, string>> {
  const values = Object.entries(columns).filter(([name]) => !STAMPS.includes(name) && !def.key.includes(name))
  return Object.fromEntries(
    values.map(([name, value]): [string, string] => {
      const column = def.columns.get(name)
      if (!column) throw new RangeError(`${def.name} has no column ${name}`)
      try {
        return [name, checked(def.name, column, value === null ? '' : String(value))]
      } catch (thrown) {
        throw thrown instanceof ColumnRefusal ? new RangeError(thrown.message) : thrown
      }
    }),
  )
}

/** From `key`, or from the columns of the key; a new record without either is numbered. */
function keyFor(company: Company, def: TableDef, wish: { given: Json | undefined; columns: JsonObject }): string {
  if (typeof wish.given === 'string') {
    const key = storedKey(def, wish.given)
    if (key.split('~').length === def.key.length) return key
    throw new RangeError(`the key of ${def.name} is ${def.key.join('~')}, not ${wish.given}`)
  }
  const last = def.key.at(-1) ?? ''
  const isNamed = wish.columns[last] !== undefined
  const parts = { ARDivisionNo: '01', APDivisionNo: '00', SegmentNo: '01', ...wish.columns }
  if (isNamed) return keyOf(def, parts)
  const width = def.name === 'GL_Account' ? 9 : 7
  const series = def.name === 'SO_SalesOrder' ? 'order' : 'customer'
  for (;;) {
    const key = keyOf(def, { ...parts, [last]: company.nextNumber(series).padStart(width, '0') })
    if (!company.table(def.name).has(key)) return key
  }
}

function remove(site: Site, company: Company, { def, key: given }: { def: TableDef; key: string }): boolean {
  const key = storedKey(def, given)
  const table = company.table(def.name)
  const row = table.get(key)
  if (def.name === 'GL_Account' && site.knobs.now().glDelete === 'flag') {
    if (!row || row.values['Status'] === 'D') return false
    const flagged = { ...row, values: { ...row.values, Status: 'D' } }
    table.put(key, stamped(company, flagged, { userKey: PERSON_KEY, isNew: false }))
    return true
  }
  if (def.name === 'AR_Customer' && row) removeContacts(company, key)
  return table.remove(key)
}

/** The contacts of a customer go with it. */
export function removeContacts(company: Company, customer: string): void {
  const contacts = company.table('AR_CustomerContact')
  for (const key of contactsOf(company, customer)) contacts.remove(key)
}

export function contactsOf(company: Company, customer: string): readonly string[] {
  const found: string[] = []
  for (const { key } of company.table('AR_CustomerContact').from(FIRST))
    if (key.startsWith(`${customer}~`)) found.push(key)
  return found
}
