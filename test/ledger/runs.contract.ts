import { expect } from 'chai'
import { AT, type Bench, codeOf, event, intent, known, later, NO_COUNTS, RUN, settlement, started } from './records.ts'

export function runsContract(bench: () => Bench): void {
  describe('a run', () => {
    it('is kept from start to end', async () => {
      const { ledger } = bench()
      const running = { ...started(), state: 'running', endedAt: null, failure: null, counts: NO_COUNTS }
      expect(await ledger.run(RUN)).to.deep.equal(running)
      const counts = { ...NO_COUNTS, read: 3, written: 2, dead: 1, calls: 4, signIns: 1 }
      const failure = { kind: 'transient', code: 'ZOHO_DOWN', message: 'down', remedy: 'wait' } as const
      await ledger.finishRun(RUN, { state: 'failed', endedAt: later(60_000), counts, failure })
      expect(await ledger.run(RUN)).to.deep.equal({
        ...started(),
        ...{ state: 'failed', endedAt: later(60_000), counts, failure },
      })
      expect(await ledger.run('run-0')).to.equal(undefined)
    })

    it('shows what it has done so far', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ counts: { read: 2, written: 1, calls: 3 } }))
      await ledger.settle(settlement({ counts: { read: 5, dead: 2, signIns: 1 } }))
      const counts = { ...NO_COUNTS, read: 7, written: 1, dead: 2, calls: 3, signIns: 1 }
      expect((await ledger.run(RUN))?.counts).to.deep.equal(counts)
    })

    it('is interrupted, at its last sign of life, when the next run of its flow starts', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ at: later(5_000), counts: { read: 2 } }))
      await ledger.startRun(started({ id: 'other', flow: 'customers' }))
      await ledger.startRun(started({ id: 'run-2', startedAt: later(90_000) }))
      const states = (await ledger.runs({ limit: 9 })).map(run => [run.id, run.state, run.endedAt])
      expect(states).to.deep.equal([
        ['run-2', 'running', null],
        ['other', 'running', null],
        [RUN, 'interrupted', later(5_000)],
      ])
    })

    it('goes on while a live lease names it', async () => {
      const { ledger } = bench()
      await ledger.acquireLease('vendors', RUN, new Date(AT), 60_000)
      await ledger.startRun(started({ id: 'run-2', startedAt: later(59_999) }))
      expect((await ledger.run(RUN))?.state).to.equal('running')
      await ledger.startRun(started({ id: 'run-3', startedAt: later(60_000) }))
      expect((await ledger.run(RUN))?.state).to.equal('interrupted')
    })

    it('stores nothing more once another one has taken over', async () => {
      const { ledger } = bench()
      await ledger.setCheckpoint('vendors', 'VENDOR', { mark: 9 }, AT)
      await ledger.startRun(started({ id: 'run-2' }))
      const late = settlement({ events: [event('V1')], checkpoint: { entity: 'VENDOR', cursor: { mark: 1 } } })
      expect(await codeOf(ledger.settle(late))).to.equal('LEDGER_RUN_ENDED')
      expect(await codeOf(ledger.openIntents([intent('i-1')]))).to.equal('LEDGER_RUN_ENDED')
      const end = { state: 'succeeded', endedAt: AT, counts: NO_COUNTS, failure: null } as const
      expect(await codeOf(ledger.finishRun(RUN, end))).to.equal('LEDGER_RUN_ENDED')
      expect(await ledger.checkpoint('vendors', 'VENDOR')).to.deep.equal({ mark: 9 })
      expect(await ledger.events({ limit: 9 })).to.deep.equal([])
      expect(await ledger.unresolvedIntents('vendors')).to.deep.equal([])
    })

    it('that was never started stores nothing', async () => {
      const { ledger } = bench()
      expect(await codeOf(ledger.settle(settlement({ runId: 'run-0' })))).to.equal('LEDGER_RUN_UNKNOWN')
    })

    it('is found by flow and state, newest first', async () => {
      const { ledger } = bench()
      await ledger.startRun(started({ id: 'run-2' }))
      await ledger.startRun(started({ id: 'run-3', flow: 'customers', trigger: 'replay', replayOf: RUN }))
      const ids = async (filter: Parameters<typeof ledger.runs>[0]) => (await ledger.runs(filter)).map(run => run.id)
      expect(await ids({ limit: 9 })).to.deep.equal(['run-3', 'run-2', RUN])
      expect(await ids({ limit: 1 })).to.deep.equal(['run-3'])
      expect(await ids({ flow: 'vendors', limit: 9 })).to.deep.equal(['run-2', RUN])
      expect(await ids({ state: 'running', limit: 9 })).to.deep.equal(['run-3', 'run-2'])
      expect((await ledger.run('run-3'))?.replayOf).to.equal(RUN)
    })

    it('is found by trigger and time, and page by page', async () => {
      const { ledger } = bench()
      for (const no of [2, 3, 4, 5])
        await ledger.startRun(
          started({ id: `run-${no}`, trigger: no % 2 ? 'webhook' : 'schedule', startedAt: later(no * 1_000) }),
        )
      const ids = async (filter: Parameters<typeof ledger.runs>[0]) => (await ledger.runs(filter)).map(run => run.id)
      expect(await ids({ limit: 9, trigger: 'webhook' })).to.deep.equal(['run-5', 'run-3'])
      expect(await ids({ limit: 9, since: later(4_000) })).to.deep.equal(['run-5', 'run-4'])
      expect(await ids({ limit: 2, before: 'run-4' })).to.deep.equal(['run-3', 'run-2'])
      expect(await ids({ limit: 9, before: 'run-4', trigger: 'schedule', flow: 'vendors' })).to.deep.equal(['run-2'])
      expect(await ids({ limit: 9, before: RUN })).to.deep.equal([])
      expect(await ids({ limit: 9, before: 'run-0' })).to.deep.equal([])
    })
  })

  describe('a lease', () => {
    const at = (ms: number) => new Date(Date.parse(AT) + ms)

    it('has one holder until it lapses', async () => {
      const { ledger } = bench()
      expect(await ledger.acquireLease('vendors', 'one', at(0), 1_000)).to.equal(true)
      expect(await ledger.acquireLease('vendors', 'two', at(999), 1_000)).to.equal(false)
      expect(await ledger.acquireLease('customers', 'two', at(0), 1_000)).to.equal(true)
      expect(await ledger.acquireLease('vendors', 'two', at(1_000), 1_000)).to.equal(true)
      expect(await ledger.acquireLease('vendors', 'one', at(1_001), 1_000)).to.equal(false)
    })

    it('is extended by its holder', async () => {
      const { ledger } = bench()
      await ledger.acquireLease('vendors', 'one', at(0), 1_000)
      expect(await ledger.acquireLease('vendors', 'one', at(900), 1_000)).to.equal(true)
      expect(await ledger.acquireLease('vendors', 'two', at(1_500), 1_000)).to.equal(false)
    })

    it('is released by its holder only', async () => {
      const { ledger } = bench()
      await ledger.acquireLease('vendors', 'one', at(0), 1_000)
      await ledger.releaseLease('vendors', 'two')
      expect(await ledger.leaseHolder('vendors')).to.equal('one')
      await ledger.releaseLease('vendors', 'one')
      expect(await ledger.leaseHolder('vendors')).to.equal(undefined)
    })

    it('goes to one of many who ask at once', async () => {
      const { ledger } = bench()
      const asked = Array.from({ length: 20 }, (_, no) => ledger.acquireLease('vendors', `holder-${no}`, at(0), 1_000))
      expect((await Promise.all(asked)).filter(Boolean)).to.have.length(1)
    })
  })

  describe('a checkpoint', () => {
    it('moves with the settlement of its page', async () => {
      const { ledger } = bench()
      expect(await ledger.checkpoint('vendors', 'VENDOR')).to.equal(undefined)
      await ledger.settle(settlement({ checkpoint: { entity: 'VENDOR', cursor: { mark: '1', keys: ['V1'] } } }))
      await ledger.settle(settlement({ checkpoint: { entity: 'VENDOR', cursor: { mark: '2' } }, at: later(5) }))
      await ledger.settle(settlement({ counts: { read: 1 }, at: later(9) }))
      expect(await ledger.checkpoint('vendors', 'VENDOR')).to.deep.equal({ mark: '2' })
      expect(await ledger.checkpoints('vendors')).to.deep.equal([
        { flow: 'vendors', entity: 'VENDOR', cursor: { mark: '2' }, committedAt: later(5) },
      ])
    })

    it('is set and cleared by a person', async () => {
      const { ledger } = bench()
      await ledger.setCheckpoint('vendors', 'VENDOR', { mark: 1 }, AT)
      await ledger.setCheckpoint('customers', 'CUSTOMER', { mark: 2 }, AT)
      await ledger.setCheckpoint('vendors', 'VENDOR', { mark: 3 }, later(1))
      expect((await ledger.checkpoints()).map(it => [it.flow, it.cursor])).to.deep.equal([
        ['customers', { mark: 2 }],
        ['vendors', { mark: 3 }],
      ])
      await ledger.setCheckpoint('vendors', 'VENDOR', null, AT)
      expect(await ledger.checkpoint('vendors', 'VENDOR')).to.equal(undefined)
    })

    it('stays where it was when anything of its settlement cannot be stored', async () => {
      const { ledger } = bench()
      await ledger.settle(settlement({ events: [event('V1')], checkpoint: { entity: 'VENDOR', cursor: { mark: 1 } } }))
      const broken = settlement({
        ...{ events: [event('V2')], tracked: [{ entity: 'VENDOR', key: 'V2', sourceHash: 'h' }], counts: { read: 1 } },
        known: [known('V2', { writtenAt: 'no time at all' })],
        checkpoint: { entity: 'VENDOR', cursor: { mark: 2 } },
      })
      expect(await codeOf(ledger.settle(broken))).to.equal('LEDGER_STATEMENT')
      expect(await ledger.checkpoint('vendors', 'VENDOR')).to.deep.equal({ mark: 1 })
      expect((await ledger.events({ limit: 9 })).map(it => it.sourceKey)).to.deep.equal(['V1'])
      expect(await ledger.tracked('vendors', 'VENDOR', ['V2'])).to.deep.equal(new Map())
      expect((await ledger.run(RUN))?.counts.read).to.equal(0)
      await ledger.settle(settlement({ events: [event('V3')] }))
      expect((await ledger.events({ limit: 9 })).map(it => it.sourceKey)).to.deep.equal(['V3', 'V1'])
    })
  })
}
