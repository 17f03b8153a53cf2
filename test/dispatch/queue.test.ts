import { expect } from 'chai'
import fc from 'fast-check'
import { EngineError } from '../../engine/core/errors.ts'
import { createQueue, type DispatchEvent, type Leash } from '../../engine/dispatch/queue.ts'
import { merged, type Wish } from '../../engine/dispatch/wish.ts'
import { noCounts } from '../../engine/run/counts.ts'
import type { RunReport } from '../../engine/run/index.ts'
import { testClock } from '../support/clock.ts'

const run = (more: Partial<Extract<Wish, { is: 'run' }>> = {}): Wish => ({
  ...{ is: 'run', trigger: 'schedule', actor: 'schedule', mode: 'incremental' },
  ...more,
})
const keys = (...list: string[]): Wish => ({ is: 'keys', trigger: 'webhook', actor: 'webhook', keys: list })
const ref = (flow: string) => ({ workspace: 'acme', flow })

function report(flow: string): RunReport {
  const at = new Date().toISOString()
  return {
    runId: 'r',
    flow,
    state: 'succeeded',
    counts: noCounts(),
    failure: null,
    startedAt: at,
    endedAt: at,
    deadByCode: {},
  }
}

interface Piece {
  readonly flow: string
  readonly wish: Wish
  readonly leash: Leash
  end(): void
  fail(error: unknown): void
}

