import { inspect } from 'node:util'
import { expect } from 'chai'
import { Secret } from '../../engine/core/secret.ts'
import { action, apiToken, delivered, pause, subscription } from './operations.ts'
import { AT, type Bench, codeOf, later } from './records.ts'

/** What a service keeps beside the records. */
export function operationsContract(bench: () => Bench): void {
  inboxContract(bench)
  subscriptionsContract(bench)
  tokensContract(bench)
  actionsContract(bench)
  pausesContract(bench)
}

const waiting = { state: 'waiting', limit: 99 } as const

function inboxContract(bench: () => Bench): void {
  describe('the inbox', () => {
    it('keeps what a delivery told, oldest first', async () => {
      const { ledger } = bench()
      const entries = [delivered('d-1'), delivered('d-2', { change: 'delete', keys: [] })]
      const stored = await ledger.receive(entries)
      expect(stored.map(({ id: _, ...rest }) => rest)).to.deep.equal(entries.map(it => ({ ...it, state: 'waiting' })))
      expect(await ledger.inbox(waiting)).to.deep.equal(stored)
      expect(await ledger.inboxCount('waiting')).to.equal(2)
      expect(await ledger.inboxCount('done')).to.equal(0)
    })

    it('stores a delivery once, and answers what is new only', async () => {
      const { ledger } = bench()
      await ledger.receive([delivered('d-1')])
      const again = [delivered('d-1', { receivedAt: later(5), keys: ['9'] }), delivered('d-2')]
      expect((await ledger.receive(again)).map(it => it.deliveryId)).to.deep.equal(['d-2'])
      expect(await ledger.receive(again)).to.deep.equal([])
      expect((await ledger.inbox(waiting)).map(it => [it.deliveryId, it.keys])).to.deep.equal([
        ['d-1', ['1', '2']],
        ['d-2', ['1', '2']],
      ])
    })

    it('tells deliveries of two connections, entities and changes apart', async () => {
      const { ledger } = bench()
      const entries = [
        delivered('d-1'),
        delivered('d-1', { connection: 'other' }),
        delivered('d-1', { entity: 'Accounts' }),
        delivered('d-1', { change: 'delete' }),
      ]
      expect(await ledger.receive(entries)).to.have.length(4)
    })

    it('loses no key of a delivery that tells of one entity in several places', async () => {
      const { ledger } = bench()
      const [row, ...rest] = await ledger.receive([delivered('d-1'), delivered('d-1', { keys: ['2', '3'] })])
      expect([row?.keys, rest]).to.deep.equal([['1', '2', '3'], []])
    })

    it('stores all of a call or none', async () => {
      const { ledger } = bench()
      const broken = delivered('d-2', { receivedAt: 'not a time' })
      expect(await codeOf(ledger.receive([delivered('d-1'), broken]))).to.equal('LEDGER_STATEMENT')
      expect(await ledger.inbox(waiting)).to.deep.equal([])
      expect(await ledger.receive([])).to.deep.equal([])
    })

    it('stores each delivery once, however many bring it at a time', async () => {
      const { ledger } = bench()
      const calls = Array.from({ length: 20 }, (_, no) => ledger.receive([delivered('same'), delivered(`own-${no}`)]))
      const stored = (await Promise.all(calls)).flat()
      expect(stored.filter(it => it.deliveryId === 'same')).to.have.length(1)
      expect(await ledger.inboxCount('waiting')).to.equal(21)
    })

    it('is read page by page', async () => {
      const { ledger } = bench()
      const stored = await ledger.receive(Array.from({ length: 5 }, (_, no) => delivered(`d-${no}`)))
      const page = await ledger.inbox({ state: 'waiting', limit: 2, after: stored[1]?.id ?? 0 })
      expect(page.map(it => it.deliveryId)).to.deep.equal(['d-2', 'd-3'])
    })

    it('remembers what is dealt with until it is forgotten', async () => {
      const { ledger } = bench()
      const [first, second] = await ledger.receive([delivered('d-1'), delivered('d-2'), delivered('d-3')])
      await ledger.closeInbox([first?.id ?? 0, second?.id ?? 0])
      await ledger.closeInbox([])
      expect((await ledger.inbox({ state: 'done', limit: 9 })).map(it => it.deliveryId)).to.deep.equal(['d-1', 'd-2'])
      expect((await ledger.inbox(waiting)).map(it => it.deliveryId)).to.deep.equal(['d-3'])
      expect(await ledger.receive([delivered('d-1')]), 'a late repetition').to.deep.equal([])
    })

    it('forgets what is done and old, never what waits', async () => {
      const { ledger } = bench()
      const stored = await ledger.receive([0, 1_000, 2_000].map(ms => delivered(`d-${ms}`, { receivedAt: later(ms) })))
      await ledger.closeInbox(stored.slice(1).map(it => it.id))
      expect(await ledger.forgetInbox(later(2_000))).to.equal(1)
      expect(await ledger.inboxCount('done')).to.equal(1)
      expect((await ledger.inbox(waiting)).map(it => it.deliveryId)).to.deep.equal(['d-0'])
      expect((await ledger.receive([delivered('d-1000')])).length, 'new again').to.equal(1)
    })

    it('gives the number of a forgotten entry to no other', async () => {
      const { ledger } = bench()
      const [old] = await ledger.receive([delivered('d-1')])
      await ledger.closeInbox([old?.id ?? 0])
      await ledger.forgetInbox(later(1))
      await ledger.receive([delivered('d-2')])
      await ledger.closeInbox([old?.id ?? 0])
      expect((await ledger.inbox(waiting)).map(it => it.deliveryId)).to.deep.equal(['d-2'])
    })

    it('takes any number of entries', async () => {
      const { ledger } = bench()
      const many = Array.from({ length: 40_000 }, (_, no) => delivered(`d-${no}`))
      const stored = await ledger.receive(many)
      expect(stored.map(it => it.deliveryId)).to.deep.equal(many.map(it => it.deliveryId))
      await ledger.closeInbox(stored.map(it => it.id))
      expect(await ledger.inboxCount('done')).to.equal(40_000)
    }).timeout(10_000)
  })
}

