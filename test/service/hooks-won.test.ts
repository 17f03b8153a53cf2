import { expect } from 'chai'
import { acumatica } from '../../connectors/acumatica/index.ts'
import { sage300 } from '../../connectors/sage-300/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Connector } from '../../engine/sdk/connector.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { deliveriesOf } from '../../engine/service/hooks/index.ts'
import { control } from '../support/connect.ts'
import { dealtWith, deliver, type Served, serve, subscribed, zohoDelivery } from './hooks.support.ts'

describe('a deal that is won, told three times and found by the poll as well', () => {
  let sandboxes: readonly [crm: Sandbox, erp: Sandbox]
  let served: Served
  let crm: ReturnType<typeof control>

  const start = async (erp: Connector, use: string, more: { options?: Record<string, string>; with?: JsonObject }) => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 5, records: 0 }
    const zoho = await zohoCrm.sandbox.start({
      ...base,
      options: { strictPicklists: 'true', notifications: 'duplicate' },
    })
    sandboxes = [zoho, await erp.sandbox.start({ ...base, options: more.options ?? {} })]
    crm = control(zoho)
    served = await serve({
      connections: {
        crm: { connector: 'zoho-crm', sandbox: zoho },
        erp: { connector: erp.name, sandbox: sandboxes[1] },
      },
      flows: [{ use, with: more.with ?? {} }],
    })
    await subscribed(served)
  }
  afterEach(async () => {
    await served.stop()
    served.workspace.remove()
    for (const it of sandboxes) await it.close()
  })

  /** Zoho tells it twice by itself; the third time comes after the first has been dealt with, the poll is between them. */
  const win = async (flow: string) => {
    const put = async (module: string, fields: JsonObject) =>
      String(((await crm.put(module, fields)) as JsonObject)['id'])
    const account = await put('Accounts', { Account_Name: 'Won Ltd' })
    const fields = { Deal_Name: 'D', Stage: 'Closed Won', Amount: 99.5, Account_Name: { id: account } }
    const deal = await put('Deals', fields)
    const { report } = await served.event('ended')
    expect(report).to.deep.include({ state: 'succeeded', deadByCode: {} })
    await served.poll(flow)
    await deliver(`${served.url}/hooks/test/crm`, await zohoDelivery(served, [deal]))
    await dealtWith(served)
    expect(deliveriesOf(served.held, 'crm')).to.include({ accepted: 2, duplicates: 1, refused: 0 })
    return { account, deal }
  }
  const accountNamed = async (id: string) => (await crm.records('Accounts')).find(it => it['id'] === id)

  it('is one customer of Acumatica', async () => {
    await start(acumatica, 'zoho-crm-to-acumatica/won-customers', {})
    const { account } = await win('zoho-crm-won-customers-to-acumatica')
    const made = (await control(sandboxes[1]).records('Customer')).filter(it => it['AccountRef'] === account)
    expect(made).to.have.length(1)
    expect((await accountNamed(account))?.['ERP_ID']).to.equal(made[0]?.['CustomerID'])
  })

  it('is one customer and one order of Sage 300', async () => {
    const options = { vendors: '0', customers: '2', items: '6', orders: '2' }
    await start(sage300, 'zoho-crm-to-sage-300/won-deals', { options, with: { item: 'A1-103/0' } })
    const { account, deal } = await win('zoho-crm-won-deals-to-sage-300')
    const erp = control(sandboxes[1])
    const orders = (await erp.records('OE/OEOrders')).filter(it => it['OrderReference'] === deal)
    expect(orders).to.have.length(1)
    const number = orders[0]?.['CustomerNumber']
    const customers = (await erp.records('AR/ARCustomers')).filter(it => it['CustomerNumber'] === number)
    expect(customers).to.have.length(1)
    expect((await accountNamed(account))?.['ERP_ID']).to.equal(number)
  })
})
