import { expect } from 'chai'
import fc from 'fast-check'
import { testClock } from '../../support/clock.ts'
import { type Copied, nothingCopied, QUIET, type Run, runOf, walkOnce } from '../../support/walks.ts'
import { MINUTE, type Opened, open } from './open.ts'

/** What may happen to the source between two pages, or between two runs. */
type Step =
  | { readonly is: 'insert'; readonly count: number }
  | { readonly is: 'edit' | 'editSilently' | 'editLate' | 'editInFuture' | 'delete'; readonly which: number }
  | { readonly is: 'editAll'; readonly apartMs: number }
  | { readonly is: 'expire' }
  | { readonly is: 'wait'; readonly minutes: number }

const which = fc.nat(50)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ is: fc.constant('insert' as const), count: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ is: fc.constantFrom('edit' as const, 'editLate' as const, 'editInFuture' as const), which }),
  fc.record({ is: fc.constantFrom('editSilently' as const, 'delete' as const), which }),
  // an import of one tick, or one that takes its time
  fc.record({ is: fc.constant('editAll' as const), apartMs: fc.constantFrom(0, 100, 1_000) }),
  fc.record({ is: fc.constant('expire' as const) }),
  fc.record({ is: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 50 }) }),
)

const run = runOf(step)

const PAGE_SIZE = 4
/** Less than every run looks back. */
const LATE = 9 * MINUTE

interface Kind {
  readonly entity: string
  readonly key: string
  readonly text: string
  keyOf(n: number): string
}

/** Anywhere among the others: leading zeros, dashes, signs of queries, digits with an exponent. */
const number = (n: number) => `${['A', '00', 'B-', 'Z&', 'R/', '1E', 'K '][n % 7]}${(n * 7919) % 1_000}`

const KINDS: readonly Kind[] = [
  { entity: 'AP_Vendor', key: 'key', text: 'VendorName', keyOf: n => `0${n % 2}-${number(n)}` },
  { entity: 'GL_Account', key: 'AccountKey', text: 'AccountDesc', keyOf: n => `9${String(n).padStart(8, '0')}` },
]

/** The source as it is, and a copy kept by reading. */
interface World extends Copied {
  readonly erp: Opened
  readonly kind: Kind
  edits: number
}

async function edit({ erp, kind, live }: World, key: string, text: string): Promise<void> {
  await erp.at.put(kind.entity, { key, [kind.text]: text })
  live.set(key, text)
}

async function act(world: World, it: Step): Promise<void> {
  const { erp, live, kind } = world
  const next = () => {
    world.edits += 1
    return `text ${world.edits}`
  }
  const shifted = async (ms: number, key: string) => {
    await erp.at.clock({ advanceMs: ms })
    await edit(world, key, next())
    await erp.at.clock({ advanceMs: -ms })
  }
  const keys = [...live.keys()]
  const chosen = 'which' in it ? keys[it.which % Math.max(1, keys.length)] : undefined
  if (it.is === 'insert')
    for (let i = 0; i < it.count; i += 1) {
      const text = next()
      await edit(world, kind.keyOf(world.edits), text)
    }
  if (it.is === 'editAll')
    for (const key of keys) {
      await edit(world, key, next())
      if (it.apartMs > 0) await erp.advance(it.apartMs)
    }
  if (it.is === 'expire') await erp.at.knobs({ expireCursors: true })
  if (it.is === 'wait') await erp.advance(it.minutes * MINUTE)
  if (chosen === undefined) return
  if (it.is === 'edit') await edit(world, chosen, next())
  if (it.is === 'editLate') await shifted(-LATE, chosen)
  if (it.is === 'editInFuture') await shifted(26 * 60 * MINUTE, chosen)
  if (it.is === 'editSilently') {
    await erp.at.knobs({ silent: true })
    await edit(world, chosen, next())
    await erp.at.knobs({ silent: false })
  }
  if (it.is === 'delete') {
    await erp.at.remove(kind.entity, chosen)
    live.delete(chosen)
  }
}

const readOnce = (world: World, of: Omit<Run<Step>, 'after'>): Promise<void> => {
  const { erp, kind } = world
  const { connection } = erp
  const walk = { connection, ...kind, pageSize: PAGE_SIZE, act: (it: Step) => act(world, it) }
  return walkOnce(world, walk, of)
}

interface Story {
  readonly kind: Kind
  readonly runs: readonly Run<Step>[]
  /** When it begins: just before the clock goes back, goes ahead, or nothing of the kind. */
  readonly startsAt: string
}

const story: fc.Arbitrary<Story> = fc.record({
  kind: fc.constantFrom(...KINDS),
  runs: fc.array(run, { minLength: 1, maxLength: 4 }),
  startsAt: fc.constantFrom('2026-11-01T06:20:00Z', '2026-03-08T07:40:00Z', '2026-06-15T15:00:00Z'),
})

const silentOrGone = (runs: readonly Run<Step>[]) =>
  runs.some(it => [...it.during.flat(), ...it.after].some(({ is }) => is === 'editSilently'))

async function worldOf({ kind, startsAt }: Story): Promise<World> {
  const clock = testClock(new Date(startsAt))
  const erp = await open({ accounts: '9' }, { records: 10, clock })
  await erp.at.clock({ now: startsAt })
  await erp.at.clock({ now: null })
  const { records } = await erp.read(kind.entity, { select: [kind.text] })
  const live = new Map(records.map(it => [it.key, String(it.fields[kind.text])]))
  expect(live.size).to.equal((await erp.at.records(kind.entity)).length)
  return { ...nothingCopied(), erp, kind, live, edits: 0 }
}

describe('a walk of sage-100', () => {
  it('loses nothing and takes no live record for deleted, whatever happens in between', async () => {
    await fc.assert(
      fc.asyncProperty(story, async told => {
        const world = await worldOf(told)
        const { erp, live, copy } = world
        try {
          for (const it of told.runs) {
            await readOnce(world, it)
            for (const happening of it.after) await act(world, happening)
          }
          // a run that died goes on, and one more sees what changed meanwhile
          await readOnce(world, QUIET)
          await readOnce(world, QUIET)
          if (!silentOrGone(told.runs))
            for (const [key, text] of live) expect([key, copy.get(key)]).to.deep.equal([key, text])
          await readOnce(world, { ...QUIET, sweeps: true })
          expect(new Map([...copy].sort())).to.deep.equal(new Map([...live].sort()))
        } finally {
          await erp.close()
        }
      }),
      { numRuns: 60 },
    )
  }).timeout(60_000)
})
