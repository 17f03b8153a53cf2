import { expect } from 'chai'
import fc from 'fast-check'
import type { Cursor, JsonObject } from '../../../engine/core/record.ts'
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
  | { readonly do: 'wait'; readonly seconds: number }

type Step =
  | Edit
  /** A run; edits happen between its pages; it dies after some pages, or not. */
  | { readonly do: 'run'; readonly pageSize: number; readonly dieAfter: number; readonly meanwhile: readonly Edit[] }

const key = fc.nat(14)
const seconds = fc.constantFrom(0, 1, 59, 600, 1800, 7300, 40_000)
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
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds }) },
)
/** What a target would hold that took over every page that was settled. */
class Follower {
  readonly held = new Map<string, string>()
  readonly clock = testClock(new Date(START))
  #cursor: Cursor | undefined
  #serial = 0
  readonly #intacct: Intacct & Company
  readonly #shared = { tokens: memoryTokens(), facts: memoryFacts(this.clock) }

  constructor(intacct: Intacct & Company) {
    this.#intacct = intacct
  }

  async #connection(): Promise<Connection> {
    const { settings } = this.#intacct
    return (await again(this.#intacct, { ...this.#shared, clock: this.clock, settings })).connection
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
    if (step.do === 'wait') return this.wait(step.seconds * 1000)
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

/** How the company behaves, and what the connection is told of it. */
interface Company {
  readonly knobs: JsonObject
  readonly settings: JsonObject
}

async function follow(steps: readonly Step[], company: Company): Promise<void> {
  const intacct = { ...(await startIntacct({ records: 1 })), ...company }
  try {
    await intacct.over.knobs(company.knobs)
    await intacct.over.clock({ now: START })
    const follower = new Follower(intacct)
    for (const it of steps)
      if (it.do === 'run') await follower.run(it.pageSize, it.dieAfter, it.meanwhile)
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

const step = (edits: fc.Arbitrary<Edit>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 8, arbitrary: edits },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('run' as const),
        pageSize: fc.integer({ min: 1, max: 4 }),
        dieAfter: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 4 })),
        meanwhile: fc.array(edits, { maxLength: 4 }),
      }),
    },
  )

const isPunctual = (it: Edit): boolean => it.do !== 'late'

const COMPANIES: readonly (Company & {
  readonly name: string
  readonly edits: fc.Arbitrary<Edit>
  readonly runs: number
})[] = [
  { name: 'at GMT', knobs: {}, settings: {}, edits: edit, runs: 60 },
  {
    name: 'whose changes all show an hour late',
    knobs: { lateVisibleMs: HOUR },
    settings: {},
    edits: edit.filter(isPunctual),
    runs: 30,
  },
  {
    name: 'whose user lives on another day and prints dates its own way',
    knobs: { gmtOffset: '-11:00', dateFormat: '.dmY', auditZone: 'user' },
    settings: { gmtOffset: '-11:00', dateFormat: '.dmY' },
    edits: edit,
    runs: 20,
  },
]

describe('sage-intacct: a source followed through its history', () => {
  afterEach(closeAll)

  // inserts, edits, ties, late, unstamped and future rows, deletions, edits between pages, crashes after any page
  for (const { name, edits, runs, ...company } of COMPANIES)
    it(`ends with source = what was read, at a company ${name}`, async function () {
      this.timeout(120_000)
      const histories = fc.array(step(edits), { minLength: 4, maxLength: 25 })
      await fc.assert(
        fc.asyncProperty(histories, steps => follow(steps, company)),
        { numRuns: runs },
      )
    })
})
