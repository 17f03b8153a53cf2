import { expect } from 'chai'
import { sageIntacct } from '../../connectors/sage-intacct/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { control } from '../support/connect.ts'
import { type CliWorkspace, createCliWorkspace } from '../support/workspace.ts'

const CUSTOMERS = 5_000
const FLOW = 'sage-intacct-customers-to-zoho-crm'

describe('killing the process in a first run of 5,000 customers', function () {
  this.timeout(180_000)
  let intacct: Sandbox
  let zoho: Sandbox
  let workspace: CliWorkspace

  beforeEach(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 11 }
    intacct = await sageIntacct.sandbox.start({
      ...base,
      records: 10,
      options: { customers: String(CUSTOMERS), vendors: '5' },
    })
    zoho = await zohoCrm.sandbox.start({ ...base, records: 0, options: {} })
    workspace = createCliWorkspace({
      connections: {
        intacct: { connector: 'sage-intacct', sandbox: intacct },
        zoho: { connector: 'zoho-crm', sandbox: zoho },
      },
      flows: [{ use: 'sage-intacct-to-zoho-crm/customers' }],
    })
  })
  afterEach(async () => {
    workspace.remove()
    await Promise.all([intacct.close(), zoho.close()])
  })

  /** Kills a run while its n-th batch is under way, before or after the CRM has taken it. */
  const killAt = async (n: number) => {
    const crm = control(zoho)
    await crm.fault({ path: '^POST /crm/v8/Accounts/upsert', nth: n, action: n % 2 === 0 ? 'hang' : 'hangBefore' })
    const { child, ended } = workspace.start('run', FLOW)
    while (child.exitCode === null && (await crm.faultsLeft()) > 0) await new Promise(resolve => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    const { code, stderr } = await ended
    expect(code, stderr).to.equal(null)
    await crm.clearFaults()
  }

  it('and starting again ends with target = source: none missing, no doubles, parents linked', async () => {
    // in the first unit, in the second one, among the children that waited for their parents
    for (const n of [1, 2, 7, 20, 30, 3, 4]) await killAt(n)
    const { code, stdout, stderr } = await workspace.cli('run', FLOW, '--json')
    expect(code, `${stdout}\n${stderr}`).to.equal(0)
    const accounts = await control(zoho).records('Accounts')
    const keyOf = new Map(accounts.map(it => [it['id'], it['ERP_ID']]))
    const atTarget = accounts.map(it => [
      it['ERP_ID'],
      it['Account_Name'],
      keyOf.get((it['Parent_Account'] as { id: string } | null)?.id ?? '') ?? '',
    ])
    const atSource = (await control(intacct).records('CUSTOMER')).map(it => [
      it['CUSTOMERID'],
      it['NAME'],
      it['PARENTID'] ?? '',
    ])
    const sorted = (all: unknown[][]) => all.map(it => it.join('|')).sort()
    expect(sorted(atTarget)).to.deep.equal(sorted(atSource))
    expect(accounts).to.have.length(CUSTOMERS)
  })
})
