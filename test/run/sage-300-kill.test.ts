import { expect } from 'chai'
import { sage300 } from '../../connectors/sage-300/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { control } from '../support/connect.ts'
import { type CliWorkspace, createCliWorkspace } from '../support/workspace.ts'

const FLOW = 'zoho-crm-won-deals-to-sage-300'

describe('killing the process that makes an order of a won deal', function () {
  this.timeout(120_000)
  let erp: Sandbox
  let crm: Sandbox
  let workspace: CliWorkspace

  before(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 5, records: 0 }
    erp = await sage300.sandbox.start({ ...base, options: { customers: '2', items: '6' } })
    crm = await zohoCrm.sandbox.start({ ...base, options: {} })
    workspace = createCliWorkspace({
      connections: {
        erp: { connector: 'sage-300', sandbox: erp },
        crm: { connector: 'zoho-crm', sandbox: crm },
      },
      flows: [{ use: 'zoho-crm-to-sage-300/won-deals', with: { item: 'A1-103/0' } }],
    })
  })
  after(async () => {
    workspace.remove()
    await Promise.all([erp.close(), crm.close()])
  })

  /** Kills a run while this call is under way: the system has carried it out, and nobody hears of it. */
  const killAt = async (sandbox: Sandbox, path: string) => {
    const at = control(sandbox)
    await at.fault({ path, action: 'hang' })
    const { child, ended } = workspace.start('run', FLOW)
    while (child.exitCode === null && (await at.faultsLeft()) > 0) await new Promise(resolve => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    const { code, stderr } = await ended
    expect(code, stderr).to.equal(null)
    await at.clearFaults()
  }

  it('after the customer, after its number went back and after the order leaves one of each', async () => {
    const put = async (module: string, fields: JsonObject) =>
      String(((await control(crm).put(module, fields)) as JsonObject)['id'])
    const account = await put('Accounts', { Account_Name: 'Won Ltd' })
    const fields = { Deal_Name: 'D', Stage: 'Closed Won', Amount: 99.5, Account_Name: { id: account } }
    const deals = [await put('Deals', fields), await put('Deals', fields)]
    await killAt(erp, '^POST .*/ARCustomers$')
    await killAt(crm, '^PUT .*/Accounts')
    await killAt(erp, '^POST .*/OEOrders$')
    const { code, stdout, stderr } = await workspace.cli('run', FLOW, '--json')
    expect(code, `${stdout}\n${stderr}`).to.equal(0)
    const number = `Z${account.slice(-11)}`
    const customers = (await control(erp).records('AR/ARCustomers')).filter(it => it['CustomerName'] === 'Won Ltd')
    expect(customers.map(it => it['CustomerNumber'])).to.deep.equal([number])
    expect((await control(crm).records('Accounts')).map(it => it['ERP_ID'])).to.deep.equal([number])
    const orders = await control(erp).records('OE/OEOrders')
    expect(orders.map(it => it['OrderReference']).sort()).to.deep.equal(deals.sort())
  })
})
