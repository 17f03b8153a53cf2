import type { Knobs } from '../knobs.ts'
import { type Column, numbers, texts } from '../store/columns.ts'
import { LINE_COLUMNS, tableDef } from '../store/tables.ts'

/** One member of a data contract, in the order of the wire. */
export interface Member {
  readonly name: string
  /** `text`, `dateTime`, `decimal` or the name of a contract. */
  readonly type: string
  readonly isMany?: true
  /** The column that it shows; absent for stamps and lists. */
  readonly column?: Column
}

export type ContractName = keyof typeof MEMBERS

const member = (name: string, type: string): Member => ({ name, type })

/** The SOAP contract has one dateTime where the table has a date and decimal hours, and lists partner columns apart (fact sheet 3.1). */
function membersOf(columns: Iterable<Column>, more: readonly Member[] = []): readonly Member[] {
  const shown = [...columns].filter(it => !it.isPrivate && !it.name.startsWith('UDF_') && !isStamp(it.name))
  return [...shown.map(memberOf), member('OtherFields', 'ArrayOfField'), ...more]
}

const STAMPS = ['DateCreated', 'TimeCreated', 'DateUpdated', 'TimeUpdated']
const isStamp = (name: string) => STAMPS.includes(name)
const STAMPED = [member('DateTimeCreated', 'dateTime'), member('DateTimeUpdated', 'dateTime')]

const memberOf = (column: Column): Member => ({
  name: column.name,
  type: column.kind === 'date' ? 'dateTime' : column.kind === 'number' ? 'decimal' : 'text',
  column,
})

const columnsOf = (table: string) => tableDef(table).columns.values()
const many = (name: string): readonly Member[] => [{ name, type: name, isMany: true }]

const MEMBERS = {
  Logon: [member('Password', 'text'), member('Username', 'text')],
  Customer: membersOf(columnsOf('AR_Customer'), STAMPED),
  CustomerContact: membersOf(columnsOf('AR_CustomerContact'), STAMPED),
  SalesOrder: membersOf(columnsOf('SO_SalesOrder'), [
    ...STAMPED,
    member('Lines', 'ArrayOfSalesOrderLine'),
    member('Payments', 'ArrayOfSalesOrderPayment'),
  ]),
  SalesOrderLine: membersOf(LINE_COLUMNS.values()),
  ArrayOfSalesOrderLine: many('SalesOrderLine'),
  // payments hold cards: the engine has nothing to do with them, and no order here has any
  ArrayOfSalesOrderPayment: many('SalesOrderPayment'),
  SalesOrderPayment: [member('PaymentType', 'text')],
  ArrayOfField: many('Field'),
  Field: [member('MasFieldName', 'text'), member('Value', 'text')],
  ContractInformation: [
    member('AssemblyVersion', 'text'),
    member('ContractVersion', 'int'),
    member('NullDateTime', 'dateTime'),
  ],
  DiagnosticInformation: [member('CallCount', 'int'), member('StartTime', 'dateTime')],
  MasFault: [member('ErrorCode', 'text'), member('ErrorMessage', 'text')],
  PreAuthorizationResult: [member('ResultCode', 'text')],
} satisfies Readonly<Record<string, readonly Member[]>>

export const CONTRACT_NAMES = Object.keys(MEMBERS) as readonly ContractName[]

/** What a later release adds, in the middle and at the end. */
const LATER = [...texts({ DivisionalRegion: 10 }), ...numbers(2, ['ZoneSurcharge'])].map(memberOf)

/** WCF puts members into ordinal order: capitals before small letters. */
export function contractMembers(
  name: ContractName,
  { extraMembers, elementOrder, amountTypes }: Knobs,
): readonly Member[] {
  const later = extraMembers && ['Customer', 'CustomerContact', 'SalesOrder'].includes(name) ? LATER : []
  const typed = (it: Member): Member =>
    it.type === 'decimal' && amountTypes === 'string' ? { ...it, type: 'text' } : it
  const sorted = [...MEMBERS[name], ...later].map(typed).sort((a, b) => (a.name < b.name ? -1 : 1))
  return elementOrder === 'reversed' ? sorted.reverse() : sorted
}

export const isContract = (type: string): type is ContractName => Object.hasOwn(MEMBERS, type)
