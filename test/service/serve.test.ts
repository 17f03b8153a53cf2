import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { connectors } from '../../connectors/index.ts'
import { systemClock } from '../../engine/core/clock.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import type { ServiceEvent } from '../../engine/service/hub.ts'
import { startService } from '../../engine/service/index.ts'
import { control } from '../support/connect.ts'
import { createCliWorkspace } from '../support/workspace.ts'
import { createServed, type Served } from './support.ts'

const flow = (name: string, map: string, schedule = '') => `
flow: ${name}
source: { connector: sage-intacct, entity: DEPARTMENT }
map: { Name: '${map}', ERP_ID: DEPARTMENTID }
sink:
  connector: zoho-crm
  entity: ERP_Classifications
  custom: true
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
${schedule}
`
const FILE = 'flows/departments.yaml'
const DEPARTMENTS = flow('departments', 'TITLE')
const wish = { is: 'run', trigger: 'manual', actor: 'ada', mode: 'incremental' } as const
const reloaded = (it: ServiceEvent): it is Extract<ServiceEvent, { is: 'reloaded' }> => it.is === 'reloaded'

describe('a service and its files', () => {
  let served: Served
  const ref = { workspace: 'acme', flow: 'departments' }
  const names = async () => (await served.zoho.records('ERP_Classifications')).map(it => String(it['Name']))
  beforeEach(async () => {
    served = await createServed({ use: [], files: { [FILE]: DEPARTMENTS } })
  })
  afterEach(() => served.close())

  it('takes in a change of a flow: the next run is of the new one', async () => {
    await served.service.dispatcher.request(ref, wish)
    expect((await names()).some(it => it.startsWith('New '))).to.equal(false)
    served.write(FILE, flow('departments', '"New " & TITLE'))
    const event = await served.until(reloaded)
    expect(event.mistakes).to.equal(0)
    const backfill = await served.service.dispatcher.request(ref, { ...wish, mode: 'backfill' })
    expect(backfill.counts.written).to.be.above(0)
    expect((await names()).every(it => it.startsWith('New '))).to.equal(true)
  })

  it('goes on with the flow as it was when its file gets a mistake, and says so', async () => {
    served.write(FILE, flow('departments', 'TITLE &'))
    const event = await served.until(reloaded)
    expect(event.mistakes).to.be.above(0)
    const report = await served.service.dispatcher.request(ref, wish)
    expect(report.state).to.equal('succeeded')
    expect(served.service.workspaces.get('acme')?.opened.diagnostics.map(it => it.code)).to.not.deep.equal([])
  })

  it('lets a run that goes on end as it began', async () => {
    await served.zoho.fault({ path: 'upsert', action: 'delay', delayMs: 1_000 })
    const going = served.service.dispatcher.request(ref, wish)
    await served.until((it): it is Extract<ServiceEvent, { is: 'started' }> => it.is === 'started')
    served.write(FILE, flow('departments', '"New " & TITLE'))
    await served.until(reloaded)
    expect((await going).state).to.equal('succeeded')
    expect((await names()).some(it => it.startsWith('New '))).to.equal(false)
  })
})

describe('a service over several workspaces', () => {
  it('leaves out one that cannot be used, and runs the rest', async () => {
    const [good, bad] = [mkdtempSync(join(tmpdir(), 'good-')), mkdtempSync(join(tmpdir(), 'bad-'))]
    writeFileSync(join(good, 'ml-connector.yaml'), 'workspace: good\nconnections: {}\nflows: []\n')
    writeFileSync(join(bad, 'ml-connector.yaml'), 'workspace: [bad\n')
    const quiet = { debug: () => {}, info: () => {}, warn: () => {} }
    const running = await startService({
      folders: [bad, good],
      host: {
        registry: new Map(connectors.map(it => [it.name, it])),
        library: 'flows',
        env: {},
        clock: systemClock,
        ...{ signal: new AbortController().signal, log: quiet },
      },
      ...{ version: '1', address: '127.0.0.1', port: 0, atOnce: 1, schemas: 'schemas', isScheduling: true },
    })
    try {
      expect(running.service.workspaces.all().map(it => it.name)).to.deep.equal(['good'])
      expect(running.service.leftOut.map(it => it.folder)).to.deep.equal([bad])
      expect((await fetch(`${running.url}/healthz`)).status).to.equal(200)
    } finally {
      expect(await running.stop(5_000)).to.equal(true)
      for (const it of [good, bad]) rmSync(it, { recursive: true, force: true })
    }
  })
})

