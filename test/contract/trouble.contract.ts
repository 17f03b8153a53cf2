import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import type { Page } from '../../engine/core/record.ts'
import type { Fault } from '../../engine/sdk/sandbox/spec.ts'
import type { ConnectorFixture } from './fixture.ts'
import { errorOf, openRig, type Rig, readAll, type Subject } from './rig.ts'
import { entityOf } from './samples.ts'

type Bad = Omit<Fault, 'path' | 'times'>

const answer = (status: number, body: string, type = 'text/html'): Bad => ({
  action: 'answer',
  status,
  body,
  headers: { 'content-type': type },
})

function badAnswers({ errorInside, emptyDocuments }: ConnectorFixture): Readonly<Record<string, Bad>> {
  return {
    'HTML with status 200': answer(200, '<!DOCTYPE html><html><body>Maintenance</body></html>'),
    'HTML with status 502': answer(502, '<html><body><h1>Bad Gateway</h1></body></html>'),
    'an empty body': answer(200, ''),
    'a body of blanks': answer(200, ' \r\n '),
    'half of a body': { action: 'truncate' },
    'a connection cut in the answer': { action: 'cutMid' },
    'a connection cut before the answer': { action: 'cutAfter' },
    'a connection cut before the call': { action: 'cutBefore' },
    'no answer in time': { action: 'hang' },
    'an error inside a success': { action: 'answer', ...errorInside },
    ...Object.fromEntries(
      emptyDocuments.map((it, index) => [
        `a document without content, ${index + 1}`,
        { action: 'answer', ...it } as const,
      ]),
    ),
  }
}

const TOLD = ['transient', 'contract', 'rate-limited']

/** Whatever comes in place of an answer: never an empty page, never the end of a walk. */
export function troubleContract(subject: Subject): void {
  const { connector, fixture } = subject
  const readable = Object.entries(connector.entities).filter(([, it]) => it.read)

  describe('reading through trouble', () => {
    let rig: Rig
    before(async () => {
      rig = await openRig(subject, { records: 8, timeoutMs: 400 })
      for (const [entity] of readable) await readAll(rig.connection, entity)
    })
    after(() => rig.close())
    afterEach(() => rig.at.clearFaults())

    const walk = (entity: string) => readAll(rig.connection, entity, { pageSize: 3 })

    for (const [what, bad] of Object.entries(badAnswers(fixture))) {
      it(`takes ${what} for no page: it asks again, or says so`, async () => {
        // silence takes a whole time-out: for one entity only
        for (const [entity] of bad.action === 'hang' ? readable.slice(0, 1) : readable) {
          const { keys } = await walk(entity)
          if (keys.length < 4) continue
          // in the middle of the walk, where an empty page would be believed
          await rig.at.fault({ ...bad, nth: 2 })
          const outcome = await walk(entity).then(
            it => it.keys,
            (thrown: unknown) => thrown,
          )
          if (Array.isArray(outcome)) expect([entity, outcome]).to.deep.equal([entity, keys])
          else expect([entity, (await errorOf(() => Promise.reject(outcome))).kind]).to.satisfy(isTold)
          await rig.at.clearFaults()
        }
      })

      it(`ends with an error while ${what} lasts, and reads everything afterwards`, async () => {
        const [entity = ''] = readable.map(([name]) => name)
        const { keys } = await walk(entity)
        await rig.at.fault({ ...bad, times: 1_000 })
        const error = await errorOf(() => walk(entity))
        expect(TOLD).to.include(error.kind)
        expect(error.remedy).to.be.a('string').and.not.equal('')
        await rig.at.clearFaults()
        expect((await walk(entity)).keys).to.deep.equal(keys)
      }).timeout(30_000)
    }

    for (const [hint, headers, leastMs] of [
      ['with a hint waits as long as it says', { 'retry-after': '7' }, 7_000],
      ['without a hint backs off', {}, 1],
    ] as const)
      it(`throttled ${hint}, and uses up no try`, async () => {
        const [entity = ''] = readable.map(([name]) => name)
        const { keys } = await walk(entity)
        const slept = rig.clock.slept.length
        const { throttled } = fixture
        await rig.at.fault({ action: 'answer', ...throttled, headers: { ...throttled.headers, ...headers }, times: 8 })
        expect((await walk(entity)).keys).to.deep.equal(keys)
        const waits = rig.clock.slept.slice(slept)
        expect(waits).to.have.length(8)
        expect(Math.min(...waits)).to.be.at.least(leastMs)
        expect(Math.max(...waits)).to.be.at.most(60_000)
      })

    it('stops at once when the run is cancelled, in the middle of a walk', async () => {
      const [entity = ''] = readable.map(([name]) => name)
      const other = await rig.again()
      const pages = other.connection.read(entity, { select: [], deletes: false, pageSize: 2 })[Symbol.asyncIterator]()
      await pages.next()
      other.cancel.abort()
      const calls = other.calls.length
      expect((await errorOf(() => pages.next())).kind).to.equal('cancelled')
      expect(other.calls.length - calls).to.equal(0)
    })

    it('refuses a cursor that is not its own as a configuration, without a call', async () => {
      for (const [entity] of readable) {
        const calls = rig.calls.length
        const error = await errorOf(() => readAll(rig.connection, entity, { after: { somebody: 'else', v: 99 } }))
        expect([error.kind, rig.calls.length - calls]).to.deep.equal(['configuration', 0])
        expect(error.remedy).to.be.a('string')
      }
    })
  })

  describe('a long walk', () => {
    it('asks for a page when it is wanted, and keeps none that were given', async () => {
      const rig = await openRig(subject, { records: 900 })
      const [entity = ''] = readable.map(([name]) => name).filter(name => entityOf(connector, name).write)
      const request = { select: 'all', deletes: false, pageSize: 15 } as const
      // what is asked once a connection is not part of the price of a page
      for await (const _first of rig.connection.read(entity, request)) break
      const given: WeakRef<Page>[] = []
      const callsAfter: number[] = []
      let largest = 0
      const before = rig.calls.length
      for await (const page of rig.connection.read(entity, request)) {
        given.push(new WeakRef(page))
        callsAfter.push((await callsAtRest(rig)) - before)
        largest = Math.max(largest, JSON.stringify(page.next).length)
      }
      collectGarbage()
      await new Promise(resolve => setImmediate(resolve))
      collectGarbage()
      const kept = given.filter(it => it.deref() !== undefined).length
      await rig.close()
      expect(given.length).to.be.at.least(60)
      expect(kept).to.be.at.most(2)
      expect(largest, 'bytes of a cursor').to.be.at.most(64 * 1024)
      // every page costs the same, the first one too: a reader that runs ahead pays for two
      const [first = 0, second = 0] = callsAfter
      expect(first + (given.length - 1) * (second - first)).to.be.at.most(callsAfter.at(-1) ?? 0)
    })
  })
}

const isTold = ([, kind]: readonly string[]) => kind !== undefined && TOLD.includes(kind)

/** Calls so far, when nothing that was begun is still on its way. */
async function callsAtRest(rig: Rig): Promise<number> {
  for (let before = -1; before !== rig.calls.length; ) {
    before = rig.calls.length
    await rig.at.calls()
  }
  return rig.calls.length
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
