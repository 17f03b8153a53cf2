import { defineConnector } from '../../engine/sdk/index.ts'
import { createClient, type Sage100Client } from './client.ts'
import { describeObject } from './describe.ts'
import { ACCOUNT, MAIN_ACCOUNT } from './entities/account.ts'
import { CONTACT } from './entities/contact.ts'
import { CUSTOMER } from './entities/customer.ts'
import { readable, writable } from './entities/define.ts'
import { ORDER } from './entities/order.ts'
import { VENDOR } from './entities/vendor.ts'
import { classifySage100 } from './errors.ts'
import { ping } from './ping.ts'
import { preflightObject } from './preflight.ts'
import { sage100Sandbox } from './sandbox/index.ts'
import { MOST_CALLS_IN_FLIGHT, type Sage100Settings, sage100Settings } from './settings.ts'

const OBJECTS = [CUSTOMER, CONTACT, VENDOR, ORDER, ACCOUNT, MAIN_ACCOUNT]

const objectOf = (name: string) => {
  const found = OBJECTS.find(it => it.name === name)
  if (!found) throw new RangeError(`sage-100 has no entity "${name}"`)
  return found
}

/** Sage 100 on the customer's own server: its eBusiness Web Services, an agent over its business objects, or both. */
export const sage100 = defineConnector<Sage100Settings, Sage100Client>({
  name: 'sage-100',
  title: 'Sage 100',
  summary: 'Customers, contacts, vendors, sales orders and accounts of one company of a Sage 100 installation.',
  settings: sage100Settings,
  limits: {
    // the setting `concurrency` narrows it
    concurrency: MOST_CALLS_IN_FLIGHT,
    cost: 'One request per page of the agent, per known key and per record written; a session that writes takes a user licence.',
    throttled:
      '429 POOL_EXHAUSTED of the agent when none of its sessions is free; 423 RECORD_LOCKED for a record in use',
  },
  open: async context => createClient(context),
  ping,
  entities: {
    AR_Customer: writable(CUSTOMER),
    AR_CustomerContact: readable(CONTACT),
    AP_Vendor: readable(VENDOR),
    SO_SalesOrder: readable(ORDER),
    GL_Account: readable(ACCOUNT),
    GL_MainAccount: readable(MAIN_ACCOUNT),
  },
  preflight: (client, request) => preflightObject(client, objectOf(request.entity), request),
  describe: (client, entity) => describeObject(client, objectOf(entity)),
  classify: classifySage100,
  sandbox: sage100Sandbox,
})
