import { expect } from 'chai'
import type { DeadLetterRow } from '../../engine/core/ledger.ts'
import type { FlowPlan } from '../../engine/core/plan.ts'
import { byForm, openLetters } from '../../engine/host/index.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { countingSealer, dead, later, settlement, started } from '../ledger/records.ts'

describe('the dead letters of a replay', () => {
  let letters: readonly DeadLetterRow[]
  const shown = (those: readonly DeadLetterRow[]) => those.map(it => `${it.sourceKey} ${it.step}`)
  before(async () => {
    const ledger = await openSqliteLedger({ file: ':memory:', workspace: 'acme', sealer: countingSealer() })
    await ledger.startRun(started())
    const some = [dead('A'), dead('A', { step: 'contact', readBy: 'flow-2' }), dead('B', { readBy: 'flow-2' })]
    await ledger.settle(settlement({ dead: some }))
    const many = Array.from({ length: 1_200 }, (_, n) => dead(`K${n}`))
    await ledger.settle(settlement({ at: later(60_000), dead: many }))
    letters = await openLetters(ledger, 'vendors', { until: later(0) })
    expect((await openLetters(ledger, 'vendors')).length).to.equal(1_203)
    expect((await openLetters(ledger, 'vendors', { keys: ['B', 'K7'], since: later(1) })).length).to.equal(1)
    await ledger.close()
  })

  const plan = { hash: 'flow-2' } as FlowPlan

  it('are read again from the source where the flow has changed, all of one record alike', () => {
    const forms = byForm(plan, letters, undefined).map(it => [it.from, shown(it.letters)])
    expect(forms).to.deep.equal([
      ['stored', ['B vendor']],
      ['source', ['A contact', 'A vendor']],
    ])
  })

  it('are all taken in the form that somebody asked for', () => {
    expect(byForm(plan, letters, 'stored').map(it => [it.from, it.letters.length])).to.deep.equal([['stored', 3]])
  })
})
