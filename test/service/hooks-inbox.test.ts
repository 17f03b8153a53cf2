import { expect } from 'chai'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Connector } from '../../engine/sdk/connector.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { deliveriesOf } from '../../engine/service/hooks/index.ts'
import { control } from '../support/connect.ts'
import {
  ACCOUNTS,
  dealtWith,
  deliver,
  eventually,
  type MovableClock,
  movableClock,
  type Served,
  type ServeOptions,
  serve,
  subscribed,
  zohoDelivery,
} from './hooks.support.ts'

/** Neither tried again within a run nor a reason to pause the connection. */
const REFUSED = '{"code":"INVALID_REQUEST","message":"no","status":"error","details":{}}'
const DAY_MS = 24 * 60 * 60_000

describe('what was delivered', () => {
  let sandboxes: readonly [crm: Sandbox, other: Sandbox]
  let clock: MovableClock
  let options: ServeOptions
  let served: Served
  let crm: ReturnType<typeof control>
  let other: ReturnType<typeof control>

  beforeEach(async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 3, records: 0 }
    const first = await zohoCrm.sandbox.start({ ...base, options: { notifications: 'lost' } })
    const second = await zohoCrm.sandbox.start({ ...base, options: {} })
    sandboxes = [first, second]
    ;[crm, other] = [control(first), control(second)]
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
    await served.stop()
    served.workspace.remove()
    for (const it of sandboxes) await it.close()
  })

  const start = async (more: Partial<ServeOptions> = {}) => {
    served = await serve({ ...options, ...more })
    await subscribed(served)
    return served
  }
  const make = async (name: string) => String(((await crm.put('Accounts', { Account_Name: name })) as JsonObject)['id'])
  const tell = async (ids: readonly string[], more: JsonObject = {}) => {
    const body = await zohoDelivery(served, ids, more)
    const { status } = await deliver(`${served.url}/hooks/test/crm`, body)
    expect(status).to.equal(200)
    return body
  }
  const vendors = async () => (await other.records('Vendors')).map(it => it['Vendor_Name']).sort()
  const waiting = () => served.held.ledger.inboxCount('waiting')
  const runs = () => served.held.ledger.runs({ limit: 50 })
  const pause = (flow: string | null) => {
    const subject = 'flow:accounts'
    if (flow === null) {
      served.held.pauses.delete(subject)
      served.running.service.hub.tell({ is: 'resumed', workspace: 'test', subject, by: 'test' })
      return
    }
    const at = clock.now().toISOString()
    served.held.pauses.set(subject, { subject, by: 'test', at, reason: 'test' })
    served.running.service.hub.tell({ is: 'paused', workspace: 'test', subject, by: 'test', reason: 'test' })
  }

  it('three times at once is dealt with once', async () => {
    await start()
    const id = await make('Once Ltd')
    const body = await zohoDelivery(served, [id])
    await Promise.all([1, 2, 3].map(() => deliver(`${served.url}/hooks/test/crm`, body)))
    await dealtWith(served)
    await deliver(`${served.url}/hooks/test/crm`, body)
    expect(deliveriesOf(served.held, 'crm')).to.include({ accepted: 1, duplicates: 3 })
    expect((await runs()).map(it => [it.trigger, it.actor, it.state, it.counts.written])).to.deep.equal([
      ['webhook', 'webhook', 'succeeded', 1],
    ])
  })

  it('while a run goes on comes together in the next one', async () => {
    await start()
    const ids = await Promise.all(Array.from({ length: 30 }, (_, at) => make(`Account ${at}`)))
    await other.fault({ action: 'delay', path: 'upsert', delayMs: 500 })
    for (const id of ids) await tell([id])
    await dealtWith(served)
    expect(await vendors()).to.have.length(30)
    expect(await runs()).to.have.length(2)
  })

  it('in any order leads to what is there now', async () => {
    await start()
    const id = await make('Old Ltd')
    const late = await zohoDelivery(served, [id], { server_time: 1 })
    await crm.put('Accounts', { id, Account_Name: 'New Ltd' })
    await tell([id], { server_time: 2 })
    await dealtWith(served)
    await deliver(`${served.url}/hooks/test/crm`, late)
    await dealtWith(served)
    expect(await vendors()).to.deep.equal(['New Ltd'])
  })

  it('waits while its flow is paused, and goes on when the pause ends', async () => {
    await start()
    pause('accounts')
    await tell([await make('Patient Ltd')])
    await served.event('delivered')
    clock.advance(10 * 60_000)
    // something else has its turn meanwhile
    await tell(['1'], { operation: 'delete' })
    expect([await waiting(), await runs()]).to.deep.equal([2, []])
    pause(null)
    await dealtWith(served)
    expect(await vendors()).to.deep.equal(['Patient Ltd'])
  })

  it('stays in the inbox when its flow is paused before its turn has come', async () => {
    await start()
    await other.fault({ action: 'delay', path: 'upsert', delayMs: 700 })
    await tell([await make('First Ltd')])
    await served.event('started')
    await tell([await make('Second Ltd')])
    while (served.running.service.dispatcher.load().waiting === 0) await new Promise(resolve => setImmediate(resolve))
    pause('accounts')
    while (served.running.service.dispatcher.load().running > 0) await new Promise(resolve => setTimeout(resolve, 20))
    expect([await vendors(), (await runs()).length, await waiting()]).to.deep.equal([['First Ltd'], 1, 1])
    pause(null)
    await dealtWith(served)
    expect(await vendors()).to.deep.equal(['First Ltd', 'Second Ltd'])
  })

  it('waits when its run failed, and is tried again later and later', async () => {
    await start()
    await other.fault({ action: 'answer', path: 'crm', status: 400, body: REFUSED, times: 10_000 })
    await tell([await make('Retried Ltd')])
    const failed = async (count: number) => {
      await eventually(
        async () => served.events.filter(it => it.is === 'ended' && it.report.state === 'failed').length,
        found => found === count,
      )
      // the inbox rests from when it was told
      for (let at = 0; at < 10; at += 1) await new Promise(resolve => setImmediate(resolve))
    }
    await failed(1)
    expect(await waiting()).to.equal(1)
    clock.advance(7_000)
    await failed(2)
    // twice as long as before
    clock.advance(7_000)
    await tell(['1'], { operation: 'delete' })
    await failed(3)
    await other.clearFaults()
    clock.advance(60_000)
    await dealtWith(served)
    expect(await vendors()).to.deep.equal(['Retried Ltd'])
  })

  it('is tried again for the flow that failed, and not for the one that had dealt with it', async () => {
    const second = ACCOUNTS.replace('flow: accounts', 'flow: products')
      .replace('Vendor_Name: Account_Name', 'Product_Name: Account_Name')
      .replace('entity: Vendors', 'entity: Products')
    await start({ files: { ...options.files, 'flows/products.yaml': second } })
    await other.fault({ action: 'answer', path: 'Products', status: 400, body: REFUSED, times: 10_000 })
    await tell([await make('Both Ltd')])
    await served.event('ended', it => it.ref.flow === 'accounts')
    await served.event('ended', it => it.ref.flow === 'products')
    await other.clearFaults()
    clock.advance(7_000)
    await dealtWith(served)
    const byFlow = Map.groupBy(await runs(), it => it.flow)
    expect([byFlow.get('accounts')?.length, byFlow.get('products')?.length]).to.deep.equal([1, 2])
  })

  it('is taken up by the next start', async () => {
    const at = await start()
    pause('accounts')
    await tell([await make('Restarted Ltd')])
    await at.stop()
    served = await serve({ ...options, again: at.workspace })
    await dealtWith(served)
    expect(await vendors()).to.deep.equal(['Restarted Ltd'])
  })

  it('starts an ordinary run where the source cannot be read by key', async () => {
    const { Accounts, ...entities } = zohoCrm.entities
    const read = Accounts?.read && { ...Accounts.read, modes: ['full', 'incremental'] as const }
    const walked: Connector = {
      ...zohoCrm,
      entities: { ...entities, ...(Accounts && read ? { Accounts: { ...Accounts, read } } : {}) },
    }
    await start({ registry: [walked] })
    const ids = [await make('Told Ltd'), await make('Untold Ltd')]
    await tell(ids.slice(0, 1))
    await dealtWith(served)
    expect(await vendors()).to.deep.equal(['Told Ltd', 'Untold Ltd'])
    expect((await runs()).map(it => it.trigger)).to.deep.equal(['webhook'])
  })

  it('is forgotten after a week, and not before', async () => {
    await start()
    const body = await tell([await make('Week Ltd')])
    await dealtWith(served)
    const again = async () => {
      await deliver(`${served.url}/hooks/test/crm`, body)
      const { accepted, duplicates } = deliveriesOf(served.held, 'crm')
      return [accepted, duplicates]
    }
    clock.advance(6 * DAY_MS)
    expect(await again()).to.deep.equal([1, 1])
    clock.advance(2 * DAY_MS)
    await eventually(
      () => served.held.ledger.inboxCount('done'),
      count => count === 0,
    )
    expect(await again()).to.deep.equal([2, 1])
  })

  it('that was dropped on the way is found by the next poll, and counted; what came is not', async () => {
    await start()
    /** The inbox lets lie what it saw while the flow was paused; the poll has its turn all the same. */
    const poll = async () => {
      served.held.pauses.clear()
      const counts = await served.poll('accounts')
      pause('accounts')
      return counts
    }
    await make('Before Ltd')
    // a first run finds everything: nobody was to tell of it
    expect(await served.poll('accounts')).to.include({ written: 1 })
    const told = await make('Told Ltd')
    await make('Dropped Ltd')
    pause('accounts')
    await tell([told])
    // the flow meets what was delivered before its delivery has had its turn
    const late = await make('Late Ltd')
    expect(await poll()).to.include({ written: 3 })
    // a delivery that a poll was quicker than
    await tell([late])
    clock.advance(10_000)
    const missed = await served.event('missed')
    expect(missed).to.deep.include({ workspace: 'test', connection: 'crm', flow: 'accounts', records: 1 })
    await make('Dropped again Ltd')
    await poll()
    clock.advance(10_000)
    await eventually(
      async () => deliveriesOf(served.held, 'crm').foundByPoll,
      count => count >= 2,
    )
    expect(served.events.flatMap(it => (it.is === 'missed' ? [it.records] : []))).to.deep.equal([1, 1])
  })
})
