import { expect } from 'chai'
import fc from 'fast-check'
import { type Copied, nothingCopied, QUIET, type Run, runOf, walkOnce } from '../../support/walks.ts'
import { HOUR, type Opened, open } from './open.ts'

/** What may happen to the source between two pages, or between two runs. */
type Step =
  | { readonly is: 'insert'; readonly count: number }
  | { readonly is: 'edit'; readonly which: number }
  | { readonly is: 'editAll' }
  | { readonly is: 'delete'; readonly which: number }
  | { readonly is: 'editBackdated'; readonly which: number }
  | { readonly is: 'editInFuture'; readonly which: number }
  | { readonly is: 'wait'; readonly hours: number }

const which = fc.nat(50)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ is: fc.constant('insert' as const), count: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ is: fc.constant('edit' as const), which }),
  fc.record({ is: fc.constant('editAll' as const) }),
  fc.record({ is: fc.constant('delete' as const), which }),
  fc.record({ is: fc.constant('editBackdated' as const), which }),
  fc.record({ is: fc.constant('editInFuture' as const), which }),
  fc.record({ is: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }),
)

const run = runOf(step)

const PAGE_SIZE = 4

interface Kind {
  readonly entity: string
  readonly key: string
  readonly text: string
  readonly more: Readonly<Record<string, string>>
}

const KINDS: readonly Kind[] = [
  { entity: 'AR/ARCustomers', key: 'CustomerNumber', text: 'CustomerName', more: { GroupCode: 'WHL' } },
  { entity: 'GL/GLAccounts', key: 'UnformattedAccount', text: 'Description', more: {} },
]

/** The source as it is, and a copy kept by reading. */
interface World extends Copied {
  readonly erp: Opened
  readonly kind: Kind
  /** The day that is looked back serves a wrong zone or a session date of yesterday, not both. */
  readonly backdatedHours: number
  /** Without an order, what was missed is only noticed by counting, and a deletion at the same time could make up for it. */
  readonly isOrdered: boolean
  edits: number
}

async function put({ erp, kind, live }: World, key: string, text: string): Promise<void> {
  const isNew = !live.has(key)
  await erp.at.put(kind.entity, { [kind.key]: key, ...(isNew ? kind.more : {}), [kind.text]: text })
  live.set(key, text)
}

/** Anywhere among the others: leading zeros, an apostrophe, signs of queries, lower case, digits with an exponent. */
const keyOf = (n: number) => `${['A', '00', "O'", 'Z&', 'm', '1E', 'x)'][n % 7]}${(n * 7919) % 1_000}`

async function act(world: World, it: Step): Promise<void> {
  const { erp, live } = world
  const keys = [...live.keys()]
  const edit = (key: string) => {
    world.edits += 1
    return put(world, key, `text ${world.edits}`)
  }
  const shifted = async (hours: number, key: string) => {
    await erp.at.clock({ advanceMs: hours * HOUR })
    await edit(key)
    await erp.at.clock({ advanceMs: -hours * HOUR })
  }
  const chosen = 'which' in it ? keys[it.which % Math.max(1, keys.length)] : undefined
  if (it.is === 'insert') for (let i = 0; i < it.count; i += 1) await edit(keyOf(world.edits))
  if (it.is === 'editAll') for (const key of keys) await edit(key)
  if (it.is === 'wait') await erp.advance(it.hours * HOUR)
  if (chosen === undefined) return
  if (it.is === 'edit') await edit(chosen)
  if (it.is === 'editBackdated') await shifted(-world.backdatedHours, chosen)
  if (it.is === 'editInFuture') await shifted(49, chosen)
  if (it.is === 'delete') {
    await erp.at.remove(world.kind.entity, chosen)
    live.delete(chosen)
  }
}

const readOnce = (world: World, of: Omit<Run<Step>, 'after'>): Promise<void> => {
  const { erp, kind, isOrdered } = world
  const during = of.during.map(steps => steps.filter(it => isOrdered || it.is !== 'delete'))
  const walk = { connection: erp.connection, ...kind, pageSize: PAGE_SIZE, act: (it: Step) => act(world, it) }
  return walkOnce(world, walk, { ...of, during })
}

interface Story {
  readonly kind: Kind
  readonly runs: readonly Run<Step>[]
  readonly order: string
  readonly timeZone: string
  /** What the settings say of the zone: right, or left out. */
  readonly isZoneTold: boolean
}

const story: fc.Arbitrary<Story> = fc.record({
  kind: fc.constantFrom(...KINDS),
  runs: fc.array(run, { minLength: 1, maxLength: 4 }),
  order: fc.constantFrom('key', 'key', 'entry'),
  timeZone: fc.constantFrom('UTC', 'America/Vancouver', 'Pacific/Auckland'),
  isZoneTold: fc.boolean(),
})

describe('a walk of sage-300', () => {
  it('loses nothing and takes no live record for deleted, whatever happens in between', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ kind, runs, order, timeZone, isZoneTold }) => {
        const settings = isZoneTold ? {} : { timeZone: 'UTC' }
        const erp = await open({ order, timeZone, accounts: '9' }, { records: 9, settings })
        const rows = await erp.at.records(kind.entity)
        const live = new Map(rows.map(it => [String(it[kind.key]), String(it[kind.text])]))
        const backdatedHours = isZoneTold ? 23 : 0
        const world: World = {
          ...nothingCopied(),
          erp,
          kind,
          live,
          backdatedHours,
          isOrdered: order === 'key',
          edits: 0,
        }
        try {
          for (const it of runs) {
            await readOnce(world, it)
            for (const happening of it.after) await act(world, happening)
          }
          // a run that died goes on, and one more sees what changed meanwhile
          await readOnce(world, QUIET)
          await readOnce(world, QUIET)
          for (const [key, text] of live) expect([key, world.copy.get(key)]).to.deep.equal([key, text])
          await readOnce(world, { ...QUIET, sweeps: true })
          expect(new Map([...world.copy].sort())).to.deep.equal(new Map([...live].sort()))
        } finally {
          await erp.close()
        }
      }),
      { numRuns: 80 },
    )
  }).timeout(60_000)
})
