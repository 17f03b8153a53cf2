import { AP_BATCHES, AR_BATCHES } from './batches.ts'
import { pathOf, type ResourceDef } from './definition.ts'
import { INVOICES, ORDERS } from './documents.ts'
import { ACCOUNTS, ITEMS } from './ledgers.ts'
import { CUSTOMERS, SHIP_TO_LOCATIONS, VENDORS } from './parties.ts'
import { SETUP } from './setup.ts'

export const RESOURCES: ReadonlyMap<string, ResourceDef> = new Map(
  [VENDORS, CUSTOMERS, SHIP_TO_LOCATIONS, ORDERS, INVOICES, ACCOUNTS, ITEMS, AR_BATCHES, AP_BATCHES, ...SETUP].map(
    it => [pathOf(it), it],
  ),
)

/** Resources that run something and hold nothing: POST with `$process` only. */
export const PROCESSES: ReadonlySet<string> = new Set([
  'AR/ARPostInvoices',
  'AP/APPostInvoices',
  'IC/ICDayEndProcessing',
])

export const MODULES: readonly string[] = [...new Set([...RESOURCES.keys()].map(it => it.slice(0, 2)))]