describe('ml-connector serve, as a process', function () {
  this.timeout(60_000)
  let sandboxes: Sandbox[]
  let workspace: ReturnType<typeof createCliWorkspace>
  const sandboxOf = (name: string) => {
    const found = connectors.find(it => it.name === name)?.sandbox
    if (!found) throw new Error(name)
    return found
  }
  beforeEach(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 3, options: {} }
    sandboxes = [
      await sandboxOf('sage-intacct').start({ ...base, records: 30 }),
      await sandboxOf('zoho-crm').start({ ...base, records: 0 }),
    ]
    const [intacct, zoho] = sandboxes as [Sandbox, Sandbox]
    workspace = createCliWorkspace({
      connections: {
        intacct: { connector: 'sage-intacct', sandbox: intacct },
        zoho: { connector: 'zoho-crm', sandbox: zoho },
      },
      flows: ['flows/*.yaml'],
      files: { [FILE]: flow('departments', 'TITLE', 'schedule: { every: 10s, jitter: 0s }') },
    })
  })
  afterEach(async () => {
    for (const it of sandboxes) await it.close()
    workspace.remove()
  })

  /** Up, with its address. */
  const serve = async () => {
    const { child, ended: gone } = workspace.start('serve', '--port', '0', '--json')
    for await (const line of createInterface({ input: child.stdout ?? process.stdin }))
      return { child, gone, told: JSON.parse(line) as JsonObject }
    throw new Error(`the service did not start: ${(await gone).stderr}`)
  }
  const runs = async () => {
    const sealer = { seal: async (it: string) => it, unseal: async (it: string) => it }
    const file = join(workspace.folder, '.ml-connector/ledger.db')
    const ledger = await openSqliteLedger({ file, workspace: 'test', sealer })
    const found = await ledger.runs({ limit: 100 })
    await ledger.close()
    return found
  }
  const held = () => control(sandboxes[1] as Sandbox).records('ERP_Classifications')
  const until = async (what: () => Promise<boolean>) => {
    for (const began = Date.now(); Date.now() - began < 30_000; await new Promise(resolve => setTimeout(resolve, 20)))
      if (await what()) return
    throw new Error('it did not come to that')
  }

  it('runs what has never run at once, by its schedule; SIGTERM ends it with exit code 0', async () => {
    const { child, gone, told } = await serve()
    expect(told).to.deep.include({ ok: true, workspaces: ['test'], leftOut: [] })
    await until(async () => (await held()).length > 0)
    child.kill('SIGTERM')
    expect((await gone).code).to.equal(0)
    const [first] = (await runs()).slice(-1)
    expect(first).to.deep.include({ trigger: 'schedule', actor: 'schedule' })
  })

  it('lets a run that goes on settle what it wrote when SIGTERM comes', async () => {
    const zoho = control(sandboxes[1] as Sandbox)
    await zoho.fault({ path: 'upsert', action: 'delay', delayMs: 1_500 })
    const { child, gone } = await serve()
    await until(async () => (await zoho.faultsLeft()) === 0)
    child.kill('SIGTERM')
    expect((await gone).code).to.equal(0)
    const all = await runs()
    expect(all.map(it => it.state)).to.not.include('running')
    // what was written is known: the next run writes nothing twice
    const again = await workspace.cli('run', '--all', '--json')
    expect(again.code).to.equal(0)
    const keys = (await held()).map(it => String(it['ERP_ID']))
    expect(new Set(keys).size).to.equal(keys.length)
    expect(keys).to.have.length((await control(sandboxes[0] as Sandbox).records('DEPARTMENT')).length)
  })

  it('goes on after SIGKILL in the middle of a run: the next start takes over at once', async () => {
    const zoho = control(sandboxes[1] as Sandbox)
    await zoho.fault({ path: 'upsert', action: 'hang' })
    const killed = await serve()
    await until(async () => (await zoho.faultsLeft()) === 0)
    killed.child.kill('SIGKILL')
    await killed.gone
    await zoho.clearFaults()
    const { child, gone } = await serve()
    const wanted = (await control(sandboxes[0] as Sandbox).records('DEPARTMENT')).length
    await until(async () => (await held()).length === wanted)
    await until(async () => (await runs()).some(it => it.state === 'succeeded'))
    child.kill('SIGTERM')
    expect((await gone).code).to.equal(0)
    expect((await runs()).map(it => it.state)).to.include('interrupted')
  })
})
