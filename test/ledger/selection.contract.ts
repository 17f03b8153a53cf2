import { expect } from 'chai'
import { ERASED } from '../../engine/core/audit.ts'
import type { EndedFilter, EndedKey, Ledger } from '../../engine/core/ledger.ts'
import { AT, type Bench, dead, event, later, settlement, started } from './records.ts'

const OF = { flow: 'vendors', sourceConnection: 'intacct', sourceEntity: 'VENDOR' } as const

/** What a replay chooses: dead letters, and records by how and when they ended. */
export function selectionContract(bench: () => Bench): void {
  describe('dead letters', () => {
    it('are chosen by when they died last, by key, and by both', async () => {
      const { ledger } = bench()
      for (const [index, key] of ['V1', 'V2', 'V3'].entries())
        await ledger.settle(settlement({ at: later(index), dead: [dead(key)] }))
      const keys = async (more: Partial<Parameters<Ledger['deadLetters']>[0]>) =>
        (await ledger.deadLetters({ limit: 9, ...more })).map(it => it.sourceKey)
      expect(await keys({ since: later(1) })).to.deep.equal(['V3', 'V2'])
      expect(await keys({ until: later(1) })).to.deep.equal(['V2', 'V1'])
      expect(await keys({ sourceKeys: ['V1', 'V3', 'V9'] })).to.deep.equal(['V3', 'V1'])
      expect(await keys({ sourceKeys: ['V1', 'V3'], since: later(1), until: later(2) })).to.deep.equal(['V3'])
      expect(await keys({ sourceKeys: [] })).to.deep.equal([])
    })
  })

  describe('keys of records that ended', () => {
    const none = { sinkConnection: null, sinkEntity: null, sinkKey: null } as const
    const failure = { kind: 'record', code: 'ZOHO_INVALID_DATA', message: 'no address' } as const
    const end = (key: string, minute: number, over: Parameters<typeof event>[1] = {}) =>
      event(key, { at: later(minute * 60_000), ...over })

    async function fill(): Promise<Ledger> {
      const { ledger } = bench()
      await ledger.startRun(started({ id: 'run-2', flow: 'customers' }))
      const events = [
        end('V1', 0),
        end('V2', 1, { ...none, outcome: 'dead', failure }),
        end('V1', 2),
        end('V3', 3, { ...none, outcome: 'filtered' }),
        end('V2', 4),
        end('V4', 5, { sourceEntity: 'BILL' }),
        end('V5', 5, { sourceConnection: 'sage' }),
        end(ERASED, 5),
      ]
      await ledger.settle(settlement({ events }))
      const other = end('V6', 1, { runId: 'run-2', flow: 'customers' })
      await ledger.settle(settlement({ runId: 'run-2', flow: 'customers', events: [other] }))
      return ledger
    }

    const minute = (n: number) => later(n * 60_000)
    const cases: readonly { readonly filter: Partial<EndedFilter>; readonly finds: readonly string[] }[] = [
      { filter: {}, finds: ['V1', 'V2', 'V3'] },
      { filter: { since: minute(2) }, finds: ['V1', 'V3', 'V2'] },
      { filter: { since: minute(1), until: minute(3) }, finds: ['V2', 'V1', 'V3'] },
      { filter: { until: AT }, finds: ['V1'] },
      { filter: { outcome: 'written' }, finds: ['V1', 'V2'] },
      { filter: { outcome: 'written', since: minute(3) }, finds: ['V2'] },
      { filter: { outcome: 'dead' }, finds: ['V2'] },
      { filter: { code: 'ZOHO_INVALID_DATA' }, finds: ['V2'] },
      { filter: { code: 'ZOHO_DOWN' }, finds: [] },
      { filter: { sourceEntity: 'BILL' }, finds: ['V4'] },
      { filter: { sourceConnection: 'sage' }, finds: ['V5'] },
      { filter: { flow: 'customers' }, finds: ['V6'] },
      { filter: { flow: 'nobody' }, finds: [] },
    ]
    for (const { filter, finds } of cases)
      it(`answer ${JSON.stringify(filter)}, each once, oldest first`, async () => {
        const found = await (await fill()).endedKeys({ ...OF, ...filter, limit: 9 })
        expect(found.map(it => it.key)).to.deep.equal(finds)
      })

    it('page without gaps or repeats, also within one millisecond and while more end', async () => {
      const { ledger } = bench()
      // each key ends three times, all of them in the same five milliseconds
      const keys = Array.from({ length: 90 }, (_, no) => `V${no % 30}`)
      await ledger.settle(settlement({ events: keys.map((key, no) => event(key, { at: later(no % 5) })) }))
      const seen: string[] = []
      for (let after: EndedKey | undefined; ; ) {
        const page = await ledger.endedKeys({ ...OF, until: later(99), limit: 7, ...(after ? { after } : {}) })
        if (page.length === 0) break
        seen.push(...page.map(it => it.key))
        after = page.at(-1)
        // what was taken ends anew, within the time
        await ledger.settle(settlement({ events: page.map(it => event(it.key, { at: later(50) })) }))
      }
      expect([seen.length, new Set(seen).size]).to.deep.equal([30, 30])
    })
  })
}
