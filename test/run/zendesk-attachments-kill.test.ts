import { expect } from 'chai'
import { sageIntacct } from '../../connectors/sage-intacct/index.ts'
import { zendesk } from '../../connectors/zendesk/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { control } from '../support/connect.ts'
import { type CliWorkspace, createCliWorkspace } from '../support/workspace.ts'

const FLOW = 'zendesk-ticket-attachments-to-sage-intacct'

describe('killing the process while tickets become attachments', function () {
  this.timeout(180_000)
  let intacct: Sandbox
  let desk: Sandbox
  let workspace: CliWorkspace

  before(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 7, records: 0 }
    intacct = await sageIntacct.sandbox.start({ ...base, options: { vendors: '1', customers: '0' } })
    const empty = { organizations: '0', users: '0', tickets: '0' }
    desk = await zendesk.sandbox.start({ ...base, options: empty })
    workspace = createCliWorkspace({
      connections: {
        intacct: { connector: 'sage-intacct', sandbox: intacct },
        zendesk: { connector: 'zendesk', sandbox: desk },
      },
      flows: [{ use: 'zendesk-to-sage-intacct/ticket-attachments' }],
    })
  })
  after(async () => {
    workspace.remove()
    await Promise.all([intacct.close(), desk.close()])
  })

  /** Beyond what Zendesk holds back of its export. */
  const pass = () => control(desk).clock({ advanceMs: 10 * 60_000 })

  /** Kills a run while this call is under way: `hang` has been carried out by then, `hangBefore` never will be. */
  const killAt = async (bodyContains: string, action: 'hang' | 'hangBefore') => {
    const erp = control(intacct)
    await erp.fault({ action, bodyContains })
    const { child, ended } = workspace.start('run', FLOW)
    while (child.exitCode === null && (await erp.faultsLeft()) > 0) await new Promise(resolve => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    const { code, stderr } = await ended
    expect(code, `${bodyContains} ${stderr}`).to.equal(null)
    await erp.clearFaults()
  }

  it('at any step and starting again ends with each text once, and the vendor pointing at them', async () => {
    const [erp, help] = [control(intacct), control(desk)]
    const home = (await help.put('organizations', { name: 'Bolt', external_id: 'vendor-V10000' })) as JsonObject
    const asker = (await help.put('users', { name: 'Asker', organization_id: home['id'] ?? null })) as JsonObject
    const ticket = { subject: 'Late', description: 'It is late.', requester_id: asker['id'] ?? null }
    const { id } = (await help.put('tickets', ticket)) as JsonObject
    await pass()
    for (const step of ['<create_supdocfolder', '<create_supdoc>', '<update><VENDOR>'])
      for (const action of ['hangBefore', 'hang'] as const) await killAt(step, action)
    expect((await workspace.cli('run', FLOW)).code).to.equal(0)
    for (const [action, status] of [
      ['hangBefore', 'pending'],
      ['hang', 'solved'],
    ] as const) {
      await help.put('tickets', { id: id ?? null, status })
      await pass()
      await killAt('<update_supdoc', action)
    }
    const { code, stdout, stderr } = await workspace.cli('run', FLOW, '--json')
    expect(code, `${stdout}\n${stderr}`).to.equal(0)
    const [document, ...others] = await erp.records('SUPDOC')
    const files = document?.['FILES'] as readonly JsonObject[]
    expect([others, files.map(it => [it['NAME'], /Status: (\w+)/.exec(String(it['TEXT']))?.[1]])]).to.deep.equal([
      [],
      [
        [`ticket-${id}`, 'open'],
        // "pending" was never carried out, and was no longer true when the next run looked
        [`ticket-${id}_v2`, 'solved'],
      ],
    ])
    expect((await erp.records('VENDOR')).map(it => it['SUPDOCID'])).to.deep.equal([document?.['SUPDOCID']])
  })
})
