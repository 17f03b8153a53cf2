import { expect } from 'chai'
import { sage100 } from '../../connectors/sage-100/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { control } from '../support/connect.ts'
import { type CliWorkspace, createCliWorkspace } from '../support/workspace.ts'

const CUSTOMERS = 'sage-100-customers-to-zoho-crm'
const CONTACTS = 'sage-100-contacts-to-zoho-crm'
const COUNT = 1_200

describe('killing the process in a first run of Sage 100 customers and contacts', function () {
  this.timeout(120_000)
  let erp: Sandbox
  let crm: Sandbox
  let workspace: CliWorkspace

  before(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 5 }
    erp = await sage100.sandbox.start({ ...base, records: 0, options: { customers: `${COUNT}`, contacts: '300' } })
    crm = await zohoCrm.sandbox.start({ ...base, records: 0, options: {} })
    workspace = createCliWorkspace({
      connections: {
        erp: { connector: 'sage-100', sandbox: erp },
        crm: { connector: 'zoho-crm', sandbox: crm },
      },
      flows: [{ use: 'sage-100-to-zoho-crm/customers' }, { use: 'sage-100-to-zoho-crm/contacts' }],
    })
  })
  after(async () => {
    workspace.remove()
    await Promise.all([erp.close(), crm.close()])
  })

  /** Kills a run while this call is under way: it has been carried out, and nobody hears of it. */
  const killAt = async (flow: string, { sandbox, path, nth }: { sandbox: Sandbox; path: string; nth: number }) => {
    const at = control(sandbox)
    await at.fault({ path, nth, action: 'hang' })
    const { child, ended } = workspace.start('run', flow)
    while (child.exitCode === null && (await at.faultsLeft()) > 0) await new Promise(resolve => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    const { code, stderr } = await ended
    expect(code, stderr).to.equal(null)
    await at.clearFaults()
  }

  it('while it reads, while it writes and while it writes what follows leaves each of them once', async () => {
    await killAt(CUSTOMERS, { sandbox: erp, path: '^GET .*/customers.*cursor=', nth: 2 })
    await killAt(CUSTOMERS, { sandbox: crm, path: '^POST .*/Accounts', nth: 5 })
    await killAt(CUSTOMERS, { sandbox: crm, path: '^POST .*/Accounts', nth: 2 })
    const first = await workspace.cli('run', CUSTOMERS, '--json')
    expect(first.code, `${first.stdout}\n${first.stderr}`).to.equal(0)
    await killAt(CONTACTS, { sandbox: crm, path: '^POST .*/Contacts', nth: 2 })
    const second = await workspace.cli('run', CONTACTS, '--json')
    expect(second.code, `${second.stdout}\n${second.stderr}`).to.equal(0)
    const keys = async (sandbox: Sandbox, entity: string, field: string) =>
      (await control(sandbox).records(entity)).map(it => it[field]).sort()
    expect(await keys(crm, 'Accounts', 'ERP_ID')).to.deep.equal(await keys(erp, 'AR_Customer', 'key'))
    expect(await keys(crm, 'Contacts', 'ERP_ID')).to.deep.equal(await keys(erp, 'AR_CustomerContact', 'key'))
  })
})
