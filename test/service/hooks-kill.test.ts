import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { zendesk } from '../../connectors/zendesk/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { control } from '../support/connect.ts'
import { type CliWorkspace, createCliWorkspace } from '../support/workspace.ts'
import { atOnce, deliver, eventually } from './hooks.support.ts'

const SECRET = 'a signing secret that a person copied'
const ORGANIZATIONS = 200
const DEADLINE_S = 10

const FLOW = `
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

describe('a process that serves', function () {
  this.timeout(60_000)
  let desk: Sandbox
  let crm: Sandbox
  let workspace: CliWorkspace
  let ids: string[]

  beforeEach(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 3 }
    const amounts = { organizations: String(ORGANIZATIONS), users: '0', tickets: '0', requestsPerMinute: '1000000' }
    desk = await zendesk.sandbox.start({ ...base, records: 0, options: amounts })
    crm = await zohoCrm.sandbox.start({ ...base, records: 0, options: {} })
    workspace = createCliWorkspace({
      connections: {
        desk: { connector: 'zendesk', sandbox: { ...desk, secrets: { ...desk.secrets, webhookSecret: SECRET } } },
        crm: { connector: 'zoho-crm', sandbox: crm },
      },
      flows: ['flows/*.yaml'],
      files: { 'flows/organizations.yaml': FLOW },
    })
    ids = (await control(desk).records('organizations')).map(it => String(it['id']))
  })
  afterEach(async () => {
    workspace.remove()
    await Promise.all([desk.close(), crm.close()])
  })

  const startServe = async () => {
    const { child, ended } = workspace.start('serve', '--port', '0', '--no-schedule', '--deadline', `${DEADLINE_S}`)
    if (!child.stdout) throw new Error('the process has no output')
    for await (const line of createInterface({ input: child.stdout })) {
      child.stdout.resume()
      return { child, ended, hook: `${line.replace(/^.* at /, '')}/hooks/test/desk` }
    }
    throw new Error((await ended).stderr)
  }
  const tell = async (hook: string, id: string) => {
    const type = 'zen:event-type:organization.name_changed'
    const body = JSON.stringify({ type, id: randomUUID(), subject: `zen:organization:${id}`, detail: { id } })
    const timestamp = new Date().toISOString()
    const signature = createHmac('sha256', SECRET).update(timestamp).update(body).digest('base64')
    return deliver(hook, body, {
      'x-zendesk-webhook-signature': signature,
      'x-zendesk-webhook-signature-timestamp': timestamp,
    })
  }
  const vendors = async () => (await control(crm).records('Vendors')).map(it => String(it['ERP_ID']))

  it('and is killed after it has answered does what it was told when it is started again, once', async () => {
    const first = await startServe()
    await control(crm).fault({ action: 'hang', path: 'Vendors/upsert' })
    const told = ids.slice(0, 20)
    for (const id of told) expect((await tell(first.hook, id)).status).to.equal(200)
    // the first of them is written, and nobody has heard of it; the others wait
    await eventually(
      () => control(crm).faultsLeft(),
      left => left === 0,
    )
    first.child.kill('SIGKILL')
    await first.ended
    const second = await startServe()
    const found = await eventually(vendors, all => all.length >= told.length)
    expect(found.sort()).to.deep.equal([...told].sort())
    second.child.kill('SIGTERM')
    expect((await second.ended).code).to.equal(0)
    expect((await vendors()).sort()).to.deep.equal([...told].sort())
  })

  it('and is told to stop in the middle of deliveries and runs ends in time, and loses nothing that it answered', async () => {
    const first = await startServe()
    await control(crm).fault({ action: 'delay', path: 'Vendors/upsert', delayMs: 300, times: 100 })
    let answered = 0
    const answers = atOnce(
      8,
      ids.map(id => async () => {
        const { status } = await tell(first.hook, id)
        answered += status === 200 ? 1 : 0
        if (answered === ORGANIZATIONS / 2) first.child.kill('SIGTERM')
        return { id, status }
      }),
    )
    await once(first.child, 'exit')
    const { code, stderr } = await first.ended
    expect(code, stderr).to.equal(0)
    const kept = (await answers).flatMap(it => (it.status === 200 ? [it.id] : []))
    expect(kept.length).to.be.within(ORGANIZATIONS / 2, ORGANIZATIONS - 1)
    await control(crm).clearFaults()
    const second = await startServe()
    await eventually(vendors, all => kept.every(id => all.includes(id)))
    second.child.kill('SIGTERM')
    expect((await second.ended).code).to.equal(0)
    const made = await vendors()
    expect(new Set(made).size).to.equal(made.length)
  })
})
