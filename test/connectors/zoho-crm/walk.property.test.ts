import { expect } from 'chai'
import fc from 'fast-check'
import { type Copied, nothingCopied, QUIET, type Run, runOf, walkOnce } from '../../support/walks.ts'
import { type Opened, openZoho } from './open.ts'

/** What may happen to the source between two pages, or between two runs. */
type Step =
  | { readonly is: 'insert'; readonly count: number }
  | { readonly is: 'edit'; readonly which: number }
  | { readonly is: 'editAll' }
  | { readonly is: 'delete'; readonly which: number }
  | { readonly is: 'wait'; readonly seconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ is: fc.constant('insert' as const), count: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ is: fc.constant('edit' as const), which: fc.nat(50) }),
  fc.record({ is: fc.constant('editAll' as const) }),
  fc.record({ is: fc.constant('delete' as const), which: fc.nat(50) }),
  fc.record({ is: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 90 }) }),
)

const run = runOf(step)

const PAGE_SIZE = 3

/** The source as it is, and a copy kept by reading. */
interface World extends Copied {
  readonly zoho: Opened
  edits: number
  /** Every step has a second of its own; else many share one. */
  readonly ticks: boolean
}

async function act(world: World, it: Step): Promise<void> {
  const { zoho, live } = world
  if (world.ticks) await zoho.at.clock({ advanceMs: 1_000 })
  const put = async (record: Record<string, string>) => {
    world.edits += 1
    const Account_Name = `name ${world.edits}`
    const stored = (await zoho.at.put('Accounts', { ...record, Account_Name })) as { id: string }
    live.set(stored.id, Account_Name)
  }
  const ids = [...live.keys()]
  const chosen = 'which' in it ? ids[it.which % Math.max(1, ids.length)] : undefined
  if (it.is === 'insert') for (let i = 0; i < it.count; i += 1) await put({})
  if (it.is === 'edit' && chosen) await put({ id: chosen })
  if (it.is === 'editAll') for (const id of ids) await put({ id })
  if (it.is === 'delete' && chosen) {
    await zoho.at.remove('Accounts', chosen)
    live.delete(chosen)
  }
  if (it.is === 'wait') await zoho.at.clock({ advanceMs: it.seconds * 1_000 })
}

const readOnce = (world: World, of: Omit<Run<Step>, 'after'>): Promise<void> => {
  const { connection } = world.zoho
  const whose = { entity: 'Accounts', text: 'Account_Name', pageSize: PAGE_SIZE }
  return walkOnce(world, { connection, ...whose, act: it => act(world, it) }, of)
}

const worldOf = (zoho: Opened, ticks: boolean): World => ({ ...nothingCopied(), zoho, edits: 0, ticks })

async function live(
  runs: readonly Run<Step>[],
  before: readonly Step[],
  knobs: Record<string, string>,
): Promise<World> {
  const zoho = await openZoho()
  try {
    await zoho.at.clock({ now: '2026-03-01T10:00:00.000Z' })
    await zoho.at.knobs(knobs)
    const ticks = knobs['pageTokens'] === 'count'
    const world = worldOf(zoho, ticks)
    for (const it of before) await act(world, it)
    for (const it of runs) {
      await readOnce(world, it)
      for (const next of it.after) await act(world, next)
    }
    // the last walk may be half done: one run ends it, one more finds what came meanwhile
    await readOnce(world, QUIET)
    await readOnce(world, QUIET)
    // where page tokens count records, an edit may have hidden one: the periodic sweep is there for that
    if (knobs['pageTokens'] === 'count') {
      await act(world, { is: 'wait', seconds: 60 })
      await readOnce(world, { ...QUIET, sweeps: true })
      await readOnce(world, QUIET)
    }
    return world
  } finally {
    await zoho.close()
  }
}

describe('a history of a Zoho CRM module, read in runs that may die at any page', () => {
  const worlds = [
    { sinceBoundary: 'inclusive', pageTokens: 'place' },
    { sinceBoundary: 'exclusive', pageTokens: 'place' },
    { sinceBoundary: 'exclusive', pageTokens: 'count' },
  ]
  for (const knobs of worlds)
    it(`ends with the copy equal to the source (${Object.values(knobs).join(', ')})`, async () => {
      const histories = [fc.array(run, { maxLength: 4 }), fc.array(step, { maxLength: 4 })] as const
      const property = fc.asyncProperty(...histories, async (runs, before) => {
        const world = await live(runs, before, knobs)
        expect(Object.fromEntries(world.copy)).to.deep.equal(Object.fromEntries(world.live))
      })
      await fc.assert(property, { numRuns: 60 })
    }).timeout(120_000)

  it('sends nothing twice beyond the overlap: a later quiet run reads nothing', async () => {
    const zoho = await openZoho()
    try {
      await zoho.at.clock({ now: '2026-03-01T10:00:00.000Z' })
      const world = worldOf(zoho, false)
      for (let i = 0; i < 4; i += 1) {
        await act(world, { is: 'insert', count: 7 })
        await act(world, { is: 'wait', seconds: 30 })
      }
      await readOnce(world, QUIET)
      const request = { after: world.cursor ?? {}, select: ['Account_Name'], deletes: true, pageSize: PAGE_SIZE }
      for await (const page of zoho.connection.read('Accounts', request)) expect(page.records).to.deep.equal([])
    } finally {
      await zoho.close()
    }
  })
})
