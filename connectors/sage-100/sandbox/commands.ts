import type { Json } from '../../../engine/sdk/index.ts'
import { contactsOf } from './control-data.ts'
import { MAIN_COMPANY } from './data/companies.ts'
import type { Site } from './site.ts'
import type { Company } from './store/company.ts'
import { FIRST } from './store/table.ts'
import type { TableName } from './store/tables.ts'

type Command = (site: Site, company: Company, value: Json) => void

/** What is done once, by `POST /_sandbox/knobs`; it is no state. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  /** true: the agent was restarted, cursors given before are no longer valid. */
  expireCursors: site => {
    site.cursors.validFrom = site.clock.now().getTime() + 1
  },
  /** `{ "from": "01~ABF", "to": "01~ABG" }`: the customer gets another number; its stamps stay as they were. */
  renumber: (_site, company, value) => {
    const { from, to } = pairOf(value)
    if (!company.table('AR_Customer').has(from)) throw new RangeError(`there is no customer ${from}`)
    if (company.table('AR_Customer').has(to)) throw new RangeError(`there is a customer ${to} already`)
    const [ARDivisionNo = '', CustomerNo = ''] = to.split('~')
    if (ARDivisionNo === '' || CustomerNo === '') throw new RangeError(`${to} is no division and number`)
    const owner = { ARDivisionNo, CustomerNo }
    move(company, 'AR_Customer', { from, to, owner })
    for (const key of contactsOf(company, from))
      move(company, 'AR_CustomerContact', { from: key, to: `${to}${key.slice(from.length)}`, owner })
    for (const { key, row } of [...company.table('SO_SalesOrder').from(FIRST)]) {
      const { values } = row()
      if (`${values['ARDivisionNo']}~${values['CustomerNo']}` === from)
        move(company, 'SO_SalesOrder', { from: key, to: key, owner })
    }
  },
  /** Keys of orders that were invoiced: they leave the table of open orders. */
  toHistory: (_site, company, value) => {
    for (const key of Array.isArray(value) ? value : [value])
      if (!company.table('SO_SalesOrder').remove(String(key))) throw new RangeError(`there is no order ${String(key)}`)
  },
}

export function runCommand(site: Site, name: string, value: Json): void {
  const company = site.companies.get(MAIN_COMPANY)
  if (company) COMMANDS[name]?.(site, company, value)
}

interface Move {
  readonly from: string
  readonly to: string
  readonly owner: Readonly<Record<string, string>>
}

function move(company: Company, name: TableName, { from, to, owner }: Move): void {
  const table = company.table(name)
  const row = table.get(from)
  if (!row) return
  table.remove(from)
  table.put(to, { ...row, values: { ...row.values, ...owner } })
}

function pairOf(value: Json): { readonly from: string; readonly to: string } {
  if (value !== null && typeof value === 'object' && 'from' in value && 'to' in value)
    if (typeof value.from === 'string' && typeof value.to === 'string') return { from: value.from, to: value.to }
  throw new RangeError('renumber needs from and to')
}
