import { expect } from 'chai'
import type { EventFilter } from '../../engine/core/ledger.ts'
import { type Bench, event, later, RUN, settlement, started } from './records.ts'

export function historyContract(bench: () => Bench): void {
  describe('the audit trail', () => {
    const filtered = event('V2', {
      ...{ sinkConnection: null, sinkEntity: null, sinkKey: null, sourceVersion: null, outcome: 'filtered', did: '' },
      ...{ changed: [], at: later(1) },
    })
    const failure = { kind: 'record', code: 'ZOHO_INVALID_DATA', message: 'no address', field: 'Email' } as const
    const died = event('V3', { outcome: 'dead', failure, attempt: 2, at: later(2) })

    async function fill() {
      const { ledger } = bench()
      await ledger.settle(settlement({ events: [event('V1'), filtered, died] }))
      await ledger.startRun(started({ id: 'run-2', flow: 'customers' }))
      const other = {
        ...{ runId: 'run-2', flow: 'customers', sourceEntity: 'BILL', sinkEntity: 'Accounts', at: later(3) },
      }
      await ledger.settle(settlement({ runId: 'run-2', flow: 'customers', events: [event('V1', other)] }))
      return ledger
    }

    it('gives every event back as it was', async () => {
      const ledger = await fill()
      const events = await ledger.events({ flow: 'vendors', limit: 9 })
      expect(events.map(({ id: _, ...rest }) => rest)).to.deep.equal([died, filtered, event('V1')])
    })

    const cases: readonly { readonly filter: Omit<EventFilter, 'limit'>; readonly finds: readonly string[] }[] = [
      { filter: {}, finds: ['customers V1', 'vendors V3', 'vendors V2', 'vendors V1'] },
      { filter: { flow: 'vendors', outcome: 'dead' }, finds: ['vendors V3'] },
      { filter: { runId: RUN }, finds: ['vendors V3', 'vendors V2', 'vendors V1'] },
      { filter: { runId: 'run-0' }, finds: [] },
      { filter: { sourceKey: 'V1' }, finds: ['customers V1', 'vendors V1'] },
      { filter: { sinkConnection: 'zoho', sinkEntity: 'Vendors', sinkKey: '5725767V1' }, finds: ['vendors V1'] },
      { filter: { sinkConnection: 'nobody' }, finds: [] },
      { filter: { sourceConnection: 'intacct', sourceEntity: 'BILL' }, finds: ['customers V1'] },
      { filter: { sourceConnection: 'zoho', sourceEntity: 'BILL' }, finds: [] },
      { filter: { code: 'ZOHO_INVALID_DATA' }, finds: ['vendors V3'] },
      { filter: { code: 'ZOHO_DOWN' }, finds: [] },
      { filter: { since: later(1), until: later(2) }, finds: ['vendors V3', 'vendors V2'] },
    ]
    for (const { filter, finds } of cases) {
      it(`answers ${JSON.stringify(filter)}, newest first`, async () => {
        const events = await (await fill()).events({ ...filter, limit: 9 })
        expect(events.map(it => `${it.flow} ${it.sourceKey}`)).to.deep.equal(finds)
      })
    }

    it('pages without gaps or repeats, also within one millisecond', async () => {
      const { ledger } = bench()
      const keys = Array.from({ length: 50 }, (_, no) => `V${no}`)
      // every third is older than what was settled before it: clocks of two machines differ
      const events = keys.map((key, no) => event(key, { at: later(no % 3 === 0 ? -5 : 0) }))
      await ledger.settle(settlement({ events }))
      const seen: string[] = []
      for (let before: number | undefined; ; ) {
        const page = await ledger.events({ limit: 7, ...(before === undefined ? {} : { before }) })
        if (page.length === 0) break
        seen.push(...page.map(it => it.sourceKey))
        before = page.at(-1)?.id
      }
      const newestFirst = [
        ...keys.filter((_, no) => no % 3 !== 0).reverse(),
        ...keys.filter((_, no) => no % 3 === 0).reverse(),
      ]
      expect(seen).to.deep.equal(newestFirst)
    })
  })
}
