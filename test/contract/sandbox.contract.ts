import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Fault, Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { control } from '../support/connect.ts'
import { openRig, type Rig, readAll, type Subject, startSandbox } from './rig.ts'
import { samplesOf } from './samples.ts'

/** What an action looks like to a client that knows nothing of the system. */
const ACTIONS: Readonly<Record<Fault['action'], { readonly more?: Partial<Fault>; readonly seen: RegExp }>> = {
  answer: {
    more: { status: 418, body: 'short and stout', headers: { 'x-made-up': 'yes' } },
    seen: /^418 short and stout/,
  },
  cutBefore: { seen: /^failed/ },
  cutAfter: { seen: /^failed/ },
  cutMid: { seen: /^failed/ },
  truncate: { seen: /^half/ },
  hang: { seen: /^silence/ },
  hangBefore: { seen: /^silence/ },
  delay: { more: { delayMs: 120 }, seen: /^whole/ },
}

/** The control routes that demo, tests and flow authors rely on, and that sandboxes have nothing in common but code. */
export function sandboxContract(subject: Subject): void {
  const { connector } = subject
  const [entity = ''] = Object.entries(connector.entities)
    .filter(([, it]) => it.read && it.write)
    .map(([name]) => name)

  describe('the sandbox', () => {
    let rig: Rig
    before(async () => {
      rig = await openRig(subject)
    })
    after(() => rig.close())
    afterEach(async () => {
      await rig.at.clearFaults()
      await rig.at.clock({ now: null })
    })

    /** Any address that the system does not know: it answers something, and the same each time. */
    const knock = () => knockAt(rig.sandbox)

    for (const [action, { more, seen }] of Object.entries(ACTIONS))
      it(`acts out ${action}`, async () => {
        const whole = await knock()
        await rig.at.fault({ action: action as Fault['action'], path: 'GET /knock', ...more })
        const startedAt = performance.now()
        expect(compare(await knock(), whole)).to.match(seen)
        expect(performance.now() - startedAt).to.be.at.least((more?.delayMs ?? 0) - 5)
        expect(await rig.at.faultsLeft()).to.equal(0)
        expect(await knock()).to.equal(whole)
      })

    it('hits the n-th of the calls that match, as often as told, and forgets on request', async () => {
      const whole = await knock()
      const busy = { action: 'answer', status: 503, body: 'busy' } as const
      await rig.at.fault([
        { ...busy, path: 'GET /knock', nth: 2, times: 2 },
        { ...busy, path: 'GET /elsewhere' },
      ])
      const answers = [await knock(), await knock(), await knock(), await knock()]
      expect(answers).to.deep.equal([whole, '503 busy', '503 busy', whole])
      expect(await rig.at.faultsLeft()).to.equal(1)
      await rig.at.clearFaults()
      expect(await rig.at.faultsLeft()).to.equal(0)
    })

    it('carries out what it cuts after, and not what it cuts before', async () => {
      const { make, uniqueField } = await samplesOf(rig, subject, entity)
      const write = (n: string) =>
        rig.connection.write(entity, { operation: 'create', options: {}, records: [{ ref: n, fields: make(n) }] })
      await write('primed')
      for (const [action, expected] of [
        ['cutAfter', 1],
        ['cutMid', 1],
        ['truncate', 1],
        ['cutBefore', 0],
      ] as const) {
        await rig.at.fault({ action })
        await write(action).catch((thrown: unknown) => thrown)
        const rows = (await rig.at.records(entity)).filter(it => it[uniqueField] === `K${action}`)
        expect([action, rows.length]).to.deep.equal([action, expected])
      }
    })

    it('counts calls, starts anew on request, and tells facts', async () => {
      await rig.at.resetCalls()
      await readAll(rig.connection, entity, { pageSize: 2 })
      const { total, byLabel } = await rig.at.calls()
      expect(total).to.be.at.least(6)
      expect(Object.values(byLabel).reduce((sum, it) => sum + it, 0)).to.equal(total)
      await rig.at.resetCalls()
      expect(await rig.at.calls()).to.deep.equal({ total: 0, byLabel: {} })
      expect(await rig.at.facts()).to.be.an('object')
    })

    it('has a clock that stands still, jumps and goes on', async () => {
      const { now } = await rig.at.clock({ now: '2026-05-04T03:02:01.000Z' })
      expect(now).to.equal('2026-05-04T03:02:01.000Z')
      expect((await rig.at.clock({ advanceMs: 1_000 })).now).to.equal('2026-05-04T03:02:02.000Z')
      const thawed = Date.parse((await rig.at.clock({ now: null })).now)
      expect(thawed - Date.parse('2026-05-04T03:02:02.000Z')).to.be.within(0, 5_000)
    })

    it('refuses a knob and an option that it has not', async () => {
      expect(await refusalOf(() => rig.at.knobs({ noSuchKnob: 1 }))).to.match(/400.*noSuchKnob/)
      const options = { noSuchOption: '1' }
      const start = () => connector.sandbox.start({ port: 0, host: '127.0.0.1', records: 0, seed: 1, options })
      expect(await refusalOf(start)).to.match(/noSuchOption/)
    })

    it('is changed by a person: made, edited, removed once', async () => {
      const { make, key, textField } = await samplesOf(rig, subject, entity)
      const stored = (await rig.at.put(entity, make('person'))) as JsonObject
      const id = String(stored[key])
      await rig.at.put(entity, { [key]: id, [textField]: 'Edited by a person' })
      const own = (await rig.at.records(entity)).filter(it => String(it[key]) === id)
      expect(own.map(it => it[textField])).to.deep.equal(['Edited by a person'])
      expect([await rig.at.remove(entity, id), await rig.at.remove(entity, id)]).to.deep.equal([
        { removed: true },
        { removed: false },
      ])
    })
  })

  describe('two sandboxes in one process', () => {
    let one: Rig
    let other: Rig
    beforeEach(async () => {
      ;[one, other] = [await openRig(subject, { seed: 5 }), await openRig(subject, { seed: 5 })]
    })
    afterEach(async () => {
      await one.close()
      await other.close()
    })

    const textsOf = async (rig: Rig) => {
      const { key, textField } = await samplesOf(rig, subject, entity)
      return (await rig.at.records(entity)).map(it => [it[key], it[textField]])
    }

    it('make the same data of the same seed, and other data of another', async () => {
      expect(await textsOf(one)).to.deep.equal(await textsOf(other))
      const third = await openRig(subject, { seed: 6 })
      const texts = await textsOf(third)
      await third.close()
      expect(texts).to.have.length((await textsOf(one)).length)
      expect(texts).to.not.deep.equal(await textsOf(one))
    })

    it('share no record, fault, knob, clock, count or sign-in', async () => {
      const before = await textsOf(other)
      const { key, textField, make } = await samplesOf(one, subject, entity)
      const [first, second] = (await one.at.records(entity)).map(it => String(it[key]))
      await one.at.put(entity, { [key]: first ?? '', [textField]: 'Only here' })
      await one.at.put(entity, make('only here'))
      await one.at.remove(entity, second ?? '')
      await other.connection.ping()
      const [{ total }, signIns] = [await other.at.calls(), other.signIns()]
      await one.connection.ping()
      await one.at.fault({ action: 'cutBefore', times: 100 })
      await one.at.knobs({ ...subject.fixture.expireSignIns, ...subject.fixture.unavailable.knobs })
      await one.at.clock({ advanceMs: 365 * 24 * 60 * 60_000 })
      expect((await other.at.calls()).total).to.equal(total)
      expect(await textsOf(other)).to.deep.equal(before)
      expect(await other.at.faultsLeft()).to.equal(0)
      expect(Math.abs((await other.now()).getTime() - Date.now())).to.be.below(60_000)
      await readAll(other.connection, subject.fixture.unavailable.entity)
      expect(other.signIns()).to.equal(signIns)
      await one.at.clearFaults()
    })
  })

  describe('a sandbox that is closed', () => {
    it('listens no more', async () => {
      const sandbox = await startSandbox(subject)
      await control(sandbox).calls()
      await sandbox.close()
      expect(await knockAt(sandbox)).to.match(/^failed/)
    })
  })
}

async function knockAt({ url }: Pick<Sandbox, 'url'>): Promise<string> {
  try {
    const answer = await fetch(new URL('/knock', url), { signal: AbortSignal.timeout(400) })
    return `${answer.status} ${await answer.text()}`
  } catch (thrown) {
    return thrown instanceof Error && thrown.name === 'TimeoutError' ? 'silence' : 'failed'
  }
}

function compare(got: string, whole: string): string {
  if (got === whole) return 'whole'
  const body = (text: string) => text.slice(text.indexOf(' ') + 1)
  return body(got) !== '' && body(got).length < body(whole).length && body(whole).startsWith(body(got)) ? 'half' : got
}

async function refusalOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
  } catch (thrown) {
    return String(thrown)
  }
  return 'not refused'
}
