import type { ResourceDef } from '../resources/definition.ts'
import { pathOf } from '../resources/definition.ts'
import { AP_BATCH_RULES, AR_BATCH_RULES } from './batches.ts'
import { INVOICE_RULES } from './invoices.ts'
import { ACCOUNT_RULES, ITEM_RULES } from './ledgers.ts'
import { ORDER_RULES } from './orders.ts'
import { CUSTOMER_RULES, SHIP_TO_RULES, VENDOR_RULES } from './parties.ts'
import { demand, type Rules } from './rules.ts'

const RULES: Readonly<Record<string, Rules>> = {
  'AP/APVendors': VENDOR_RULES,
  'AR/ARCustomers': CUSTOMER_RULES,
  'AR/ARShipToLocations': SHIP_TO_RULES,
  'OE/OEOrders': ORDER_RULES,
  'OE/OEInvoices': INVOICE_RULES,
  'GL/GLAccounts': ACCOUNT_RULES,
  'IC/ICItems': ITEM_RULES,
  'AR/ARInvoiceBatches': AR_BATCH_RULES,
  'AP/APInvoiceBatches': AP_BATCH_RULES,
}

/** Whatever has no rules of its own needs at least its key. */
export const rulesOf = (def: ResourceDef): Rules =>
  RULES[pathOf(def)] ?? {
    finish: draft => {
      for (const name of def.key) demand(draft, name, name)
    },
  }
