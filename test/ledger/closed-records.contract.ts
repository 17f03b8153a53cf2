import { expect } from 'chai'
import { AT, awaited, type Bench, dead, intent, known, later, parked, RUN, settlement, started } from './records.ts'

export function closedRecordsContract(bench: () => Bench): void {
  describe('a dead letter', () => {
    it('keeps its failure and, sealed, its source body', async () => {
      const { ledger } = bench()
      const { body, ...letter } = dead('V1')
      await ledger.settle(settlement({ dead: [dead('V1')] }))
      const [row] = await ledger.deadLetters({ limit: 9 })
      expect(row).to.deep.equal({
        ...letter,
        ...{
          id: row?.id,
          state: 'open',
          firstSeenAt: AT,
          lastSeenAt: AT,
          attempts: 1,
          runId: RUN,
          resolvedByRun: null,
          reason: null,
        },
      })
      expect(await ledger.deadBody(row?.id ?? '')).to.deep.equal(body)
      expect(await ledger.deadBody('4711')).to.equal(undefined)
    })

    it('of a record that dies again updates the open one', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ dead: [dead('V1')] }))
      await ledger.startRun(started({ id: 'run-2' }))
      const failure = { kind: 'record', code: 'ZOHO_DUPLICATE_DATA', message: 'taken' } as const
      const again = dead('V1', { failure, body: { VENDORID: 'V1', NAME: 'Bolt' }, sourceVersion: '2' })
      const elsewhere = dead('V1', { step: 'contact' })
      await ledger.settle(settlement({ runId: 'run-2', at: later(9), dead: [again, elsewhere] }))
      const rows = await ledger.deadLetters({ limit: 9, sourceKey: 'V1' })
      expect(rows.map(row => [row.step, row.attempts, row.firstSeenAt, row.lastSeenAt, row.runId])).to.deep.equal([
        ['contact', 1, later(9), later(9), 'run-2'],
        ['vendor', 2, AT, later(9), 'run-2'],
      ])
      expect(rows[1]?.failure).to.deep.equal(failure)
      expect(rows[1]?.sourceVersion).to.equal('2')
      expect(await ledger.deadBody(rows[1]?.id ?? '')).to.deep.equal({ VENDORID: 'V1', NAME: 'Bolt' })
    })

    it('is resolved, in all steps, when its record ends well, and stays as history', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ dead: [dead('V1'), dead('V1', { step: 'contact' }), dead('V2')] }))
      await ledger.startRun(started({ id: 'run-2' }))
      await ledger.settle(settlement({ runId: 'run-2', healed: [{ entity: 'VENDOR', key: 'V1' }] }))
      const resolved = await ledger.deadLetters({ state: 'resolved', limit: 9 })
      expect(resolved.map(row => [row.sourceKey, row.step, row.resolvedByRun])).to.deep.equal([
        ['V1', 'contact', 'run-2'],
        ['V1', 'vendor', 'run-2'],
      ])
      await ledger.settle(settlement({ runId: 'run-2', dead: [dead('V1')], at: later(9) }))
      const open = await ledger.deadLetters({ state: 'open', limit: 9 })
      expect(open.map(row => [row.sourceKey, row.attempts, row.firstSeenAt])).to.deep.equal([
        ['V1', 1, later(9)],
        ['V2', 1, AT],
      ])
    })

    it('is found by flow, code, ids and page, newest first', async () => {
      const { ledger } = bench()
      const odd = { kind: 'record', code: 'ODD', message: 'odd' } as const
      await ledger.settle(settlement({ dead: [dead('V1'), dead('V2', { failure: odd }), dead('V3')] }))
      const all = await ledger.deadLetters({ limit: 9 })
      const keys = async (filter: Parameters<typeof ledger.deadLetters>[0]) =>
        (await ledger.deadLetters(filter)).map(row => row.sourceKey)
      expect(await keys({ limit: 2 })).to.deep.equal(['V3', 'V2'])
      expect(await keys({ limit: 2, after: all[1]?.id ?? '' })).to.deep.equal(['V1'])
      expect(await keys({ limit: 9, code: 'ODD' })).to.deep.equal(['V2'])
      expect(await keys({ limit: 9, flow: 'customers' })).to.deep.equal([])
      expect(await keys({ limit: 9, ids: [all[2]?.id ?? '', 'nonsense'] })).to.deep.equal(['V1'])
    })

    it('is discarded once', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ dead: [dead('V1'), dead('V2')] }))
      const ids = (await ledger.deadLetters({ limit: 9, sourceKey: 'V1' })).map(row => row.id)
      expect(await ledger.discardDead(ids, later(1))).to.equal(1)
      expect(await ledger.discardDead(ids, later(2))).to.equal(0)
      expect((await ledger.deadLetters({ state: 'open', limit: 9 })).map(row => row.sourceKey)).to.deep.equal(['V2'])
    })

    it('keeps why it was discarded', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ dead: [dead('V1'), dead('V2'), dead('V3')] }))
      const [v3, v2] = (await ledger.deadLetters({ limit: 9 })).map(row => row.id)
      await ledger.discardDead([v2 ?? ''], later(1), 'a test record')
      await ledger.discardDead([v2 ?? ''], later(2), 'too late')
      await ledger.discardDead([v3 ?? ''], later(1))
      const reasons = (await ledger.deadLetters({ limit: 9 })).map(row => [row.sourceKey, row.state, row.reason])
      expect(reasons).to.deep.equal([
        ['V3', 'discarded', null],
        ['V2', 'discarded', 'a test record'],
        ['V1', 'open', null],
      ])
    })

    it('is counted by flow and code while it is open', async () => {
      const { ledger } = bench()
      expect(await ledger.deadCounts()).to.deep.equal([])
      const odd = { kind: 'record', code: 'ODD', message: 'odd' } as const
      const letters = ['V1', 'V2', 'V3', 'V4', 'V5'].map(key => dead(key))
      await ledger.settle(settlement({ dead: [...letters, dead('V6', { failure: odd })] }))
      await ledger.startRun(started({ id: 'run-2', flow: 'customers' }))
      const other = dead('C1', { flow: 'customers' })
      await ledger.settle(settlement({ runId: 'run-2', flow: 'customers', dead: [other] }))
      const [found] = await ledger.deadLetters({ limit: 1, sourceKey: 'V1' })
      await ledger.discardDead([found?.id ?? ''], later(1))
      await ledger.settle(settlement({ healed: [{ entity: 'VENDOR', key: 'V2' }] }))
      expect(await ledger.deadCounts()).to.deep.equal([
        { flow: 'customers', code: 'ZOHO_INVALID_DATA', count: 1 },
        { flow: 'vendors', code: 'ODD', count: 1 },
        { flow: 'vendors', code: 'ZOHO_INVALID_DATA', count: 3 },
      ])
    })

    it('costs one sealing per content', async () => {
      const { ledger, sealer } = bench()
      const body = { NAME: 'the same' }
      await ledger.settle(settlement({ dead: [dead('V1', { body }), dead('V2', { body: { ...body } })] }))
      const before = sealer.sealed()
      await ledger.settle(settlement({ dead: [dead('V1', { body })], parked: [parked('B1', { body })] }))
      expect(sealer.sealed()).to.equal(before)
    })
  })

  describe('a parked record', () => {
    it('is ready when all that it waits for is known', async () => {
      const { ledger } = bench()
      const both = parked('B1', { awaits: [awaited('V1'), awaited('V2', { sourceEntity: 'VENDOR' })] })
      await ledger.settle(settlement({ parked: [both, parked('B2', { awaits: [awaited('V3')] })] }))
      expect(await ledger.parkedReady('vendors', 9)).to.deep.equal([])
      await ledger.settle(settlement({ known: [known('V1'), known('V2', { sourceEntity: 'CUSTOMER' })] }))
      expect(await ledger.parkedReady('vendors', 9)).to.deep.equal([])
      await ledger.settle(settlement({ known: [known('V2')] }))
      expect(await ledger.parkedReady('vendors', 9)).to.deep.equal([{ ...both, parkedByRun: RUN }])
      await ledger.settle(settlement({ forgotten: [known('V1')] }))
      expect(await ledger.parkedReady('vendors', 9)).to.deep.equal([])
    })

    it('keeps its place, with its new body and references, when it is parked again', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ parked: [parked('B1')] }))
      await ledger.settle(settlement({ parked: [parked('B2')], at: later(1) }))
      await ledger.startRun(started({ id: 'run-2' }))
      const again = parked('B1', { body: { BILLID: 'B1', TOTAL: 7 }, awaits: [awaited('V2')], sourceVersion: '2' })
      await ledger.settle(settlement({ runId: 'run-2', parked: [again], at: later(2) }))
      expect(await ledger.parked('vendors', 9)).to.deep.equal([
        { ...again, parkedAt: AT },
        { ...parked('B2'), parkedAt: later(1) },
      ])
      expect(await ledger.parked('vendors', 1)).to.have.length(1)
      expect(await ledger.parkedCount('vendors')).to.equal(2)
      await ledger.settle(settlement({ runId: 'run-2', known: [known('V2')] }))
      expect(await ledger.parkedReady('vendors', 9)).to.deep.equal([{ ...again, parkedByRun: 'run-2' }])
    })

    it('is gone when it ends well or dies', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ parked: ['B1', 'B2', 'B3'].map(key => parked(key)) }))
      await ledger.settle(settlement({ healed: [{ entity: 'BILL', key: 'B1' }] }))
      await ledger.settle(settlement({ dead: [dead('B2', { sourceEntity: 'BILL' }), dead('B3')] }))
      expect((await ledger.parked('vendors', 9)).map(it => it.sourceKey)).to.deep.equal(['B3'])
      expect(await ledger.parkedCount('vendors')).to.equal(1)
      expect(await ledger.parkedCount('customers')).to.equal(0)
    })
  })

  describe('an intent', () => {
    it('is unresolved until a settlement tells its outcome', async () => {
      const { ledger } = bench()
      const nameless = intent('i-2', { matchValue: null, startedAt: later(1) })
      await ledger.openIntents([intent('i-1'), nameless, intent('i-3', { startedAt: later(2) })])
      const done = [
        { id: 'i-1', outcome: 'written' as const },
        { id: 'i-3', outcome: 'absent' as const },
      ]
      await ledger.settle(settlement({ intentsDone: done }))
      expect(await ledger.unresolvedIntents('vendors')).to.deep.equal([nameless])
      expect(await ledger.unresolvedIntents('customers')).to.deep.equal([])
    })

    it('outlives the run that opened it', async () => {
      const { ledger } = bench()
      await ledger.openIntents([intent('i-1')])
      await ledger.startRun(started({ id: 'run-2' }))
      expect(await ledger.unresolvedIntents('vendors')).to.deep.equal([intent('i-1')])
    })
  })
}
