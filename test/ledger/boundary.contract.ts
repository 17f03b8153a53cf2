import { expect } from 'chai'
import { awaited, type Bench, dead, event, intent, known, parked, RUN, settlement } from './records.ts'

export function boundaryContract(bench: () => Bench): void {
  describe('a batch', () => {
    const keys = Array.from({ length: 40_000 }, (_, no) => `V${no}`)

    it('may be empty', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement())
      await ledger.openIntents([])
      await ledger.touch('vendors', 'VENDOR', [], RUN)
      expect(await ledger.tracked('vendors', 'VENDOR', [])).to.deep.equal(new Map())
      expect(await ledger.known('vendors', 'intacct', 'VENDOR', [])).to.deep.equal([])
      expect(await ledger.knownByMatch('vendors', 'vendor', [])).to.deep.equal([])
      expect(await ledger.knownBySink('zoho', 'Vendors', [])).to.deep.equal([])
      expect(await ledger.resolveLinks([])).to.deep.equal([])
      expect(await ledger.deadLetters({ ids: [], limit: 9 })).to.deep.equal([])
      expect(await ledger.discardDead([], '2026-01-01T00:00:00Z')).to.equal(0)
    })

    it('takes any length', async () => {
      const { ledger } = bench()
      const few = keys.slice(0, 2_000)
      await ledger.settle(
        settlement({
          events: keys.map(key => event(key)),
          known: keys.map(key => known(key)),
          tracked: keys.map(key => ({ entity: 'VENDOR', key, sourceHash: 'h' })),
          dead: few.map(key => dead(key, { sourceEntity: 'BILL' })),
          parked: few.map(key => parked(key, { sourceEntity: 'ITEM' })),
          healed: keys.map(key => ({ entity: 'VENDOR', key })),
        }),
      )
      expect(await ledger.known('vendors', 'intacct', 'VENDOR', keys)).to.have.length(keys.length)
      expect((await ledger.tracked('vendors', 'VENDOR', keys)).size).to.equal(keys.length)
      expect(await ledger.resolveLinks(keys.map(key => awaited(key)))).to.have.length(keys.length)
      expect(await ledger.parkedReady('vendors', 5_000)).to.have.length(few.length)
      const ids = (await ledger.deadLetters({ limit: 5_000 })).map(row => row.id)
      expect(await ledger.discardDead(ids, '2026-01-01T00:00:00Z')).to.equal(few.length)
      await ledger.settle(settlement({ forgotten: keys.map(key => known(key)) }))
      expect(await ledger.known('vendors', 'intacct', 'VENDOR', keys)).to.deep.equal([])
    }).timeout(30_000)

    it('keeps the last of two entries for one record', async () => {
      const { ledger } = bench()
      const track = (sourceHash: string) => ({ entity: 'VENDOR', key: 'V1', sourceHash })
      await ledger.settle(
        settlement({
          known: [known('V1', { sinkKey: 'first' }), known('V1', { sinkKey: 'last' })],
          tracked: [track('first'), track('last')],
          parked: [parked('B1', { sourceVersion: 'first' }), parked('B1', { sourceVersion: 'last', awaits: [] })],
        }),
      )
      expect((await ledger.known('vendors', 'intacct', 'VENDOR', ['V1'])).map(it => it.sinkKey)).to.deep.equal(['last'])
      expect((await ledger.tracked('vendors', 'VENDOR', ['V1'])).get('V1')).to.equal('last')
      expect((await ledger.parkedReady('vendors', 9)).map(it => it.sourceVersion)).to.deep.equal(['last'])
    })

    it('opens all of its intents or none', async () => {
      const { ledger } = bench()
      await ledger.openIntents([intent('i-1')])
      await ledger.openIntents([intent('i-2'), intent('i-1')]).catch(() => {})
      expect((await ledger.unresolvedIntents('vendors')).map(it => it.id)).to.deep.equal(['i-1'])
    })

    it('settles in order however many are on their way', async () => {
      const { ledger } = bench()
      const pages = Array.from({ length: 30 }, (_, page) => page)
      await Promise.all(
        pages.map(page =>
          ledger.settle(
            settlement({
              events: [event(`V${page}`)],
              counts: { read: 1 },
              checkpoint: { entity: 'VENDOR', cursor: { page } },
            }),
          ),
        ),
      )
      expect((await ledger.run(RUN))?.counts.read).to.equal(30)
      expect(await ledger.events({ limit: 99 })).to.have.length(30)
    })
  })
}
