import { expect } from 'chai'
import { renewalTime } from '../../engine/sdk/token-life.ts'
import { manualClock } from '../support/clock.ts'

describe('the life of a token', () => {
  const context = { clock: manualClock(new Date('2026-06-15T15:00:00Z')) }

  it('ends early, and at half its length when it is short', () => {
    const earlyMs = 60_000
    expect(renewalTime(context, { lifeMs: 3_600_000, earlyMs })).to.equal('2026-06-15T15:59:00.000Z')
    expect(renewalTime(context, { lifeMs: 120_000, earlyMs })).to.equal('2026-06-15T15:01:00.000Z')
    expect(renewalTime(context, { lifeMs: 30_000, earlyMs })).to.equal('2026-06-15T15:00:15.000Z')
  })
})
