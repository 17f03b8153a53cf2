import { expect } from 'chai'
import fc from 'fast-check'
import type { Cursor } from '../../../engine/core/record.ts'
import type { Connection } from '../../../engine/sdk/connector.ts'
import { testClock } from '../../support/clock.ts'
import { memoryFacts, memoryTokens } from '../../support/connect.ts'
import { again, closeAll, type Intacct, startIntacct } from './support.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = '2026-03-29T00:30:00Z'

type Edit =
  /** A person creates or changes a record. */
  | { readonly do: 'edit'; readonly key: number }
  /** A bulk import: many records in one and the same second. */
  | { readonly do: 'import'; readonly from: number; readonly count: number }
  /** A record without WHENMODIFIED, when it is new. */
  | { readonly do: 'unstamped'; readonly key: number }
  /** A change that shows only now, stamped some time ago. */
  | { readonly do: 'late'; readonly key: number; readonly minutes: number }
  /** A record dated ahead of the server's clock. */
  | { readonly do: 'future'; readonly key: number; readonly minutes: number }
  | { readonly do: 'remove'; readonly key: number }

type Step =
  | Edit
  | { readonly do: 'wait'; readonly seconds: number }
  /** A run; edits happen between its pages; it dies after some pages, or not. */
  | { readonly do: 'run'; readonly pageSize: number; readonly dieAfter: number; readonly meanwhile: readonly Edit[] }

const key = fc.nat(14)
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('import' as const), from: key, count: fc.integer({ min: 2, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unstamped' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('late' as const), key, minutes: fc.integer({ min: 1, max: 119 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('future' as const), key, minutes: fc.integer({ min: 1, max: 200 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: edit },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(0, 1, 59, 600, 1800, 7300, 40_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      pageSize: fc.integer({ min: 1, max: 4 }),
      dieAfter: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 4 })),
      meanwhile: fc.array(edit, { maxLength: 4 }),
    }),
  },
)

/** What a target would hold that took over every page that was settled. */
class Follower {
  readonly held = new Map<string, string>()
  readonly clock = testClock(new Date(START))
  #cursor: Cursor | undefined
  #serial = 0
  readonly #intacct: Intacct
  readonly #shared = { tokens: memoryTokens(), facts: memoryFacts(this.clock) }

  constructor(intacct: Intacct) {
    this.#intacct = intacct
  }

  async #connection(): Promise<Connection> {
    return (await again(this.#intacct, { ...this.#shared, clock: this.clock })).connection
  }

  async run(pageSize: number, dieAfter = Number.POSITIVE_INFINITY, meanwhile: readonly Edit[] = []): Promise<void> {
    const connection = await this.#connection()
    const edits = [...meanwhile]
    const after = this.#cursor === undefined ? {} : { after: this.#cursor }
    let pages = 0
    if (dieAfter === 0) return
    for await (const page of connection.read('CLASS', { ...after, select: ['NAME'], deletes: true, pageSize })) {
      for (const { key, change, fields } of page.records)
        if (change === 'delete') this.held.delete(key)
        else this.held.set(key, String(fields['NAME']))
      this.#cursor = JSON.parse(JSON.stringify(page.next))
      const next = edits.shift()
      if (next) await this.apply(next)
      pages += 1
      if (pages >= dieAfter) return
    }
  }

  async apply(step: Edit): Promise<void> {
    const { over } = this.#intacct
    const name = () => `change ${++this.#serial}`
    const put = (of: number, stamp: { WHENMODIFIED?: string } = {}) =>
      over.put('CLASS', { CLASSID: `K${of}`, NAME: name(), ...stamp })
    const now = Date.parse((await over.clock({})).now)
    if (step.do === 'edit') await put(step.key)
    else if (step.do === 'import') for (let at = 0; at < step.count; at++) await put(step.from + at)
    else if (step.do === 'late') await put(step.key, { WHENMODIFIED: iso(now - step.minutes * MINUTE) })
    else if (step.do === 'future') await put(step.key, { WHENMODIFIED: iso(now + step.minutes * MINUTE) })
    else if (step.do === 'remove') await over.remove('CLASS', `K${step.key}`)
    else {
      const isThere = (await over.records('CLASS')).some(it => it['CLASSID'] === `K${step.key}`)
      await put(step.key, isThere ? {} : { WHENMODIFIED: '' })
    }
  }

  async wait(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.#intacct.over.clock({ advanceMs: ms })
  }

  async source(): Promise<Record<string, string>> {
    const records = await this.#intacct.over.records('CLASS')
    return Object.fromEntries(records.map(it => [String(it['CLASSID']), String(it['NAME'])]))
  }
}

const iso = (ms: number) => new Date(ms).toISOString()

async function follow(steps: readonly Step[], knobs: Readonly<Record<string, string | number>>): Promise<void> {
  const intacct = await startIntacct({ records: 1 })
  try {
    await intacct.over.knobs(knobs)
    await intacct.over.clock({ now: START })
    const follower = new Follower(intacct)
    await follower.run(3)
    for (const it of steps)
      if (it.do === 'wait') await follower.wait(it.seconds * 1000)
      else if (it.do === 'run') await follower.run(it.pageSize, it.dieAfter, it.meanwhile)
      else await follower.apply(it)
    // two ordinary runs after the last change has become visible: the first may finish a walk that was cut off, the second looks back
    for (let turn = 0; turn < 3; turn++) {
      await follower.wait(4 * HOUR)
      await follower.run(4)
    }
    expect(Object.fromEntries(follower.held)).to.deep.equal(await follower.source())
  } finally {
    await closeAll()
  }
}

describe('sage-intacct: a source followed through its history', () => {
  afterEach(closeAll)

  it('ends with source = what was read: inserts, edits, ties, late, unstamped and future rows, deletions, crashes', async function () {
    this.timeout(120_000)
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), steps => follow(steps, {})),
      { numRuns: 60 },
    )
  })

  it('does so when every change shows an hour late', async function () {
    this.timeout(120_000)
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          step.filter(it => it.do !== 'late'),
          { minLength: 4, maxLength: 20 },
        ),
        steps => follow(steps, { lateVisibleMs: HOUR }),
      ),
      { numRuns: 30 },
    )
  })
})
