import { expect } from 'chai'
import type { SchedulePlan } from '../../engine/core/plan.ts'
import { cronTask, hasTicked, jitterOf } from '../../engine/dispatch/moments.ts'
import { createSchedule } from '../../engine/dispatch/schedule.ts'
import type { Wish } from '../../engine/dispatch/wish.ts'
import { manualClock } from '../support/clock.ts'

const NOW = new Date('2026-03-02T12:00:30Z')
const MINUTE = 60_000
const REF = { workspace: 'acme', flow: 'vendors' }

function world(last: { run?: string; sweep?: string; verify?: string } = {}) {
  const momentOf = (it: string | undefined) => (it === undefined ? undefined : new Date(it))
  const clock = manualClock(NOW)
  const asked: { readonly at: string; readonly wish: Wish }[] = []
  const paused = new Set<string>()
  const schedule = createSchedule({
    clock,
    isPaused: ({ flow }) => paused.has(flow),
    lastBegun: async () => ({
      ...{ run: momentOf(last.run), sweep: momentOf(last.sweep), verify: momentOf(last.verify) },
    }),
    request: (_ref, wish) => asked.push({ at: clock.now().toISOString(), wish }),
    warn: message => {
      throw new Error(message)
    },
  })
  const modes = () => asked.map(({ wish }) => (wish.is === 'run' ? wish.mode : wish.is))
  return { ...schedule, clock, asked, modes, paused }
}

const plan = (more: Partial<SchedulePlan>): SchedulePlan => ({ timezone: 'UTC', jitterMs: 0, ...more })

describe('the schedule of a flow', () => {
  it('runs a flow at once that has never run', async () => {
    const { set, clock, modes, stop } = world()
    set(REF, plan({ cron: '0 6 * * *' }))
    await clock.pass(0)
    expect(modes()).to.deep.equal(['incremental'])
    stop()
  })

  it('makes up for all ticks that were missed by one run', async () => {
    const { set, clock, modes, stop } = world({ run: '2026-03-02T03:00:00Z' })
    set(REF, plan({ cron: '*/30 * * * *' }))
    await clock.pass(MINUTE)
    expect(modes()).to.deep.equal(['incremental'])
    stop()
  })

  it('leaves a flow alone whose last tick was not missed', async () => {
    const { set, clock, modes, stop } = world({ run: '2026-03-02T12:00:00Z' })
    set(REF, plan({ cron: '*/30 * * * *' }))
    await clock.pass(MINUTE)
    expect(modes()).to.deep.equal([])
    stop()
  })

  it('compares a flow with its target by a cron of its own', async () => {
    const { set, clock, asked, modes, stop } = world({ run: '2026-03-02T12:00:00Z', verify: '2026-03-02T11:30:00Z' })
    set(REF, plan({ cron: '0 6 * * *', verify: '*/15 * * * *' }))
    await clock.pass(0)
    expect(modes(), 'the tick of noon was missed').to.deep.equal(['verify'])
    expect(asked[0]?.wish).to.include({ trigger: 'verify', actor: 'schedule', dueAt: NOW.toISOString() })
    stop()
  })

  it('compares nothing before the flow has run once', async () => {
    const { set, clock, modes, stop } = world()
    set(REF, plan({ cron: '0 6 * * *', verify: '*/15 * * * *' }))
    await clock.pass(0)
    expect(modes()).to.deep.equal(['incremental'])
    stop()
  })

  it('makes up for a missed sweep by a sweep, which is a run as well', async () => {
    const { set, clock, modes, stop } = world({ run: '2026-03-01T02:00:00Z', sweep: '2026-02-22T03:00:00Z' })
    set(REF, plan({ cron: '*/30 * * * *', sweep: '0 3 * * 0' }))
    await clock.pass(0)
    expect(modes()).to.deep.equal(['sweep'])
    stop()
  })

  it('counts an interval from a fixed beginning, and says when each tick was due', async () => {
    const { set, clock, asked, next, stop } = world({ run: '2026-03-02T12:00:00Z' })
    set(REF, plan({ everyMs: MINUTE }))
    await clock.pass(2.5 * MINUTE)
    const dues = asked.map(({ wish }) => (wish.is === 'run' ? wish.dueAt : ''))
    expect(dues).to.deep.equal(['2026-03-02T12:01:00.000Z', '2026-03-02T12:02:00.000Z', '2026-03-02T12:03:00.000Z'])
    expect(next(REF)?.toISOString()).to.equal('2026-03-02T12:04:00.000Z')
    stop()
    await clock.pass(10 * MINUTE)
    expect(asked).to.have.length(3)
  })

  it('lets ticks of a paused flow go, and makes up for them once afterwards', async () => {
    const { set, clock, modes, paused, catchUp, stop } = world({ run: '2026-03-02T12:00:00Z' })
    paused.add('vendors')
    set(REF, plan({ everyMs: MINUTE }))
    await clock.pass(5.1 * MINUTE)
    expect(modes()).to.deep.equal([])
    paused.clear()
    await catchUp(REF)
    await clock.pass(0)
    expect(modes()).to.deep.equal(['incremental'])
    stop()
  })

  it('takes in a change, and the end of a flow', async () => {
    const { set, clock, modes, next, stop } = world({ run: '2026-03-02T12:00:00Z' })
    set(REF, plan({ everyMs: 10 * MINUTE }))
    set(REF, plan({ everyMs: MINUTE }))
    await clock.pass(1.1 * MINUTE)
    expect(modes()).to.deep.equal(['incremental'])
    set(REF, undefined)
    await clock.pass(10 * MINUTE)
    expect(modes()).to.have.length(1)
    expect(next(REF)).to.equal(null)
    stop()
  })

  it('ticks by the real clock', async function () {
    this.timeout(10_000)
    const { set, asked, stop, clock } = world({ run: new Date().toISOString() })
    set(REF, plan({ cron: '* * * * * *' }))
    const began = Date.now()
    while (asked.length < 2 && Date.now() - began < 8_000) {
      await new Promise(resolve => setTimeout(resolve, 50))
      await clock.pass(0)
    }
    stop()
    expect(asked.length).to.be.at.least(2)
  })
})

