import type { InitialRows } from '../store/table.ts'
import { createChance } from './chance.ts'
import { type Companies, type CompanySpec, createCompanies } from './companies.ts'
import { createContacts, freeContactName } from './contacts.ts'
import * as master from './master.ts'

export interface DataOptions {
  readonly seed: number
  readonly vendors: number
  readonly customers: number
  /** Rows of vendors, and of customers, that share one change time; undefined: a quarter of them, at most 5,000. */
  readonly tie: number | undefined
}

const MASTER_ROWS: Readonly<Record<string, InitialRows>> = {
  VENDTYPE: master.rowsOf(master.VENDOR_TYPES),
  CUSTTYPE: master.rowsOf(master.CUSTOMER_TYPES),
  DEPARTMENT: master.rowsOf(master.DEPARTMENTS),
  LOCATION: master.rowsOf(master.LOCATIONS),
  LOCATIONENTITY: master.rowsOf(master.ENTITIES),
  CLASS: master.rowsOf(master.CLASSES),
  GLACCOUNT: master.rowsOf(master.ACCOUNTS),
  APTERM: master.rowsOf(master.TERMS),
  ARTERM: master.rowsOf(master.TERMS),
  AUDITHISTORY: master.PAST_DELETIONS,
  USERINFO: master.rowsOf(master.USERS, master.FIRST_USER),
}

/** The records that each object starts with. */
export function initialRows(options: DataOptions): Readonly<Record<string, InitialRows>> {
  const chance = createChance(options.seed)
  const free = Math.max(8, Math.floor((options.vendors + options.customers) / 10))
  const make = (spec: Pick<CompanySpec, 'letter' | 'key' | 'count' | 'firstId' | 'types'>): Companies =>
    createCompanies(
      {
        ...spec,
        tie: Math.min(spec.count, options.tie ?? Math.min(5_000, Math.floor(spec.count / 4))),
        freeContact: row => freeContactName(chance, chance.number(305, row) % free),
        entities: master.ENTITIES.map(it => it['LOCATIONID'] ?? ''),
        terms: master.TERMS.map(it => it['NAME'] ?? ''),
      },
      chance,
    )
  const vendors = make({
    letter: 'V',
    key: 'VENDORID',
    count: options.vendors,
    firstId: 1_000,
    types: names(master.VENDOR_TYPES),
  })
  const customers = make({
    letter: 'C',
    key: 'CUSTOMERID',
    count: options.customers,
    firstId: 20,
    types: names(master.CUSTOMER_TYPES),
  })
  return {
    VENDOR: vendors,
    CUSTOMER: customers,
    CONTACT: createContacts(vendors, customers, free, chance),
    PROJECT: master.rowsOf(master.projectsFor(customers.companyId, options.customers)),
    ...MASTER_ROWS,
  }
}

const names = (rows: readonly Readonly<Record<string, string>>[]): string[] => rows.map(it => it['NAME'] ?? '')
