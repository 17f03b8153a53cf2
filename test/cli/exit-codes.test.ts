import { expect } from 'chai'
import { exitOfKind, exitOfRun, gravest } from '../../engine/cli/exit-codes.ts'
import type { ErrorKind } from '../../engine/core/errors.ts'
import type { RunState } from '../../engine/core/ledger.ts'

const KINDS: Readonly<Record<ErrorKind, number>> = {
  configuration: 2,
  auth: 3,
  'rate-limited': 4,
  transient: 4,
  uncertain: 4,
  contract: 4,
  unavailable: 4,
  record: 1,
  cancelled: 130,
  defect: 70,
}

describe('exit codes', () => {
  for (const [kind, code] of Object.entries(KINDS) as [ErrorKind, number][]) {
    it(`answers ${code} to an error of kind ${kind}`, () => {
      expect(exitOfKind(kind)).to.equal(code)
    })
  }

  it('tell a run by its state, and by its failure where it failed', () => {
    const of = (state: RunState, kind?: ErrorKind) =>
      exitOfRun({ state, failure: kind ? { kind, code: 'X', message: '' } : null })
    expect(of('succeeded')).to.equal(0)
    expect(of('partial')).to.equal(1)
    expect(of('failed', 'auth')).to.equal(3)
    expect(of('failed', 'defect')).to.equal(70)
    expect(of('cancelled', 'cancelled')).to.equal(130)
  })

  it('take a flow that may be skipped as done', () => {
    expect(exitOfRun({ state: 'unavailable', failure: { kind: 'unavailable', code: 'X', message: '' } })).to.equal(0)
  })

  it('say the gravest of several flows', () => {
    expect(gravest([0, 1, 4])).to.equal(4)
    expect(gravest([1, 0])).to.equal(1)
    expect(gravest([2, 3, 4])).to.equal(3)
    expect(gravest([70, 3, 130])).to.equal(70)
    expect(gravest([])).to.equal(0)
  })
})