function subscriptionsContract(bench: () => Bench): void {
  describe('a subscription', () => {
    const failure = { kind: 'transient', code: 'ZOHO_DOWN', message: 'down' } as const
    const kept = async () =>
      (await bench().ledger.subscriptions()).map(it => ({ ...it, secret: it.secret?.reveal() ?? null }))

    it('is kept with its secret', async () => {
      await bench().ledger.saveSubscription(subscription('1'))
      expect(await kept()).to.deep.equal([{ ...subscription('1'), secret: 'planted-secret' }])
      const [row] = await bench().ledger.subscriptions()
      expect(row?.secret).to.be.instanceOf(Secret)
      expect(inspect(row)).to.not.include('planted')
    })

    it('is replaced whole by one of the same connection and id', async () => {
      const { ledger } = bench()
      await ledger.saveSubscription(subscription('1'))
      await ledger.saveSubscription(subscription('1', { connection: 'other' }))
      const renewed = subscription('1', {
        ...{ entities: [], callbackUrl: 'https://elsewhere.example/', secret: null, createdAt: later(1) },
        ...{ expiresAt: null, failure, failingSince: later(2) },
      })
      await ledger.saveSubscription(renewed)
      expect(await kept()).to.deep.equal([
        { ...subscription('1', { connection: 'other' }), secret: 'planted-secret' },
        renewed,
      ])
      await ledger.saveSubscription(subscription('1'))
      expect((await kept())[1]).to.deep.equal({ ...subscription('1'), secret: 'planted-secret' })
    })

    it('is removed by connection and id', async () => {
      const { ledger } = bench()
      for (const it of [subscription('1'), subscription('2'), subscription('1', { connection: 'other' })])
        await ledger.saveSubscription(it)
      await ledger.removeSubscription('zoho', '1')
      await ledger.removeSubscription('zoho', '1')
      expect((await kept()).map(it => [it.connection, it.id])).to.deep.equal([
        ['other', '1'],
        ['zoho', '2'],
      ])
    })

    it('whose secret the vault cannot open is named, and can be removed', async () => {
      const { ledger, sealer } = bench()
      await ledger.saveSubscription(subscription('1'))
      sealer.breaks = true
      const thrown = await ledger.subscriptions().catch(error => error)
      expect([thrown.code, thrown.kind]).to.deep.equal(['LEDGER_SECRET_UNREADABLE', 'configuration'])
      expect(thrown.message).to.match(/subscription 1 of zoho/)
      await ledger.removeSubscription('zoho', '1')
      expect(await ledger.subscriptions()).to.deep.equal([])
    })
  })
}

