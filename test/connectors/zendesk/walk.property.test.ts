import { expect } from 'chai'
import fc from 'fast-check'
import { type Copied, nothingCopied, QUIET, type Run, runOf, walkOnce } from '../../support/walks.ts'
import { type Opened, openZendesk, readAll } from './open.ts'

/** What may happen to the source between two pages, or between two runs. */
type Step =
  | { readonly is: 'insert'; readonly count: number }
  | { readonly is: 'edit'; readonly which: number }
  | { readonly is: 'editAll' }
  | { readonly is: 'delete'; readonly which: number }
  /** Becomes visible with a time of its own that is past already. */
  | { readonly is: 'late'; readonly which: number; readonly seconds: number }
  | { readonly is: 'wait'; readonly seconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ is: fc.constant('insert' as const), count: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ is: fc.constant('edit' as const), which: fc.nat(50) }),
  fc.record({ is: fc.constant('editAll' as const) }),
  fc.record({ is: fc.constant('delete' as const), which: fc.nat(50) }),
  fc.record({ is: fc.constant('late' as const), which: fc.nat(50), seconds: fc.integer({ min: 1, max: 110 }) }),
  fc.record({ is: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 150 }) }),
)

const run = runOf(step)

const PAGE_SIZE = 3
/** The text that a person changes, and what a new record must have. */
const ENTITIES = {
  organizations: { text: 'details', make: (n: number) => ({ name: `Org ${n}` }), tellsDeletions: false },
  users: { text: 'notes', make: (n: number) => ({ name: `User ${n}` }), tellsDeletions: true },
  tickets: { text: 'subject', make: (n: number) => ({ description: `Ticket ${n}` }), tellsDeletions: true },
} as const
type EntityName = keyof typeof ENTITIES

/** The source as it is, and a copy kept by reading. */
interface World extends Copied {
  readonly zendesk: Opened
  readonly entity: EntityName
  edits: number
}

async function pass({ zendesk }: World, seconds: number): Promise<void> {
  zendesk.clock.advance(seconds * 1_000)
  await zendesk.at.clock({ advanceMs: seconds * 1_000 })
}

async function put(world: World, record: Readonly<Record<string, string>>): Promise<void> {
  const { zendesk, entity, live } = world
  world.edits += 1
  const text = `text ${world.edits}`
  const made = record['id'] === undefined ? ENTITIES[entity].make(world.edits) : {}
  const stored = (await zendesk.at.put(entity, { ...made, ...record, [ENTITIES[entity].text]: text })) as { id: number }
  live.set(String(stored.id), text)
}

async function act(world: World, it: Step): Promise<void> {
  const { zendesk, entity, live } = world
  const ids = [...live.keys()]
  const chosen = 'which' in it ? ids[it.which % Math.max(1, ids.length)] : undefined
  if (it.is === 'insert') for (let i = 0; i < it.count; i += 1) await put(world, {})
  if (it.is === 'edit' && chosen) await put(world, { id: chosen })
  if (it.is === 'editAll') for (const id of ids) await put(world, { id })
  if (it.is === 'delete' && chosen) {
    await zendesk.at.remove(entity, chosen)
    live.delete(chosen)
  }
  if (it.is === 'late' && chosen) {
    await zendesk.at.clock({ advanceMs: -it.seconds * 1_000 })
    await put(world, { id: chosen })
    await zendesk.at.clock({ advanceMs: it.seconds * 1_000 })
  }
  if (it.is === 'wait') await pass(world, it.seconds)
}

const readOnce = (world: World, of: Omit<Run<Step>, 'after'>): Promise<void> => {
  const { entity, zendesk } = world
  const whose = { entity, text: ENTITIES[entity].text, select: 'all', pageSize: PAGE_SIZE, mayOverfill: true } as const
  const reactions = { act: (it: Step) => act(world, it), removeUnseen: () => removeUnseen(world) }
  return walkOnce(world, { connection: zendesk.connection, ...whose, ...reactions }, of)
}

/** As the engine does: what a complete walk did not see is asked for, and what is not there either is gone. Lists are sure by themselves. */
async function removeUnseen({ zendesk, entity, copy, walked, live }: World): Promise<void> {
  const unseen = [...copy.keys()].filter(id => !walked.has(id))
  if (entity !== 'tickets')
    expect(
      unseen.filter(id => live.has(id)),
      'live records that a list did not give',
    ).to.deep.equal([])
  const { keys } = await readAll(zendesk.connection, entity, { where: { field: 'id', values: unseen } })
  for (const id of unseen) if (!keys.includes(id)) copy.delete(id)
}

async function live(entity: EntityName, runs: readonly Run<Step>[], before: readonly Step[]): Promise<World> {
  const zendesk = await openZendesk()
  try {
    await zendesk.at.clock({ now: '2026-03-01T10:00:00.000Z' })
    // the account's own user is not of this history
    const world: World = { ...nothingCopied(), zendesk, entity, edits: 0 }
    for (const it of await zendesk.at.records(entity)) world.live.set(String(it['id']), 'undefined')
    for (const it of before) await act(world, it)
    for (const it of runs) {
      await readOnce(world, it)
      for (const next of it.after) await act(world, next)
    }
    // the minute that is held back goes by; the last walk may be half done: one run ends it, one more finds what came meanwhile
    await pass(world, 70)
    await readOnce(world, QUIET)
    await readOnce(world, QUIET)
    if (!ENTITIES[entity].tellsDeletions) await readOnce(world, { ...QUIET, sweeps: true })
    return world
  } finally {
    await zendesk.close()
  }
}

describe('a history of zendesk records, read in runs that may die at any page', () => {
  for (const entity of ['organizations', 'users', 'tickets'] as const)
    it(`ends with the copy of ${entity} equal to the source`, async () => {
      const histories = [fc.array(run, { maxLength: 4 }), fc.array(step, { maxLength: 4 })] as const
      const property = fc.asyncProperty(...histories, async (runs, before) => {
        const world = await live(entity, runs, before)
        expect(Object.fromEntries(world.copy)).to.deep.equal(Object.fromEntries(world.live))
      })
      await fc.assert(property, { numRuns: 40 })
    }).timeout(60_000)

  it('sends nothing twice beyond the overlap: a later quiet run reads nothing', async () => {
    for (const entity of ['organizations', 'users', 'tickets'] as const) {
      const zendesk = await openZendesk()
      try {
        await zendesk.at.clock({ now: '2026-03-01T10:00:00.000Z' })
        const world: World = { ...nothingCopied(), zendesk, entity, edits: 0 }
        for (let i = 0; i < 4; i += 1) {
          await act(world, { is: 'insert', count: 7 })
          await pass(world, 30)
        }
        await pass(world, 40)
        await readOnce(world, QUIET)
        for (const seconds of [0, 30, 100, 3_600]) {
          await pass(world, seconds)
          const { records, next } = await readAll(zendesk.connection, entity, {
            after: world.cursor ?? {},
            deletes: true,
          })
          expect([entity, seconds, records.length]).to.deep.equal([entity, seconds, 0])
          world.cursor = next
        }
      } finally {
        await zendesk.close()
      }
    }
  })
})
