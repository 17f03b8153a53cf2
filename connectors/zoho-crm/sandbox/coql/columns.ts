import type { Json } from '../../../../engine/sdk/index.ts'
import { refuse } from '../answers.ts'
import type { DataType, FieldDef } from '../fields.ts'
import { asRow } from '../line-items.ts'
import type { ModuleDef } from '../modules.ts'
import { moduleOf, type Org } from '../org.ts'
import { fieldValue } from '../render.ts'
import type { StoredRecord } from '../store.ts'
import { isDate, parseTime } from '../times.ts'
import type { Operator } from './parse.ts'
import type { Token } from './tokens.ts'

export type Comparable = string | number | boolean | null

/** A column that exists: how it shows, how it compares, which literals it takes. */
export interface Column {
  readonly name: string
  readonly field: FieldDef
  /** False for a column behind a lookup. */
  readonly isOwn: boolean
  show(record: StoredRecord): Json
  compare(record: StoredRecord): Comparable
  literal(token: Token): Comparable
}

type Kind = 'text' | 'number' | 'id' | 'boolean' | 'date' | 'time'

const KINDS: Partial<Record<DataType, Kind>> = {
  text: 'text',
  textarea: 'text',
  email: 'text',
  phone: 'text',
  website: 'text',
  picklist: 'text',
  autonumber: 'text',
  integer: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  formula: 'number',
  bigint: 'id',
  lookup: 'id',
  ownerlookup: 'id',
  boolean: 'boolean',
  date: 'date',
  datetime: 'time',
}

const ORDERED: readonly Operator[] = ['=', '!=', '<', '>', '<=', '>=', 'in', 'between', 'null']
const OPERATORS: Record<Kind, readonly Operator[]> = {
  text: ['=', '!=', 'like', 'in', 'null'],
  number: ORDERED,
  id: ORDERED,
  boolean: ['=', '!=', 'null'],
  date: ORDERED,
  time: ORDERED,
}

const invalidQuery = (column: string, module: string, reason: string) =>
  refuse('INVALID_QUERY', 'invalid query formed', { column_name: column, module, reason })

// what every query over time compares is not printed and read again
const STAMPS: Readonly<Record<string, (record: StoredRecord) => number>> = {
  Created_Time: record => record.createdAt,
  Modified_Time: record => record.modifiedAt,
}

/** `Field`, or `Lookup.Field` and `Lookup.Lookup.Field` through the records pointed at. */
export function resolveColumn(org: Org, module: ModuleDef, name: string): Column {
  const [first = '', ...rest] = name.split('.')
  const field = module.fields.get(first)
  if (!field) throw invalidQuery(name, module.apiName, 'there is no such column')
  if (rest.length > 0) return joined(org, module, { field, name, rest })
  return {
    name,
    field,
    isOwn: true,
    show: record => fieldValue(org, module, { record, field }),
    compare: STAMPS[first] ?? (record => comparable(field, fieldValue(org, module, { record, field }))),
    literal: token => literal(field, token, module),
  }
}

function joined(org: Org, module: ModuleDef, it: { field: FieldDef; name: string; rest: readonly string[] }): Column {
  const { field, name, rest } = it
  if (field.dataType !== 'lookup' || rest.length > 2)
    throw invalidQuery(name, module.apiName, 'the column is not reached through a lookup')
  const target = moduleOf(org, field.target ?? '')
  const column = resolveColumn(org, target, rest.join('.'))
  const follow = (record: StoredRecord) =>
    org.store(target.apiName).records.get(String(asRow(record.values[field.apiName])?.['id']))
  const through = <T>(record: StoredRecord, use: (found: StoredRecord) => T): T | null => {
    const found = follow(record)
    return found ? use(found) : null
  }
  return {
    ...column,
    name,
    isOwn: false,
    show: record => through(record, column.show),
    compare: record => through(record, column.compare),
  }
}

/** Refuses an operator that the column's type does not know. */
export function checkOperator(module: ModuleDef, column: Column, operator: Operator): void {
  const kind = KINDS[column.field.dataType]
  if (!kind || !OPERATORS[kind].includes(operator))
    throw refuse('INVALID_QUERY', 'invalid query formed', {
      column_name: column.name,
      module: module.apiName,
      operator: operator === 'null' ? 'is null' : operator,
      reason: 'the operator is not supported for the column',
    })
}

export function checkSortable(module: ModuleDef, column: Column): void {
  if (!KINDS[column.field.dataType]) throw invalidQuery(column.name, module.apiName, 'the column cannot be sorted by')
}

function comparable(field: FieldDef, shown: Json): Comparable {
  if (shown === null) return null
  const kind = KINDS[field.dataType]
  if (kind === 'id') return padded(String(asRow(shown)?.['id'] ?? shown))
  if (kind === 'time') return parseTime(String(shown)) ?? null
  if (kind === 'text') return String(shown).toLowerCase()
  return typeof shown === 'object' ? null : shown
}

// digits beyond 2^53 compare as text of one length
const padded = (digits: string) => digits.padStart(19, '0')

function literal(field: FieldDef, token: Token, module: ModuleDef): Comparable {
  const found = LITERALS[KINDS[field.dataType] ?? 'text'](token)
  if (found === undefined)
    throw invalidQuery(field.apiName, module.apiName, `the value "${token.text}" does not fit the column's data type`)
  return found
}

const LITERALS: Record<Kind, (token: Token) => Comparable | undefined> = {
  text: token => (token.is === 'text' ? token.text.toLowerCase() : undefined),
  number: token => (token.is === 'number' ? Number(token.text) : undefined),
  id: token => (/^\d{1,19}$/.test(token.text) ? padded(token.text) : undefined),
  boolean: token => ({ true: true, false: false })[token.text.toLowerCase()],
  date: token => (token.is === 'text' && isDate(token.text) ? token.text : undefined),
  time: token => (token.is === 'text' ? parseTime(token.text) : undefined),
}
