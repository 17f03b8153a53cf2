import { defineConnector } from '../../engine/sdk/index.ts'
import { type AcumaticaClient, createClient } from './client.ts'
import { CONTACT } from './entities/contact.ts'
import { CUSTOMER } from './entities/customer.ts'
import { readable, writable } from './entities/define.ts'
import { SALES_INVOICE, SALES_ORDER } from './entities/documents.ts'
import { NON_STOCK_ITEM, STOCK_ITEM } from './entities/items.ts'
import { VENDOR } from './entities/vendor.ts'
import { classifyAcumatica } from './errors.ts'
import { describeObject } from './metadata.ts'
import { ping } from './ping.ts'
import { preflightObject } from './preflight.ts'
import { acumaticaSandbox } from './sandbox/index.ts'
import { type AcumaticaSettings, acumaticaSettings, MOST_CALLS_IN_FLIGHT } from './settings.ts'
import { acumaticaWebhook } from './webhook.ts'

const OBJECTS = [CUSTOMER, STOCK_ITEM, NON_STOCK_ITEM, SALES_INVOICE, SALES_ORDER, VENDOR, CONTACT]

const objectOf = (name: string) => {
  const found = OBJECTS.find(it => it.name === name)
  if (!found) throw new RangeError(`acumatica has no entity "${name}"`)
  return found
}

/** Acumatica over its contract-based REST API. Financial documents are read and never written. */
export const acumatica = defineConnector<AcumaticaSettings, AcumaticaClient>({
  name: 'acumatica',
  title: 'Acumatica Cloud ERP',
  summary:
    'Customers, items, sales invoices, sales orders, vendors and contacts of one tenant of an Acumatica instance.',
  settings: acumaticaSettings,
  limits: {
    // the setting `concurrency` narrows it to 1 unless told otherwise: all calls share one session
    concurrency: MOST_CALLS_IN_FLIGHT,
    cost: 'One request per page, per record written, and per record where a field cannot be listed; licences count requests per minute and sessions.',
    throttled: '429; "API Login Limit" with 500; a redirect to Error.aspx that names concurrent API logins',
  },
  open: async context => createClient(context),
  ping,
  entities: {
    Customer: writable(CUSTOMER),
    StockItem: readable(STOCK_ITEM),
    NonStockItem: readable(NON_STOCK_ITEM),
    SalesInvoice: readable(SALES_INVOICE),
    SalesOrder: readable(SALES_ORDER),
    Vendor: readable(VENDOR),
    Contact: readable(CONTACT),
  },
  preflight: (client, request) => preflightObject(client, objectOf(request.entity), request),
  describe: (client, entity) => describeObject(client, objectOf(entity)),
  webhook: acumaticaWebhook,
  classify: classifyAcumatica,
  sandbox: acumaticaSandbox,
})