describe('moments', () => {
  const berlin = (expression: string) => cronTask(expression, 'Europe/Berlin', () => {})

  it('finds a tick by the wall clock of its zone, also over a change of clocks', () => {
    const daily = berlin('30 3 * * *')
    const at = (text: string) => new Date(text)
    // 29 March 2026: clocks go from 2 to 3; half past three is 01:30 UTC, the day before it was 02:30
    expect(hasTicked(daily, at('2026-03-28T03:00:00Z'), at('2026-03-29T01:29:00Z'))).to.equal(false)
    expect(hasTicked(daily, at('2026-03-28T03:00:00Z'), at('2026-03-29T01:30:00Z'))).to.equal(true)
  })

  it('does not find the tick that it counts from', () => {
    const hourly = berlin('0 * * * *')
    const at = new Date('2026-03-02T12:00:00Z')
    expect(hasTicked(hourly, at, new Date('2026-03-02T12:59:59Z'))).to.equal(false)
    expect(hasTicked(hourly, at, new Date('2026-03-02T13:00:00Z'))).to.equal(true)
  })

  it('spreads flows over half a minute, each always at its own moment', () => {
    const all = Array.from({ length: 500 }, (_, at) => jitterOf(`acme/flow-${at}`, MINUTE, undefined))
    expect(Math.min(...all)).to.be.at.least(0)
    expect(Math.max(...all)).to.be.below(30_000)
    const perSecond = Map.groupBy(all, it => Math.floor(it / 1_000))
    expect(Math.max(...[...perSecond.values()].map(it => it.length))).to.be.below(40)
    expect(jitterOf('acme/flow-7', MINUTE, undefined)).to.equal(all[7])
    expect(jitterOf('acme/flow-7', MINUTE, 0)).to.equal(0)
    expect(jitterOf('acme/flow-7', 10_000, undefined)).to.be.below(5_000)
  })
})
