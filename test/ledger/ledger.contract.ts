import { expect } from 'chai'
import type { Ledger, Sealer } from '../../engine/core/ledger.ts'
import { factStore } from '../../engine/ledger/index.ts'
import { testClock } from '../support/clock.ts'
import { auditRetentionContract } from './audit-retention.contract.ts'
import { boundaryContract } from './boundary.contract.ts'
import { closedRecordsContract } from './closed-records.contract.ts'
import { historyContract } from './history.contract.ts'
import { knowledgeContract } from './knowledge.contract.ts'
import { operationsContract } from './operations.contract.ts'
import { type Bench, countingSealer, started } from './records.ts'
import { runsContract } from './runs.contract.ts'
import { selectionContract } from './selection.contract.ts'

export interface Opener {
  readonly name: string
  /** A ledger with nothing in it. */
  open(options: { readonly workspace: string; readonly sealer: Sealer }): Promise<Ledger>
}

/** Everything that a ledger promises, whatever database is below. */
export function ledgerContract(opener: Opener): void {
  describe(`the ledger over ${opener.name}`, () => {
    let bench: Bench
    beforeEach(async () => {
      const sealer = countingSealer()
      bench = { sealer, ledger: await opener.open({ workspace: 'acme', sealer }) }
      await bench.ledger.startRun(started())
    })
    afterEach(() => bench.ledger.close())

    runsContract(() => bench)
    knowledgeContract(() => bench)
    closedRecordsContract(() => bench)
    historyContract(() => bench)
    boundaryContract(() => bench)
    operationsContract(() => bench)
    auditRetentionContract(() => bench)
    selectionContract(() => bench)

    describe('facts', () => {
      it('are forgotten after their time', async () => {
        const clock = testClock()
        const facts = factStore(bench.ledger, 'zoho', clock)
        await facts.set('edition', { name: 'enterprise', modules: ['Vendors'] }, 1_000)
        expect(await facts.get('edition')).to.deep.equal({ name: 'enterprise', modules: ['Vendors'] })
        clock.advance(5_000)
        expect(await facts.get('edition')).to.equal(undefined)
      })

      it('belong to one connection, and the last one set stands', async () => {
        const facts = factStore(bench.ledger, 'zoho', testClock())
        await facts.set('zone', 'UTC', 60_000)
        await facts.set('zone', 'Europe/Berlin', 60_000)
        expect(await facts.get('zone')).to.equal('Europe/Berlin')
        expect(await factStore(bench.ledger, 'intacct', testClock()).get('zone')).to.equal(undefined)
        await facts.forget('zone')
        expect(await facts.get('zone')).to.equal(undefined)
      })
    })
  })
}
