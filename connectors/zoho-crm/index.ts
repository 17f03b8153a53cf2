import { defineConnector } from '../../engine/sdk/index.ts'
import { createClient, type ZohoClient } from './client.ts'
import { accounts } from './entities/accounts.ts'
import { contacts } from './entities/contacts.ts'
import { customEntity } from './entities/custom.ts'
import { deals } from './entities/deals.ts'
import { invoices } from './entities/invoices.ts'
import { products } from './entities/products.ts'
import { salesOrders } from './entities/sales-orders.ts'
import { vendors } from './entities/vendors.ts'
import { classifyZoho } from './errors.ts'
import { ofThisGrant } from './identity.ts'
import { describeModule, orgOf } from './metadata.ts'
import { preflight } from './preflight.ts'
import { zohoSandbox } from './sandbox/index.ts'
import { MOST_CALLS_IN_FLIGHT, type ZohoSettings, zohoSettings } from './settings.ts'
import { zohoWebhook } from './webhook.ts'

export const zohoCrm = defineConnector<ZohoSettings, ZohoClient>({
  name: 'zoho-crm',
  title: 'Zoho CRM',
  summary:
    'Accounts, contacts, vendors, products, deals, sales orders, invoices and custom modules of one Zoho CRM org (API v8).',
  settings: zohoSettings,
  limits: {
    // the setting `concurrency` bounds it further
    concurrency: MOST_CALLS_IN_FLIGHT,
    cost: '1 credit per call, 1 per 10 records of an insert, update or upsert, 1 per COQL query of up to 200 rows; credits come back after 24 hours',
    throttled: '429 TOO_MANY_REQUESTS for both concurrency and credits; X-API-CREDITS-REMAINING: 0 means credits',
  },
  open: async context => createClient(ofThisGrant(context)),
  ping: async client => {
    const org = await orgOf(client, { fresh: true })
    return { account: `${org.name} (${org.id})`, details: { orgId: org.id, edition: org.edition } }
  },
  entities: {
    Accounts: accounts,
    Contacts: contacts,
    Vendors: vendors,
    Products: products,
    Deals: deals,
    Sales_Orders: salesOrders,
    Invoices: invoices,
  },
  customEntity,
  preflight,
  describe: describeModule,
  webhook: zohoWebhook,
  classify: classifyZoho,
  sandbox: zohoSandbox,
})
