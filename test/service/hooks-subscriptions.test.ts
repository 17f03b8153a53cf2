import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { zendesk } from '../../connectors/zendesk/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { SubscriptionRow } from '../../engine/core/operations.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { deliveriesOf } from '../../engine/service/hooks/index.ts'
import { connect, control } from '../support/connect.ts'
import {
  ACCOUNTS,
  eventually,
  freePort,
  type MovableClock,
  movableClock,
  type Served,
  type ServeOptions,
  serve,
  subscribed,
} from './hooks.support.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

describe('a subscription', () => {
  let sandboxes: readonly [crm: Sandbox, other: Sandbox]
  let clock: MovableClock
  let options: ServeOptions
  let served: Served | undefined
  let crm: ReturnType<typeof control>

  beforeEach(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 3, records: 0, options: {} }
    const [first, second] = [await zohoCrm.sandbox.start(base), await zohoCrm.sandbox.start(base)]
    sandboxes = [first, second]
    crm = control(first)
    clock = movableClock()
    options = {
      clock,
      connections: {
        crm: { connector: 'zoho-crm', sandbox: first },
        other: { connector: 'zoho-crm', sandbox: second },
      },
      flows: ['flows/*.yaml'],
      files: { 'flows/accounts.yaml': ACCOUNTS },
    }
  })
  afterEach(async () => {
    await served?.stop()
    served?.workspace.remove()
    served = undefined
    for (const it of sandboxes) await it.close()
  })

  const start = async (more: Partial<ServeOptions> = {}) => {
    served = await serve({ ...options, ...more })
    return served
  }
  const rows = (at: Served, isSo: (rows: readonly SubscriptionRow[]) => boolean) =>
    eventually(() => at.held.ledger.subscriptions().catch(() => []), isSo)
  const channels = async () => (await crm.facts())['channels'] as readonly JsonObject[]
  const pass = async (ms: number) => {
    await control(sandboxes[1]).clock({ advanceMs: ms })
    await crm.clock({ advanceMs: ms })
    clock.advance(ms)
  }
  const arrives = async (at: Served, name: string) => {
    await crm.put('Accounts', { Account_Name: name })
    await at.event('ended', it => 'trigger' in it.wish && it.wish.trigger === 'webhook')
    const found = () => control(sandboxes[1]).records('Vendors')
    await eventually(found, all => all.some(it => it['Vendor_Name'] === name))
  }
  const fileOf = (at: Served) => join(at.workspace.folder, 'flows/accounts.yaml')

  it('is made at the start, with its secret sealed, and says where it delivers to', async () => {
    const at = await start()
    const [row] = await subscribed(at)
    expect(row).to.include({ connection: 'crm', callbackUrl: `${at.url}/hooks/test/crm`, failure: null })
    expect(row?.entities).to.deep.equal(['Accounts'])
    expect((await channels()).map(it => it['id'])).to.deep.equal([row?.id])
    expect(at.logged.join()).not.to.include(row?.secret?.reveal())
  })

  it('is renewed long before it lapses, and delivers after three weeks', async () => {
    const at = await start()
    let [held] = await subscribed(at)
    for (let day = 0; day < 21; day += 1) {
      const before = held?.expiresAt ?? ''
      await pass(DAY_MS + MINUTE_MS)
      ;[held] = await rows(at, ([it]) => (it?.expiresAt ?? '') > before)
    }
    expect(await channels()).to.have.length(1)
    await arrives(at, 'Late Ltd')
  })

  it('that Zoho cut to an hour without a word is renewed within the hour', async () => {
    const expiry = new Date(Date.now() + HOUR_MS).toISOString()
    const item = { code: 'SUCCESS', status: 'success', details: { events: [{ channel_expiry: expiry }] } }
    const body = JSON.stringify({ watch: [item] })
    await crm.fault({ action: 'answer', path: '^PUT .*watch', status: 200, body, times: 2 })
    const at = await start()
    await subscribed(at)
    await pass(31 * MINUTE_MS)
    await rows(at, ([it]) => Date.parse(it?.expiresAt ?? '') > Date.now() + DAY_MS)
    await arrives(at, 'In time Ltd')
  })

  it('that is gone over there is made again once a schedule finds what it should have told', async () => {
    const at = await start()
    const [{ id } = { id: '' }] = await subscribed(at)
    await at.poll('accounts')
    const person = await connect(zohoCrm, sandboxes[0])
    await person.connection.unsubscribe({ id, entities: [] })
    await person.connection.close()
    expect(await channels()).to.deep.equal([])
    clock.advance(16 * MINUTE_MS)
    await crm.put('Accounts', { Account_Name: 'Missed Ltd' })
    expect(await at.poll('accounts')).to.include({ written: 1 })
    clock.advance(10_000)
    await eventually(channels, all => all.length === 1)
    await arrives(at, 'Heard Ltd')
    expect(deliveriesOf(at.held, 'crm')).to.include({ foundByPoll: 1, accepted: 1 })
  })

  it('follows the flows: of more entities a new one takes its place, and without a listener it goes', async () => {
    const at = await start({ isScheduling: true })
    const [first] = await subscribed(at)
    const both = 'source: { connector: zoho-crm, connection: crm, entity: [Accounts, Contacts] }'
    const more = ACCOUNTS.replace(/source: .*/, both)
      .replace('events: [Accounts]', 'events: [Accounts, Contacts]')
      .replace('Vendor_Name: Account_Name', 'Vendor_Name: \'$entity = "Accounts" ? Account_Name : Last_Name\'')
    // while it has a mistake, the flow goes on as it was
    writeFileSync(fileOf(at), `${more}}`)
    expect(await at.event('reloaded')).to.include({ mistakes: 1 })
    expect(await at.held.ledger.subscriptions()).to.have.length(1)
    writeFileSync(fileOf(at), more)
    const [second] = await rows(at, all => all.length === 1 && all[0]?.entities.length === 2)
    expect(second?.id).not.to.equal(first?.id)
    expect((await channels()).map(it => it['id'])).to.deep.equal([second?.id])
    await arrives(at, 'Still heard Ltd')
    writeFileSync(fileOf(at), ACCOUNTS.replace(/listen: .*\n/, ''))
    await rows(at, all => all.length === 0)
    expect(await channels()).to.deep.equal([])
  })

  it('of a connection that is taken out of the workspace is removed over there, too', async () => {
    const at = await start({ isScheduling: true })
    await subscribed(at)
    rmSync(fileOf(at))
    writeFileSync(
      join(at.workspace.folder, 'ml-connector.yaml'),
      'workspace: test\ntimezone: UTC\ndevelopment: { loopback: true }\nconnections: {}\nflows: [flows/*.yaml]\n',
    )
    await rows(at, all => all.length === 0)
    expect(await channels()).to.deep.equal([])
  })

  it('moves with the public address: the new one first, then the old one is removed', async () => {
    const at = await start()
    const [old] = await subscribed(at)
    await at.stop()
    const again = await start({ again: at.workspace, port: await freePort() })
    const [row] = await rows(again, all => all.length === 1 && all[0]?.callbackUrl.startsWith(again.url) === true)
    expect(row?.id).not.to.equal(old?.id)
    expect((await channels()).map(it => it['id'])).to.deep.equal([row?.id])
    await arrives(again, 'Moved Ltd')
  })

  it('whose secret nobody can open any more is made anew', async () => {
    const at = await start()
    const [{ id, secret } = { id: '', secret: null }] = await subscribed(at)
    await at.stop()
    const db = new DatabaseSync(at.held.opened.ledgerFile)
    db.exec("update subscriptions set secret = 'spoiled'")
    db.close()
    const again = await start({ again: at.workspace, port: Number(new URL(at.url).port) })
    const [row] = await rows(again, all => all.length === 1)
    expect([row?.id, row?.secret?.reveal() === secret?.reveal()]).to.deep.equal([id, false])
    await arrives(again, 'Anew Ltd')
  })

  it('that cannot be made says why and since when, is tried again, and polling goes on', async () => {
    await crm.fault({ action: 'answer', path: 'watch', status: 400, body: '{"code":"INVALID_DATA"}', times: 1_000 })
    const at = await start()
    const [row] = await rows(at, all => all.length === 1)
    expect(row?.failure).to.include.keys('code', 'message')
    expect(row?.failingSince).to.be.a('string')
    await crm.put('Accounts', { Account_Name: 'Polled Ltd' })
    expect(await at.poll('accounts')).to.include({ written: 1 })
    clock.advance(HOUR_MS)
    await eventually(
      async () => at.logged.filter(it => it.includes('subscription of crm')).length,
      count => count > 1,
    )
    const [still] = await at.held.ledger.subscriptions()
    expect(still?.failingSince).to.equal(row?.failingSince)
    await crm.clearFaults()
    clock.advance(HOUR_MS)
    const made = await rows(at, all => all.length === 1 && all[0]?.secret !== null)
    expect(made.map(it => [it.failure, it.failingSince])).to.deep.equal([[null, null]])
  })

  it('whose renewal fails is still believed', async () => {
    const at = await start()
    await subscribed(at)
    await crm.fault({ action: 'answer', path: 'watch', status: 400, body: '{"code":"INVALID_DATA"}', times: 1_000 })
    await pass(DAY_MS + MINUTE_MS)
    await rows(at, ([it]) => it?.failure !== null)
    await arrives(at, 'Still there Ltd')
  })

  it('is never made without an address that others reach', async () => {
    const at = await start({ isPublic: false })
    await crm.put('Accounts', { Account_Name: 'Polled Ltd' })
    expect(await at.poll('accounts')).to.include({ written: 1 })
    expect(await at.held.ledger.subscriptions()).to.deep.equal([])
  })

  it('is one, whichever answer to its making is lost, at Zoho CRM and at Zendesk', async () => {
    const desk = await zendesk.sandbox.start({ port: 0, host: '127.0.0.1', seed: 3, records: 0, options: {} })
    const lose = { action: 'cutAfter', path: '(watch|webhooks)', times: 20 } as const
    await crm.fault(lose)
    await control(desk).fault({ ...lose, path: '(POST|GET) .*webhooks' })
    const tickets = `
flow: organizations
source: { connector: zendesk, entity: organizations }
map: { Vendor_Name: name, ERP_ID: $string(id) }
sink:
  connector: zoho-crm
  connection: other
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
listen: { events: [organizations] }
`
    const at = await start({
      connections: { ...options.connections, desk: { connector: 'zendesk', sandbox: desk } },
      files: { ...options.files, 'flows/organizations.yaml': tickets },
    })
    // attempts within a call are some time apart as well
    const passing = setInterval(() => clock.advance(1_000), 10)
    await rows(at, all => all.length === 2 && all.every(it => it.failure !== null))
    clearInterval(passing)
    await crm.clearFaults()
    await control(desk).clearFaults()
    await pass(HOUR_MS)
    await rows(at, all => all.length === 2 && all.every(it => it.failure === null))
    expect(await channels()).to.have.length(1)
    expect((await control(desk).facts())['webhooks']).to.have.length(1)
    await desk.close()
  })
})
