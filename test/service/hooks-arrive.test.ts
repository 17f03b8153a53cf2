import { expect } from 'chai'
import { acumatica } from '../../connectors/acumatica/index.ts'
import { zendesk } from '../../connectors/zendesk/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { deliveriesOf } from '../../engine/service/hooks/index.ts'
import { control } from '../support/connect.ts'
import { eventually, freePort, type Served, serve } from './hooks.support.ts'

const ACCOUNTS = `
flow: accounts
source: { connector: zoho-crm, entity: Accounts }
map: { name: Account_Name, external_id: id }
sink: { connector: zendesk, entity: organizations, operation: upsert, match: external_id }
listen: { events: [Accounts] }
`
const ORGANIZATIONS = `
flow: organizations
source: { connector: zendesk, entity: organizations }
map: { Vendor_Name: name, ERP_ID: $string(id) }
sink:
  connector: zoho-crm
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
listen: { events: [organizations] }
`
const CUSTOMERS = `
flow: customers
source: { connector: acumatica, entity: Customer }
map: { Account_Name: CustomerName, ERP_ID: CustomerID }
sink:
  connector: zoho-crm
  entity: Accounts
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
listen: { events: [Customer] }
`
const UNLIMITED = { requestsPerMinute: '1000000', incrementalPerMinute: '1000000', recordUpdatesPerMinute: '1000000' }

describe('a change that a system tells of', () => {
  const sandboxes: Sandbox[] = []
  let served: Served | undefined
  const started = async (it: Promise<Sandbox>) => {
    const sandbox = await it
    sandboxes.push(sandbox)
    return sandbox
  }
  const base = { port: 0, host: '127.0.0.1' as const, seed: 3, records: 0, options: {} }
  const crm = () => started(zohoCrm.sandbox.start(base))
  const desk = () => started(zendesk.sandbox.start({ ...base, options: UNLIMITED }))
  afterEach(async () => {
    await served?.stop()
    served?.workspace.remove()
    for (const sandbox of sandboxes.splice(0)) await sandbox.close()
  })
  const named = (all: readonly JsonObject[], field: string, name: string) => all.filter(it => it[field] === name)
  const subscribed = (at: Served) =>
    eventually(
      () => at.held.ledger.subscriptions(),
      rows => rows.some(it => it.secret !== null),
    )

  it('arrives from Zoho CRM, as a webhook run of its keys', async () => {
    const [zoho, zen] = [await crm(), await desk()]
    served = await serve({
      connections: { crm: { connector: 'zoho-crm', sandbox: zoho }, desk: { connector: 'zendesk', sandbox: zen } },
      flows: ['flows/*.yaml'],
      files: { 'flows/accounts.yaml': ACCOUNTS },
    })
    await subscribed(served)
    await control(zoho).put('Accounts', { Account_Name: 'Told Ltd' })
    const { report } = await served.event('ended')
    expect([report.state, report.counts.written]).to.deep.equal(['succeeded', 1])
    expect(named(await control(zen).records('organizations'), 'name', 'Told Ltd')).to.have.length(1)
    await eventually(
      () => served?.held.ledger.inboxCount('waiting') ?? Promise.resolve(-1),
      count => count === 0,
    )
    const { lastAt, ...counts } = deliveriesOf(served.held, 'crm')
    expect(counts).to.deep.equal({ accepted: 1, duplicates: 0, refused: 0, unheard: 0, foundByPoll: 0 })
    expect(lastAt).to.be.a('string')
  })

  it('arrives from Zendesk', async () => {
    const [zoho, zen] = [await crm(), await desk()]
    served = await serve({
      connections: { crm: { connector: 'zoho-crm', sandbox: zoho }, desk: { connector: 'zendesk', sandbox: zen } },
      flows: ['flows/*.yaml'],
      files: { 'flows/organizations.yaml': ORGANIZATIONS },
    })
    await subscribed(served)
    await control(zen).put('organizations', { name: 'Told Ltd' })
    await served.event('ended')
    expect(named(await control(zoho).records('Vendors'), 'Vendor_Name', 'Told Ltd')).to.have.length(1)
  })

  it('arrives from Acumatica, where a person has set it up with a secret of the connection', async () => {
    const port = await freePort()
    const secret = 'a long random text of our own'
    const pushUrl = `http://127.0.0.1:${port}/hooks/test/erp`
    const push = { pushUrl, pushHeader: 'X-Shared', pushSecret: secret }
    const erp = await started(acumatica.sandbox.start({ ...base, options: push }))
    const zoho = await crm()
    served = await serve({
      port,
      connections: {
        erp: {
          connector: 'acumatica',
          sandbox: { ...erp, secrets: { ...erp.secrets, webhookSecret: secret } },
        },
        crm: { connector: 'zoho-crm', sandbox: zoho },
      },
      flows: ['flows/*.yaml'],
      files: { 'flows/customers.yaml': CUSTOMERS },
    })
    await control(erp).put('Customer', { CustomerName: 'Told Ltd', CustomerClass: 'DEFAULT' })
    await served.event('ended')
    expect(named(await control(zoho).records('Accounts'), 'Account_Name', 'Told Ltd')).to.have.length(1)
    await control(erp).knobs({ pushSecret: 'another text that is long enough' })
    await control(erp).put('Customer', { CustomerName: 'Forged Ltd', CustomerClass: 'DEFAULT' })
    expect(await served.event('delivery-refused')).to.include({ connection: 'erp', because: 'signature' })
  })
})
