import { expect } from 'chai'
import fc from 'fast-check'
import type { JsonObject } from '../../../engine/core/record.ts'
import { testClock } from '../../support/clock.ts'
import { type Copied, nothingCopied, QUIET, type Run, runOf, walkOnce } from '../../support/walks.ts'
import { type Opened, openAcumatica } from './open.ts'

/** What may happen to the source between two pages, or between two runs. */
type Step =
  | { readonly is: 'insert'; readonly count: number; readonly isOdd: boolean }
  | { readonly is: 'edit'; readonly which: number }
  | { readonly is: 'editAll' }
  | { readonly is: 'delete'; readonly which: number }
  | { readonly is: 'editLate'; readonly which: number; readonly seconds: number }
  | { readonly is: 'editInFuture'; readonly which: number }
  | { readonly is: 'wait'; readonly seconds: number }

const which = fc.nat(50)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ is: fc.constant('insert' as const), count: fc.integer({ min: 1, max: 7 }), isOdd: fc.boolean() }),
  fc.record({ is: fc.constant('edit' as const), which }),
  fc.record({ is: fc.constant('editAll' as const) }),
  fc.record({ is: fc.constant('delete' as const), which }),
  fc.record({ is: fc.constant('editLate' as const), which, seconds: fc.integer({ min: 1, max: 240 }) }),
  fc.record({ is: fc.constant('editInFuture' as const), which }),
  fc.record({ is: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 400 }) }),
)

const run = runOf(step)

const PAGE_SIZE = 4
const START = '2026-03-01T10:00:00.000Z'

/** The source as it is, and a copy kept by reading. */
interface World extends Copied {
  readonly erp: Opened
  edits: number
}

async function put(world: World, record: JsonObject): Promise<void> {
  world.edits += 1
  const CustomerName = `name ${world.edits}`
  const stored = (await world.erp.at.put('Customer', { ...record, CustomerName })) as { CustomerID: string }
  world.live.set(stored.CustomerID, CustomerName)
}

/** Numbers that people give fall anywhere among the others, not only at the end. */
const oddKey = (n: number) => `${['A', 'C0', "O'", 'Z-', '00'][n % 5]}${(n * 7919) % 1_000}`

async function act(world: World, it: Step): Promise<void> {
  const { erp, live } = world
  const keys = [...live.keys()]
  const chosen = 'which' in it ? keys[it.which % Math.max(1, keys.length)] : undefined
  if (it.is === 'insert')
    for (let i = 0; i < it.count; i += 1) await put(world, it.isOdd ? { CustomerID: oddKey(world.edits) } : {})
  if (it.is === 'editAll') for (const CustomerID of keys) await put(world, { CustomerID })
  if (it.is === 'wait') await erp.advance(it.seconds * 1_000)
  if (chosen === undefined) return
  if (it.is === 'edit') await put(world, { CustomerID: chosen })
  if (it.is === 'delete') {
    await erp.at.remove('Customer', chosen)
    live.delete(chosen)
  }
  if (it.is === 'editLate') {
    await erp.at.knobs({ lateMs: it.seconds * 1_000 })
    await put(world, { CustomerID: chosen })
    await erp.at.knobs({ lateMs: 0 })
  }
  if (it.is === 'editInFuture') {
    // no two of them at the same instant, which only a clock that stands still would give
    const ahead = 3_600_000 + world.edits * 1_000
    await erp.at.clock({ advanceMs: ahead })
    await put(world, { CustomerID: chosen })
    await erp.at.clock({ advanceMs: -ahead })
  }
}

const readOnce = (world: World, of: Omit<Run<Step>, 'after'>): Promise<void> => {
  const { connection } = world.erp
  const whose = { entity: 'Customer', text: 'CustomerName', pageSize: PAGE_SIZE }
  return walkOnce(world, { connection, ...whose, act: it => act(world, it) }, of)
}

async function live(
  runs: readonly Run<Step>[],
  before: readonly Step[],
  options: Record<string, string>,
): Promise<World> {
  const erp = await openAcumatica({
    options: { customerNumbering: 'manual', ...options },
    clock: testClock(new Date(START)),
  })
  try {
    await erp.at.clock({ now: START })
    const world: World = { ...nothingCopied(), erp, edits: 0 }
    for (const it of before) await act(world, it)
    for (const it of runs) {
      await readOnce(world, it)
      for (const next of it.after) await act(world, next)
    }
    // what was to be visible late is visible now; the last walk may be half done: one run ends it, one more finds what came meanwhile
    await erp.advance(241_000)
    await readOnce(world, QUIET)
    await readOnce(world, QUIET)
    for (const [key, name] of world.live) expect([key, world.copy.get(key)]).to.deep.equal([key, name])
    // deletions are told by a full read only
    await readOnce(world, { ...QUIET, sweeps: true })
    return world
  } finally {
    await erp.close()
  }
}

describe('acumatica: a history of customers, read in runs that may die at any page', () => {
  for (const order of ['key', 'shuffled', 'random'])
    it(`ends with the copy equal to the source (lists in order: ${order})`, async () => {
      const histories = [fc.array(run, { maxLength: 4 }), fc.array(step, { maxLength: 4 })] as const
      const property = fc.asyncProperty(...histories, async (runs, before) => {
        const world = await live(runs, before, { order })
        expect(Object.fromEntries(world.copy)).to.deep.equal(Object.fromEntries(world.live))
      })
      await fc.assert(property, { numRuns: 25 })
    }).timeout(120_000)

  it('sends nothing twice beyond the overlap: a later quiet run reads nothing', async () => {
    const erp = await openAcumatica({ clock: testClock(new Date(START)) })
    try {
      await erp.at.clock({ now: START })
      const world: World = { ...nothingCopied(), erp, edits: 0 }
      for (let i = 0; i < 4; i += 1) {
        await act(world, { is: 'insert', count: 7, isOdd: false })
        await act(world, { is: 'wait', seconds: 30 })
      }
      await readOnce(world, QUIET)
      for (const seconds of [10, 60, 400, 4_000]) {
        const request = { after: world.cursor ?? {}, select: [], deletes: true, pageSize: PAGE_SIZE }
        for await (const page of erp.connection.read('Customer', request)) {
          expect(page.records).to.deep.equal([])
          world.cursor = page.next
        }
        await act(world, { is: 'wait', seconds })
      }
    } finally {
      await erp.close()
    }
  })
})
