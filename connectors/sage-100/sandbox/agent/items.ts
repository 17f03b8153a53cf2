import type { JsonObject } from '../../../../engine/sdk/index.ts'
import { joined } from '../rules/join.ts'
import type { Company } from '../store/company.ts'
import type { Entry, Row } from '../store/table.ts'
import { LINE_COLUMNS, type TableDef } from '../store/tables.ts'
import { badRequest } from './answers.ts'

/** Which columns an answer holds. */
export interface Selection {
  readonly columns: readonly string[]
  readonly withLines: boolean
}

/** `fields=a,b,c` and `include=lines`; what the table has not is refused. Private columns are as if they were not there. */
export function selectionOf(def: TableDef, query: URLSearchParams): Selection {
  const include = query.get('include')
  if (include !== null && (include !== 'lines' || def.name !== 'SO_SalesOrder'))
    throw badRequest(`include=${include} is not possible for ${def.path}.`)
  const open = [...def.columns.values()].filter(it => !it.isPrivate).map(it => it.name)
  const wished = query.get('fields')?.split(',')
  const unknown = wished?.find(it => !open.includes(it))
  if (unknown !== undefined) throw badRequest(`${def.name} has no column ${unknown}.`)
  return { columns: wished ?? open, withLines: include === 'lines' }
}

export function itemOf(
  company: Company,
  def: TableDef,
  wish: Selection & { readonly entry: Pick<Entry, 'key' | 'row'> },
): JsonObject {
  const row = joined(company, def, wish.entry.row())
  const values = Object.fromEntries(wish.columns.map(it => [it, trimmed(row.values[it])]))
  return { key: wish.entry.key, ...values, ...(wish.withLines ? { Lines: linesOf(row) } : {}) }
}

const linesOf = ({ lines, values }: Row) =>
  lines.map(line => ({
    ...Object.fromEntries([...LINE_COLUMNS.keys()].map(it => [it, trimmed(line[it])])),
    SalesOrderNo: values['SalesOrderNo'] ?? '',
  }))

/** Trailing spaces are removed. */
const trimmed = (text: string | undefined) => (text ?? '').trimEnd()
