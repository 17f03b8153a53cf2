import { defineConnector } from '../../engine/sdk/index.ts'
import { createClient, type Sage300Client } from './client.ts'
import { ACCOUNT } from './entities/account.ts'
import { CUSTOMER } from './entities/customer.ts'
import { readable, writable } from './entities/define.ts'
import { INVOICE } from './entities/invoice.ts'
import { ITEM } from './entities/item.ts'
import { ORDER } from './entities/order.ts'
import { VENDOR } from './entities/vendor.ts'
import { classifySage300 } from './errors.ts'
import { describeObject } from './metadata.ts'
import { ping } from './ping.ts'
import { preflightObject } from './preflight.ts'
import { sage300Sandbox } from './sandbox/index.ts'
import { MOST_CALLS_IN_FLIGHT, type Sage300Settings, sage300Settings } from './settings.ts'

const OBJECTS = [VENDOR, CUSTOMER, ORDER, INVOICE, ACCOUNT, ITEM]

const objectOf = (name: string) => {
  const found = OBJECTS.find(it => it.name === name)
  if (!found) throw new RangeError(`sage-300 has no entity "${name}"`)
  return found
}

/** Sage 300 over its Web API v1.0, on the customer's own server. */
export const sage300 = defineConnector<Sage300Settings, Sage300Client>({
  name: 'sage-300',
  title: 'Sage 300',
  summary: 'Vendors, customers, orders, invoices, accounts and items of one company of a Sage 300 installation.',
  settings: sage300Settings,
  limits: {
    // the setting `concurrency` narrows it to 1 unless told otherwise
    concurrency: MOST_CALLS_IN_FLIGHT,
    cost: 'One request per page and per record written; no figure is published, and calls take no LanPak licence.',
    throttled: '429 TooManyRequests when too many calls come at the same time',
  },
  open: async context => createClient(context),
  ping,
  entities: {
    'AP/APVendors': writable(VENDOR),
    'AR/ARCustomers': writable(CUSTOMER),
    'OE/OEOrders': writable(ORDER),
    'OE/OEInvoices': readable(INVOICE),
    'GL/GLAccounts': readable(ACCOUNT),
    'IC/ICItems': readable(ITEM),
  },
  preflight: (client, request) => preflightObject(client, objectOf(request.entity), request),
  describe: (client, entity) => describeObject(client, objectOf(entity)),
  classify: classifySage300,
  sandbox: sage300Sandbox,
})