function tokensContract(bench: () => Bench): void {
  describe('an API token', () => {
    it('is found by its hash', async () => {
      const { ledger } = bench()
      const lasting = apiToken('t-2', { expiresAt: null, role: 'admin', createdAt: later(1) })
      await ledger.addToken(lasting)
      await ledger.addToken(apiToken('t-1'))
      expect(await ledger.tokenByHash('hash of t-2')).to.deep.equal(lasting)
      expect(await ledger.tokenByHash('hash of t-3')).to.equal(undefined)
      expect(await ledger.apiTokens()).to.deep.equal([apiToken('t-1'), lasting])
    })

    it('has an id and a hash of its own', async () => {
      const { ledger } = bench()
      await ledger.addToken(apiToken('t-1'))
      for (const twin of [apiToken('t-1', { hash: 'other' }), apiToken('t-2', { hash: 'hash of t-1' })])
        expect(await codeOf(ledger.addToken(twin))).to.equal('LEDGER_STATEMENT')
      expect(await ledger.apiTokens()).to.deep.equal([apiToken('t-1')])
    })

    it('is revoked once, while it is in force', async () => {
      const { ledger } = bench()
      await ledger.addToken(apiToken('t-1'))
      await ledger.addToken(apiToken('t-2', { expiresAt: null }))
      expect(await ledger.revokeToken('t-0', later(1))).to.equal(false)
      expect(await ledger.revokeToken('t-1', apiToken('t-1').expiresAt ?? ''), 'expired').to.equal(false)
      expect(await ledger.revokeToken('t-1', later(1))).to.equal(true)
      expect(await ledger.revokeToken('t-1', later(2))).to.equal(false)
      expect((await ledger.apiTokens()).map(it => it.revokedAt)).to.deep.equal([later(1), null])
    })

    it('remembers its last use', async () => {
      const { ledger } = bench()
      await ledger.addToken(apiToken('t-1'))
      await ledger.tokenUsed('t-1', later(9))
      await ledger.tokenUsed('t-1', later(5))
      expect((await ledger.tokenByHash('hash of t-1'))?.lastUsedAt).to.equal(later(9))
    })
  })
}

function actionsContract(bench: () => Bench): void {
  describe('what a person did', () => {
    it('is kept, newest first', async () => {
      const { ledger } = bench()
      await ledger.recordAction(action('vendors'))
      await ledger.recordAction(action('t-1', { actor: 'bob', action: 'token.create', details: {} }))
      const found = await ledger.actions({ limit: 9 })
      expect(found.map(({ id: _, ...rest }) => rest)).to.deep.equal([
        action('t-1', { actor: 'bob', action: 'token.create', details: {} }),
        action('vendors'),
      ])
    })

    it('is found by subject and page', async () => {
      const { ledger } = bench()
      for (const no of [0, 1, 2, 3]) await ledger.recordAction(action(no % 2 ? 'odd' : 'even', { at: later(no) }))
      const [, second] = await ledger.actions({ limit: 2 })
      const times = async (filter: Parameters<typeof ledger.actions>[0]) =>
        (await ledger.actions(filter)).map(it => it.at)
      expect(await times({ limit: 9, before: second?.id ?? 0 })).to.deep.equal([later(1), AT])
      expect(await times({ limit: 9, subject: 'odd' })).to.deep.equal([later(3), later(1)])
      expect(await times({ limit: 9, subject: 'odd', before: second?.id ?? 0 })).to.deep.equal([later(1)])
    })
  })
}

function pausesContract(bench: () => Bench): void {
  describe('a paused flow', () => {
    it('is paused until it is resumed, once', async () => {
      const { ledger } = bench()
      await ledger.pause(pause('vendors'))
      await ledger.pause(pause('customers'))
      expect(await ledger.pauses()).to.deep.equal([pause('customers'), pause('vendors')])
      expect(await ledger.resume('vendors')).to.equal(true)
      expect(await ledger.resume('vendors')).to.equal(false)
      expect(await ledger.pauses()).to.deep.equal([pause('customers')])
    })

    it('tells who paused it last', async () => {
      const { ledger } = bench()
      await ledger.pause(pause('vendors'))
      const last = pause('vendors', { by: 'bob', at: later(1), reason: 'still closing' })
      await ledger.pause(last)
      expect(await ledger.pauses()).to.deep.equal([last])
    })
  })
}
