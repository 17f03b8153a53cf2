import { removeContacts } from '../control-data.ts'
import { MASTERS } from '../data/words.ts'
import type { Site } from '../site.ts'
import { type Company, stamped } from '../store/company.ts'
import { blankRow, type Row } from '../store/table.ts'
import { keyOf, type TableDef, tableDef } from '../store/tables.ts'
import type { User } from '../users.ts'
import { MasRefusal, noKey } from './faults.ts'
import { enteredRow } from './rows.ts'
import { type GivenMembers, textIn } from './wire.ts'

/** A call that has passed logon and access. */
export interface Call {
  readonly site: Site
  readonly company: Company
  readonly user: User
  readonly sent: GivenMembers
}

const OBJECTS = { AR_Customer: 'AR_Customer_bus', AR_CustomerContact: 'AR_CustomerContact_bus' } as const
type Master = keyof typeof OBJECTS
const TITLES: Readonly<Record<Master, string>> = { AR_Customer: 'Customer', AR_CustomerContact: 'Contact' }

/** `arDivisionNo`, `customerNo`, `contactCode`: parameters are key columns that start in lower case. */
function askedKey(def: TableDef, sent: GivenMembers): string {
  const parameter = (column: string) =>
    column.startsWith('AR') ? `ar${column.slice(2)}` : `${column[0]?.toLowerCase()}${column.slice(1)}`
  return def.key.map(it => (textIn(sent, parameter(it)) ?? '').trimEnd()).join('~')
}

const titled = (name: Master, key: string) => `${TITLES[name]} ${key.replaceAll('~', '-')}`

export function getMaster({ company, sent }: Call, name: Master): Row {
  const def = tableDef(name)
  const key = askedKey(def, sent)
  const row = company.table(name).get(key)
  if (!row) throw noKey(titled(name, key))
  return row
}

const NEW: Readonly<Record<Master, Readonly<Record<string, string>>>> = {
  AR_Customer: { CustomerStatus: 'A', OpenItemCustomer: 'Y' },
  AR_CustomerContact: {},
}

export function createMaster(call: Call, name: Master, record: GivenMembers): void {
  const { company, user, site } = call
  const def = tableDef(name)
  const parts = Object.fromEntries(def.key.map(it => [it, (textIn(record, it) ?? '').trimEnd()]))
  const key = keyOf(def, parts)
  checkKey(call, name, parts)
  if (company.table(name).has(key)) throw new MasRefusal('WS_AlreadyExists', `${titled(name, key)} already exists.`)
  const fresh: Row = { values: { ...blankRow(def), ...NEW[name], ...parts }, lines: [] }
  // on a new record what was not sent keeps its first value
  const knobs = { ...site.knobs.now(), absentMembers: 'kept' }
  const values = enteredRow({ def, object: OBJECTS[name], knobs }, fresh, record)
  company.table(name).put(key, stamped(company, { values, lines: [] }, { userKey: user.key, isNew: true }))
}

function checkKey({ company }: Call, name: Master, parts: Readonly<Record<string, string>>): void {
  const def = tableDef(name)
  for (const [column, value] of Object.entries(parts)) {
    if (value === '')
      throw new MasRefusal('CI_NOF', `Could not set ${OBJECTS[name]} column ${column}$: The value is blank.`)
    if (value.length > (def.columns.get(column)?.size ?? 0))
      throw new MasRefusal('CI_CharLength', `Could not set ${OBJECTS[name]} column ${column}$: The value is too long.`)
  }
  const division = parts['ARDivisionNo'] ?? ''
  if (!MASTERS['Division']?.has(division))
    throw new MasRefusal(
      'CI_NOF',
      `Could not set ${OBJECTS[name]} column ARDivisionNo$: The ARDivisionNo ${division} is not on file.`,
    )
  const customer = `${parts['ARDivisionNo']}~${parts['CustomerNo']}`
  if (name === 'AR_CustomerContact' && !company.table('AR_Customer').has(customer))
    throw noKey(titled('AR_Customer', customer))
}

export function updateMaster({ company, user, site }: Call, name: Master, record: GivenMembers): void {
  const def = tableDef(name)
  const key = def.key.map(it => (textIn(record, it) ?? '').trimEnd()).join('~')
  const row = company.table(name).get(key)
  if (!row) throw noKey(titled(name, key))
  refuseLock(site, def, key)
  const values = enteredRow({ def, object: OBJECTS[name], knobs: site.knobs.now() }, row, record)
  company.table(name).put(key, stamped(company, { values, lines: [] }, { userKey: user.key, isNew: false }))
}

export function deleteMaster(call: Call, name: Master): void {
  const { company, site, sent } = call
  const def = tableDef(name)
  const key = askedKey(def, sent)
  if (!company.table(name).has(key)) throw noKey(titled(name, key))
  refuseLock(site, def, key)
  if (name === 'AR_Customer') removeContacts(company, key)
  company.table(name).remove(key)
}

/** Its code is not known: a knob (fact sheet 9). */
export function refuseLock({ locks, knobs }: Site, def: TableDef, key: string): void {
  const lock = locks.meet(def, key)
  if (lock !== undefined) throw new MasRefusal(knobs.now().lockCode, lock)
}
