import type { Company } from '../store/company.ts'
import type { Row } from '../store/table.ts'
import type { TableDef } from '../store/tables.ts'

/** An account shows type, group and category of its main account, whatever its own stamp says (fact sheet 5). */
export function joined(company: Company, def: TableDef, row: Row): Row {
  if (def.name !== 'GL_Account') return row
  const main = company.table('GL_MainAccount').get(`01~${row.values['MainAccountCode'] ?? ''}`)
  if (!main) return row
  const { AccountType = '', AccountGroup = '', AccountCategory = '' } = main.values
  return { ...row, values: { ...row.values, AccountType, AccountGroup, AccountCategory } }
}
