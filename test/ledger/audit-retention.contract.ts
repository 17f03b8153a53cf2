import { expect } from 'chai'
import { action, delivered } from './operations.ts'
import { type Bench, dead, event, known, later, parked, settlement, started } from './records.ts'

const DAY = 86_400_000
const deed = { actor: 'ada', at: later(9 * DAY) }
const keysOf = (from: number, count: number) => Array.from({ length: count }, (_, no) => `V${from + no}`)

export function auditRetentionContract(bench: () => Bench): void {
  const breaks = async () => (await bench().ledger.verifyAudit()).flatMap(it => it.breaks)

  describe('pruning', () => {
    it('takes what is old, and leaves an anchor that the rest is proven against', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ events: keysOf(0, 6_000).map(key => event(key)) }))
      await ledger.settle(settlement({ events: keysOf(6_000, 3).map(key => event(key, { at: later(2 * DAY) })) }))
      const pruned = await ledger.pruneAudit(later(DAY), deed)
      expect([pruned.events, pruned.anchor.no]).to.deep.equal([6_000, 6_000])
      expect((await ledger.events({ limit: 9 })).map(it => it.sourceKey)).to.deep.equal(['V6002', 'V6001', 'V6000'])
      const [events] = await ledger.verifyAudit()
      expect([events?.rows, events?.anchor.no, events?.head.no]).to.deep.equal([3, 6_000, 6_003])
      await ledger.settle(settlement({ events: [event('V9')] }))
      expect(await breaks()).to.deep.equal([])
    })

    it('takes all, and the chain goes on', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ events: [event('V1'), event('V2')] }))
      expect((await ledger.pruneAudit(later(1), deed)).events).to.equal(2)
      expect((await ledger.pruneAudit(later(1), deed)).events).to.equal(0)
      await ledger.settle(settlement({ events: [event('V3')] }))
      const [events] = await ledger.verifyAudit()
      expect([events?.rows, events?.head.no, await breaks()]).to.deep.equal([1, 3, []])
    })

    it('stops at the first event that is to stay, since only a beginning can be taken', async () => {
      const { ledger } = bench()
      const at = [0, 2 * DAY, 0].map(later)
      await ledger.settle(settlement({ events: at.map((it, no) => event(`V${no}`, { at: it })) }))
      expect((await ledger.pruneAudit(later(DAY), deed)).events).to.equal(1)
      expect(await ledger.events({ limit: 9 })).to.have.length(2)
    })

    it('is told in the trail of actions', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ events: [event('V1')] }))
      await ledger.pruneAudit(later(1), deed)
      const [told] = await ledger.actions({ limit: 9 })
      expect(told).to.deep.include({ actor: 'ada', action: 'audit.prune', at: deed.at })
      expect(told?.details).to.deep.include({ events: 1, anchorNo: 1 })
    })

    it('takes closed dead letters and their bodies, never open or parked ones', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ dead: [dead('V1'), dead('V2')], parked: [parked('B1')] }))
      await ledger.settle(settlement({ healed: [{ entity: 'VENDOR', key: 'V1' }] }))
      const { deadLetters, bodies } = await ledger.pruneAudit(later(DAY), deed)
      expect([deadLetters, bodies]).to.deep.equal([1, 1])
      const [left] = await ledger.deadLetters({ limit: 9 })
      expect(await ledger.deadBody(left?.id ?? '')).to.deep.equal({ VENDORID: 'V2', NAME: 'Vendor V2' })
      expect((await ledger.parked('vendors', 9))[0]?.body).to.deep.equal({ BILLID: 'B1' })
      expect(await ledger.pruneAudit(later(DAY), deed)).to.deep.include({ deadLetters: 0, bodies: 0 })
    })

    it('leaves what another page stores at the same moment with its body', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ dead: [dead('V1')] }))
      await ledger.settle(settlement({ healed: [{ entity: 'VENDOR', key: 'V1' }] }))
      // looked up before the pruning, stored after it
      const [, , again] = await Promise.all([
        ledger.pruneAudit(later(DAY), deed),
        ledger.pruneAudit(later(DAY), deed),
        ledger.settle(settlement({ dead: [dead('V1')] })),
      ])
      expect(again).to.equal(undefined)
      const [left] = await ledger.deadLetters({ state: 'open', limit: 9 })
      expect(await ledger.deadBody(left?.id ?? '')).to.deep.equal({ VENDORID: 'V1', NAME: 'Vendor V1' })
    })
  })

  describe('erasing a record', () => {
    const subject = { connection: 'intacct', entity: 'VENDOR', key: 'V1', forget: false }
    const failure = { kind: 'record', code: 'ODD', message: 'V1 is odd', said: 'Jane is odd', field: 'Email' } as const

    async function fill() {
      const { ledger } = bench()
      const events = [
        event('V1'),
        event('V2'),
        event('V1', { outcome: 'dead', failure, did: 'discarded: asked by Jane' }),
      ]
      await ledger.settle(
        settlement({
          events,
          ...{ known: [known('V1'), known('V2')], tracked: [{ entity: 'VENDOR', key: 'V1', sourceHash: 'h' }] },
          dead: [dead('V1'), dead('V2')],
        }),
      )
      await ledger.settle(settlement({ dead: [dead('V1', { step: 'other' })] }))
      await ledger.settle(settlement({ parked: [parked('V1', { sourceEntity: 'VENDOR' })] }))
      await ledger.startRun(started({ id: 'run-back', flow: 'back' }))
      const back = { sourceConnection: 'zoho', sourceEntity: 'Vendors', sourceKey: '5725767V1' }
      const to = { sinkConnection: 'intacct', sinkEntity: 'VENDOR', sinkKey: 'V1' }
      await ledger.settle(
        settlement({ runId: 'run-back', flow: 'back', events: [event('', { runId: 'run-back', ...back, ...to })] }),
      )
      await ledger.recordAction(action('flow:vendors', { details: { keys: ['V1', 'V2'] } }))
      const [waiting] = await ledger.receive([
        delivered('d-1', { connection: 'intacct', entity: 'VENDOR', keys: ['V1', 'V2'] }),
      ])
      await ledger.closeInbox([waiting?.id ?? 0])
      return ledger
    }

    it('masks it wherever it was, and the chain stays valid', async () => {
      const ledger = await fill()
      const { linked, ...counts } = await ledger.eraseSubject(subject, deed)
      expect(counts).to.deep.equal({
        ...{ events: 3, deadLetters: 2, parked: 1, bodies: 2, actions: 1, deliveries: 1, forgotten: 0, kept: 1 },
      })
      expect(linked).to.deep.equal([{ connection: 'zoho', entity: 'Vendors', key: '5725767V1' }])
      const held = [
        ...[
          await ledger.events({ limit: 99 }),
          await ledger.deadLetters({ limit: 99 }),
          await ledger.actions({ limit: 9 }),
        ],
        ...[await ledger.inbox({ state: 'done', limit: 9 }), await ledger.parked('vendors', 9)],
      ]
      expect(JSON.stringify(held)).to.not.match(/V1\b|Jane/)
      expect(JSON.stringify(held)).to.match(/V2\b/)
      const [events, actions] = await ledger.verifyAudit()
      expect([events?.erased, events?.breakCount, actions?.erased, actions?.breakCount]).to.deep.equal([3, 0, 1, 0])
    })

    it('keeps what is history: when, by which flow, how it ended', async () => {
      const ledger = await fill()
      await ledger.eraseSubject(subject, deed)
      const found = (await ledger.events({ flow: 'vendors', outcome: 'dead', limit: 9 }))[0]
      expect(found).to.deep.include({ sourceKey: '(erased)', sinkKey: '(erased)', did: 'discarded', runId: 'run-1' })
      expect(found?.failure).to.deep.equal({ kind: 'record', code: 'ODD', message: '(erased)', field: 'Email' })
      const letters = await ledger.deadLetters({ sourceKey: '(erased)', limit: 9 })
      expect(letters.map(it => [it.state, it.reason])).to.deep.equal([
        ['discarded', '(erased)'],
        ['discarded', '(erased)'],
      ])
      expect(await ledger.deadBody(letters[0]?.id ?? '')).to.equal(undefined)
    })

    it('leaves what runs know of it, unless that is to be forgotten', async () => {
      const ledger = await fill()
      await ledger.eraseSubject(subject, deed)
      expect(await ledger.known('vendors', 'intacct', 'VENDOR', ['V1'])).to.have.length(1)
      expect((await ledger.tracked('vendors', 'VENDOR', ['V1'])).size).to.equal(1)
      const { forgotten, kept } = await ledger.eraseSubject({ ...subject, forget: true }, deed)
      expect([forgotten, kept]).to.deep.equal([1, 0])
      expect(await ledger.known('vendors', 'intacct', 'VENDOR', ['V1', 'V2'])).to.have.length(1)
      expect((await ledger.tracked('vendors', 'VENDOR', ['V1'])).size).to.equal(0)
    })

    it('does nothing to a record of the same key elsewhere, or of a name that was never heard of', async () => {
      const ledger = await fill()
      for (const other of [{ connection: 'zoho' }, { entity: 'BILL' }, { connection: 'never' }, { key: 'V' }])
        expect((await ledger.eraseSubject({ ...subject, ...other }, deed)).events).to.equal(0)
      expect(await ledger.events({ sourceKey: 'V1', limit: 9 })).to.have.length(2)
    })

    it('can be done twice, of several, and before pruning', async () => {
      const ledger = await fill()
      await ledger.eraseSubject(subject, deed)
      expect((await ledger.eraseSubject(subject, deed)).events).to.equal(0)
      await ledger.eraseSubject({ ...subject, key: 'V2' }, deed)
      expect(await breaks()).to.deep.equal([])
      expect((await ledger.pruneAudit(later(1), deed)).events).to.equal(4)
      expect(await breaks()).to.deep.equal([])
    })
  })

  it('tells no pruning that found nothing to take', async () => {
    expect((await bench().ledger.pruneAudit(later(1), deed)).events).to.equal(0)
    expect(await bench().ledger.actions({ limit: 9 })).to.deep.equal([])
  })
}
