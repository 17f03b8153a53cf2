import { CONTACT, customer, SUPPORT_FIELDS, vendor } from './companies.ts'
import type { ObjectDef } from './definition.ts'
import { DIMENSIONS, GLACCOUNT, term, type } from './master.ts'
import { AUDITHISTORY, SUPPORT_TICKET, USERINFO } from './system.ts'

export interface CatalogueOptions {
  readonly customFields: boolean
  readonly customObject: boolean
}

/** All objects of a company. */
export function createCatalogue(options: CatalogueOptions): ReadonlyMap<string, ObjectDef> {
  const custom = options.customFields ? SUPPORT_FIELDS : []
  const all = [
    vendor(custom),
    customer(custom),
    CONTACT,
    type('VENDTYPE', 'Vendor type'),
    type('CUSTTYPE', 'Customer type'),
    ...DIMENSIONS,
    GLACCOUNT,
    term('APTERM', 'AP term'),
    term('ARTERM', 'AR term'),
    USERINFO,
    AUDITHISTORY,
    ...(options.customObject ? [SUPPORT_TICKET] : []),
  ]
  return new Map(all.map(it => [it.name, it]))
}