/** A queue whose work the test ends itself. */
function queue({ atOnce = 4, paused = new Set<string>() } = {}) {
  const going: Piece[] = []
  const events: DispatchEvent[] = []
  const clock = testClock()
  const held = createQueue({
    atOnce,
    clock,
    random: () => 0.5,
    isPaused: ({ flow }) => paused.has(flow),
    tell: event => events.push(event),
    perform: ({ flow }, wish, leash) =>
      new Promise((resolve, reject) => {
        leash.onStart(`run-${going.length}`)
        leash.signal.addEventListener('abort', () => reject(leash.signal.reason), { once: true })
        going.push({ flow, wish, leash, end: () => resolve(report(flow)), fail: reject })
      }),
  })
  return { ...held, going, events, clock }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

describe('the queue of runs', () => {
  it('runs one piece of work of a flow at a time, and different flows at once', async () => {
    const { request, going } = queue()
    const all = [request(ref('a'), run()), request(ref('a'), keys('1')), request(ref('b'), run())]
    await turn()
    expect(going.map(it => it.flow)).to.deep.equal(['a', 'b'])
    for (const at of [0, 1]) going[at]?.end()
    await turn()
    expect(going.map(it => [it.flow, it.wish.is])).to.deep.equal([
      ['a', 'run'],
      ['b', 'run'],
      ['a', 'keys'],
    ])
    going[2]?.end()
    expect((await Promise.all(all)).map(it => it.state)).to.deep.equal(['succeeded', 'succeeded', 'succeeded'])
  })

  it('runs no more flows at once than it may', async () => {
    const { request, going, load } = queue({ atOnce: 2 })
    for (const name of ['a', 'b', 'c']) void request(ref(name), run())
    await turn()
    expect(going.map(it => it.flow)).to.deep.equal(['a', 'b'])
    expect(load().running).to.equal(3)
    going[0]?.end()
    await turn()
    expect(going.map(it => it.flow)).to.deep.equal(['a', 'b', 'c'])
  })

  it('brings ticks that come while a run goes on together into one', async () => {
    const { request, going } = queue()
    const all = [1, 2, 3].map(() => request(ref('a'), run()))
    await turn()
    going[0]?.end()
    await turn()
    going[1]?.end()
    await Promise.all(all)
    expect(going).to.have.length(2)
  })

  it('brings keys together and loses none, whatever the order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(20).map(String), { minLength: 1 }), { minLength: 1 }), async told => {
        const { request, going } = queue()
        const all = told.map(list => request(ref('a'), keys(...list)))
        for (let at = 0; at < told.length; at += 1) {
          await turn()
          going[at]?.end()
        }
        await Promise.all(all)
        const done = new Set(going.flatMap(({ wish }) => (wish.is === 'keys' ? wish.keys : [])))
        expect(done).to.deep.equal(new Set(told.flat()))
        expect(going.length).to.be.at.most(2)
      }),
    )
  })

  it('waits while another process runs the flow', async () => {
    const { request, going, clock } = queue()
    const done = request(ref('a'), run())
    await turn()
    going[0]?.fail(new EngineError({ kind: 'configuration', code: 'RUN_OVERLAP', message: 'runs already' }))
    while (going.length < 2) await turn()
    going[1]?.end()
    expect((await done).state).to.equal('succeeded')
    expect(clock.slept).to.deep.equal([2_000])
  })

  it('tells what could not start, and goes on with the next', async () => {
    const { request, going, events } = queue()
    const first = request(ref('a'), run())
    const second = request(ref('a'), keys('1'))
    await turn()
    going[0]?.fail(new EngineError({ kind: 'transient', code: 'LEDGER_FULL', message: 'full' }))
    expect(await first.catch(thrown => thrown.code)).to.equal('LEDGER_FULL')
    await turn()
    going[1]?.end()
    await second
    expect(events.map(it => it.is)).to.deep.equal(['queued', 'started', 'queued', 'failed', 'started', 'ended'])
  })

  it('cancels what goes on and what waits, of one flow only', async () => {
    const { request, cancel, going, state } = queue()
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        thrown => thrown.code,
      )
    const ends = [request(ref('a'), run()), request(ref('a'), keys('1')), request(ref('b'), run())].map(codeOf)
    await turn()
    expect(cancel(ref('a'))).to.equal(true)
    await turn()
    going[1]?.end()
    expect(await Promise.all(ends)).to.deep.equal(['RUN_CANCELLED', 'RUN_CANCELLED', 'done'])
    expect(state(ref('a'))).to.deep.equal({ running: null, waiting: [] })
    expect(cancel(ref('a'))).to.equal(false)
  })

  it('cancels one run, and goes on with what waits', async () => {
    const { request, cancelRun, going } = queue()
    const first = request(ref('a'), run())
    const second = request(ref('a'), keys('1'))
    await turn()
    expect(cancelRun(ref('a'), 'run-other')).to.equal(false)
    expect(cancelRun(ref('a'), 'run-0')).to.equal(true)
    expect(await first.catch(thrown => thrown.code)).to.equal('RUN_CANCELLED')
    await turn()
    expect(going.map(it => it.wish.is)).to.deep.equal(['run', 'keys'])
    going[1]?.end()
    expect((await second).state).to.equal('succeeded')
  })

  it('does not start what clocks and deliveries wished when the flow was paused meanwhile; what a person wished, it does', async () => {
    const paused = new Set<string>()
    const { request, going, state, events } = queue({ paused })
    const byPerson = run({ trigger: 'manual', actor: 'ada', force: true })
    const all = [request(ref('a'), run()), request(ref('a'), keys('1')), request(ref('a'), byPerson)]
    await turn()
    paused.add('a')
    going[0]?.end()
    await turn()
    await turn()
    expect(going.map(it => it.wish)).to.deep.equal([run(), byPerson])
    going[1]?.end()
    const ends = await Promise.all(all.map(it => it.then(({ state: end }) => end).catch(thrown => thrown.message)))
    expect(ends).to.deep.equal(['succeeded', 'a was paused before its turn came', 'succeeded'])
    expect(state(ref('a'))).to.deep.equal({ running: null, waiting: [] })
    expect(events.map(it => it.is)).to.not.include('failed')
  })

  it('stops: tells what goes on to settle, drops what waits, takes nothing more', async () => {
    const { request, stop, going } = queue()
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        thrown => thrown.code,
      )
    const ends = [request(ref('a'), run()), request(ref('a'), keys('1'))].map(codeOf)
    await turn()
    await stop()
    expect(await Promise.all(ends)).to.deep.equal(['RUN_CANCELLED', 'RUN_CANCELLED'])
    expect(await codeOf(request(ref('a'), run()))).to.equal('RUN_CANCELLED')
    expect(going).to.have.length(1)
  })
})

describe('wishes', () => {
  it('come together where one run does both', () => {
    const sweep = run({ trigger: 'sweep', mode: 'sweep' })
    expect(merged(run(), sweep)).to.include({ mode: 'sweep' })
    expect(merged(sweep, run())).to.include({ mode: 'sweep' })
    expect(merged(run({ trigger: 'manual', actor: 'ada' }), run())).to.include({ actor: 'ada', mode: 'incremental' })
    expect(merged(run({ dueAt: '2026-01-01T00:00:00Z' }), run({ dueAt: '2026-01-01T00:01:00Z' }))).to.include({
      dueAt: '2026-01-01T00:00:00Z',
    })
  })

  it('stay two where a run might miss what was told, where only one is forced, or keys would be too many', () => {
    expect(merged(run(), keys('1'))).to.equal(undefined)
    expect(merged(run(), run({ force: true }))).to.equal(undefined)
    const many = Array.from({ length: 4_000 }, (_, at) => String(at))
    expect(merged(keys(...many), keys('x'))).to.equal(undefined)
    expect(merged(keys(...many), keys('1'))).to.deep.include({ keys: many })
  })
})
