import { defineConnector, type EntityDescription } from '../../engine/sdk/index.ts'
import { type IntacctClient, openClient } from './client.ts'
import { APTERM } from './entities/ap-term.ts'
import { ARTERM } from './entities/ar-term.ts'
import { CLASS } from './entities/class.ts'
import { CONTACT } from './entities/contact.ts'
import { CUSTOMER } from './entities/customer.ts'
import { CUSTTYPE } from './entities/customer-type.ts'
import { DEPARTMENT } from './entities/department.ts'
import { GLACCOUNT } from './entities/gl-account.ts'
import { LOCATION } from './entities/location.ts'
import { LOCATIONENTITY } from './entities/location-entity.ts'
import { PROJECT } from './entities/project.ts'
import { SUPDOC } from './entities/supdoc.ts'
import { VENDOR } from './entities/vendor.ts'
import { VENDTYPE } from './entities/vendor-type.ts'
import { classifyIntacct } from './errors.ts'
import { describeObject, preflightObject } from './metadata.ts'
import { ping } from './ping.ts'
import { intacctSandbox } from './sandbox/index.ts'
import { type IntacctSettings, intacctSettings } from './settings.ts'
import { preflightDocuments } from './supdoc/availability.ts'

/** What `query` reads. */
const objects = {
  VENDOR,
  CUSTOMER,
  CONTACT,
  VENDTYPE,
  CUSTTYPE,
  DEPARTMENT,
  LOCATION,
  LOCATIONENTITY,
  CLASS,
  PROJECT,
  GLACCOUNT,
  APTERM,
  ARTERM,
}

const ATTACHMENTS = 'SUPDOC'

// they have no metadata of their own: what is declared is all
const describeDocuments = ({ context }: IntacctClient): EntityDescription => {
  const { title, fields } = SUPDOC
  return { entity: ATTACHMENTS, title, fields, describedAt: context.clock.now().toISOString() }
}

const objectOf = (name: string) => {
  const entity = Object.entries(objects).find(([it]) => it === name)?.[1]
  if (!entity) throw new RangeError(`sage-intacct has no entity "${name}"`)
  return { name, title: entity.title, key: entity.key, fields: entity.fields }
}

/** Sage Intacct over its XML gateway (Web Services, DTD 3.0). The gateway pushes nothing: flows poll. */
export const sageIntacct = defineConnector<IntacctSettings, IntacctClient>({
  name: 'sage-intacct',
  title: 'Sage Intacct',
  summary:
    'Vendors, customers, contacts, dimensions, GL accounts, terms and attachments of one Sage Intacct company or entity.',
  settings: intacctSettings,
  limits: {
    // the setting `concurrency` narrows it to 1 unless told otherwise: Intacct counts per company (sheet 8)
    concurrency: 2,
    cost: 'One transaction per query page, one per record written; tier 1 has 100,000 a month, more is billed.',
    throttled: 'HTTP 429 with GW-0010; "too many operations running for this company"',
  },
  open: openClient,
  ping,
  entities: { ...objects, [ATTACHMENTS]: SUPDOC },
  preflight: (client, request) =>
    request.entity === ATTACHMENTS
      ? preflightDocuments(client)
      : preflightObject(client, objectOf(request.entity), request),
  describe: async (client, entity) =>
    entity === ATTACHMENTS ? describeDocuments(client) : describeObject(client, objectOf(entity)),
  classify: classifyIntacct,
  sandbox: intacctSandbox,
})
