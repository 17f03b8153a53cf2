import type { Node, Row, Value } from '../store/row.ts'
import { isNodes } from '../store/row.ts'
import type { EntityDef } from './definition.ts'
import { INVOICE } from './sales.ts'

/** Documents are kept as SalesInvoice has them; as Invoice some fields have other names (fact sheet 4.4). */
const INVOICE_NAMES: Readonly<Record<string, string>> = { CustomerID: 'Customer' }
const LINE_NAMES: Readonly<Record<string, string>> = { TransactionDescr: 'TransactionDescription', BranchID: 'Branch' }

const renamed = (values: Node['values'], names: Readonly<Record<string, string>>): Record<string, Value | undefined> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [names[name] ?? name, value]))

/** A stored row as an entity shows it. */
export function shown(entity: EntityDef, row: Row): Row {
  if (entity !== INVOICE) return row
  const { Details: lines, ...values } = renamed(row.values, INVOICE_NAMES)
  const Details = isNodes(lines)
    ? lines.map(line => ({
        ...line,
        values: { ...renamed(line.values, LINE_NAMES), ExtendedPrice: line.values['Amount'] },
      }))
    : undefined
  return { ...row, values: { ...values, Details } }
}

const inverse = (names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([a, b]) => [b, a]))

/** A row of what an entity shows, as it is stored. */
export function stored(entity: EntityDef, row: Row): Row {
  if (entity !== INVOICE) return row
  const { Details: lines, ...values } = renamed(row.values, inverse(INVOICE_NAMES))
  const Details = isNodes(lines)
    ? lines.map(line => {
        const { ExtendedPrice: _shown, ...rest } = renamed(line.values, inverse(LINE_NAMES))
        return { ...line, values: rest }
      })
    : undefined
  return { ...row, values: { ...values, Details } }
}
