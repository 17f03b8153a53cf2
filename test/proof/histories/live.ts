import type { JsonObject } from '../../../engine/core/record.ts'
import type { Connector, Page } from '../../../engine/sdk/connector.ts'
import type { Fault, Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { createMachine } from '../../run/support/machine.ts'
import { createCrm, type ToyCrm } from '../../run/support/toy-crm.ts'
import { control } from '../../support/connect.ts'
import { createEngine, type Engine } from '../support/engine.ts'
import { nowhere } from '../support/nowhere.ts'
import { type SharedClock, sharedClock } from '../support/shared-clock.ts'
import { type Ground, NAME_LENGTH, SEED, TARGET } from './ground.ts'
import { optionsFor, slipsUnseen } from './setting.ts'
import { createSource, type Source } from './source.ts'
import type { RunStory, Step, Story, Fault as StoryFault } from './story.ts'

/** What came of a history. The lists must be empty, and so must what comes again. */
export interface Outcome {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly wronglyDeleted: readonly string[]
  /** Records that the target was sent although it held them so already. */
  readonly resent: number
  /** How many of those a run had sent, or announced, that broke off before it could note what came of them. */
  readonly cutOff: number
  /** Records that one read gave twice although nobody had touched them of late. */
  readonly repeated: number
  /** Records that were read when nothing had changed for longer than any look back. */
  readonly rereadInVain: number
  readonly sent: number
  /** Reads that went on and on. */
  readonly endless: number
  readonly changes: number
}

interface Lived {
  readonly ground: Ground
  readonly engine: Engine
  readonly source: Source
  readonly crm: ToyCrm
  readonly clock: SharedClock
  readonly at: ReturnType<typeof control>
  /** What people do after the pages of the run under way. */
  between: (readonly Step[])[]
  form: 0 | 1
  readonly seen: Seen
}

interface Seen {
  resent: number
  sent: number
  cutOff: number
  repeated: number
  endless: number
  readonly removed: Set<string>
}

/** Acts a story out against the real connector and its sandbox, and compares in the end. */
export async function live(ground: Ground, story: Story): Promise<Outcome> {
  const sandbox = await startSandbox(ground, story)
  const at = control(sandbox)
  const start = new Date(story.startsAt)
  await at.clock({ now: story.startsAt })
  await at.clock({ now: null })
  const clock = sharedClock(start, [at], story.skewMinutes * 60_000)
  const crm = createCrm(createMachine(), TARGET)
  const now: { world?: Lived } = {}
  const watched = withPauses(ground.subject.connector, story.pageSize, () => now.world)
  const systems = { source: { connector: watched, sandbox }, crm: { connector: crm.connector, sandbox: nowhere } }
  const engine = await createEngine({ systems, clock, unitSize: story.unitSize })
  const source = createSource(ground, at, clock)
  const seen = { resent: 0, sent: 0, cutOff: 0, repeated: 0, endless: 0, removed: new Set<string>() }
  const world: Lived = { ground, engine, source, crm, clock, at, between: [], form: 0, seen }
  now.world = world
  watchTarget(world)
  try {
    for (const it of story.before) await source.act(it)
    for (const it of story.runs) seen.cutOff += Math.min(await liveRun(world, it), story.unitSize + story.pageSize)
    return await rest(world, story)
  } finally {
    await engine.close()
    await sandbox.close()
  }
}

const startSandbox = ({ subject: { connector, fixture }, records }: Ground, story: Story): Promise<Sandbox> =>
  connector.sandbox.start({
    ...{ port: 0, host: '127.0.0.1', records, seed: SEED },
    options: { ...fixture.options, ...optionsFor(connector, story) },
  })

/**
 * Answers of how many records nobody noted how they ended when it broke off, 0 when it came through: those it had sent, or was about to send. What
 * is announced and never sent reads the same in the ledger as what is sent and never answered.
 */
async function liveRun(world: Lived, story: RunStory): Promise<number> {
  const { engine, ground, source, at, seen } = world
  const { sent } = seen
  const doubtful = async () =>
    (await engine.ledger.unresolvedIntents(ground.plans[world.form].name)).map(({ id }) => id)
  const before = new Set(await doubtful())
  let isWhole = false
  if (story.edited) world.form = world.form === 0 ? 1 : 0
  world.between = [...story.between]
  if (story.fault.nth > 0) await at.fault({ nth: story.fault.nth, ...(await faultOf(world, story.fault.kind)) })
  const run = async () => {
    isWhole = (await engine.run(ground.plans[world.form], { mode: story.mode })).state === 'succeeded'
  }
  // it may be killed, or the source may be down
  await engine.live(story.mishap, run)
  const announced = (await doubtful()).filter(id => !before.has(id)).length
  await at.clearFaults()
  world.between = []
  for (const it of story.after) await source.act(it)
  return isWhole ? 0 : Math.max(seen.sent - sent, announced)
}

const PAGE = '<html><body>Maintenance</body></html>'

async function faultOf({ ground, at }: Lived, kind: StoryFault): Promise<Omit<Fault, 'nth'>> {
  const { errorInside, emptyDocuments } = ground.subject.fixture
  const [hollow = { status: 200, headers: {}, body: '' }] = emptyDocuments
  // a lie tells the time: a mark could be made of it
  const date = new Date((await at.clock({})).now).toUTCString()
  const lie = (it: typeof hollow) => ({ action: 'answer', ...it, headers: { ...it.headers, date } }) as const
  switch (kind) {
    case 'busy':
      return { action: 'answer', status: 503, body: 'busy' }
    case 'errorInside':
      return lie(errorInside)
    case 'empty':
      return lie({ status: 200, headers: {}, body: '' })
    case 'html':
      return lie({ status: 200, headers: { 'content-type': 'text/html' }, body: PAGE })
    case 'hollow':
      return lie(hollow)
    default:
      return { action: kind }
  }
}

/** Longer than any overlap, second look or wrong stamp of a story. */
const QUIET = 60 * 3_600_000

/** It grows quiet: two ordinary runs must have brought every live record as it is. Then a sweep leaves nothing but them. */
async function rest(world: Lived, story: Story): Promise<Outcome> {
  const { source, crm, seen, ground } = world
  await source.act({ is: 'goOn' })
  await quietRun(world, 'incremental')
  const late = await quietRun(world, 'incremental')
  // a walk that was cut off has come to its end, and what changed since it began has come after it
  const { read } = await quietRun(world, 'incremental')
  const isLeftToSweep = ({ is, key }: Difference) => is === 'left over' || (is === 'other' && source.untold.has(key))
  const missing = slipsUnseen(ground.subject.connector, story) ? [] : late.wrong.filter(it => !isLeftToSweep(it))
  const swept = await quietRun(world, 'sweep')
  const keys = crm.rows('Accounts').map(row => String(row.fields['ERP_ID']))
  const told = { ...seen }
  const verified = swept.wrong.length > 0 ? [] : await verify(world)
  return {
    lost: [...missing.map(it => `${it.told}, before the sweep`), ...swept.wrong.map(it => it.told), ...verified],
    doubled: keys.filter((key, at) => keys.indexOf(key) !== at),
    wronglyDeleted: [...told.removed].filter(key => !source.deleted.has(key)),
    resent: told.resent,
    cutOff: told.cutOff,
    // where the order does not hold, a walk begins again from the last place that is certain
    repeated: story.setting.isUnordered ? 0 : told.repeated,
    // without a change field each run reads all there is
    rereadInVain: ground.contract.type === 'none' ? 0 : read,
    sent: told.sent,
    endless: told.endless,
    changes: source.changes(),
  }
}

/**
 * What a verification says: of two sides that are the same nothing; when people at the target have then removed a record and changed another, just
 * these two, and it puts them right. The texts tell what is wrong with that.
 */
async function verify(world: Lived): Promise<readonly string[]> {
  const { engine, ground, form, crm } = world
  const plan = ground.plans[form]
  const looked = await engine.verify(plan, false)
  const wrong = looked.findings.map(it => `verify: ${it.key} ${it.is} ${it.fields}: ${it.why}`)
  if (!looked.isComplete || looked.verifiedUntil === null)
    wrong.push(`verify: it did not come to its end ${looked.moved} ${looked.failure?.message ?? ''}`)
  const [removed, changed] = crm.rows('Accounts')
  if (removed) crm.remove('Accounts', removed.id)
  if (changed) Object.assign(changed.fields, { Name: 'by hand' })
  const { tally } = await engine.verify(plan, true)
  const planted = (removed ? 1 : 0) + (changed ? 1 : 0)
  if (tally.healed !== planted || tally.left > 0) wrong.push(`verify: ${JSON.stringify(tally)} of ${planted}`)
  return [...wrong, ...(await differences(world)).map(it => `verify: ${it.told}`)]
}

async function quietRun({ engine, ground, clock, form, ...world }: Lived, mode: RunStory['mode']) {
  await clock.pass(QUIET)
  const { state, failure, counts } = await engine.run(ground.plans[form], { mode })
  if (state !== 'succeeded')
    throw new Error(`the quiet ${mode} run ended ${state}: ${failure?.code} ${failure?.message}`)
  return { wrong: await differences(world), read: counts.read }
}

interface Difference {
  readonly is: 'missing' | 'other' | 'left over'
  readonly key: string
  readonly told: string
}

async function differences({ source, crm }: Pick<Lived, 'source' | 'crm'>): Promise<readonly Difference[]> {
  const wanted = await source.held()
  const found = new Map(crm.rows('Accounts').map(({ fields }) => [String(fields['ERP_ID']), nameIn(fields)]))
  const wrong = [...wanted].flatMap(([key, text]): Difference[] => {
    const name = found.get(key)
    if (name === undefined) return [{ is: 'missing', key, told: `${key} is missing` }]
    const held = firstOf(text)
    return name === held ? [] : [{ is: 'other', key, told: `${key} is "${name}" and should be "${held}"` }]
  })
  const leftOver = [...found.keys()].filter(key => !wanted.has(key))
  return [
    ...wrong,
    ...leftOver.map((key): Difference => ({ is: 'left over', key, told: `${key} is gone at the source` })),
  ]
}

const nameIn = (fields: JsonObject) => String(fields['Name'] ?? '')
const firstOf = (text: string) => [...text].slice(0, NAME_LENGTH).join('')

function watchTarget({ crm, seen }: Lived): void {
  crm.interfere = (entity, { operation, records }, when) => {
    if (when !== 'before') return
    const rows = new Map(crm.rows(entity).map(row => [row.id, row.fields]))
    for (const { sinkKey = '', fields } of records) {
      const held = rows.get(sinkKey)
      if (operation !== 'delete') seen.sent += 1
      else if (held) seen.removed.add(String(held['ERP_ID']))
      if (operation === 'update' && held && Object.keys(fields).every(name => held[name] === fields[name]))
        seen.resent += 1
    }
  }
}

/** Far more pages than all records of a story fill. */
const ENDLESS = 1_000

/** Pages of the story's size, and people at work after each. Reads by key are not of the walk. */
function withPauses(connector: Connector, pageSize: number, world: () => Lived | undefined): Connector {
  return {
    ...connector,
    connect: async context => {
      const connection = await connector.connect(context)
      return {
        ...connection,
        read: (entity, request) =>
          request.where
            ? connection.read(entity, request)
            : paused(connection.read(entity, { ...request, pageSize }), world),
      }
    },
  }
}

async function* paused(pages: AsyncIterable<Page>, world: () => Lived | undefined): AsyncGenerator<Page> {
  const given = new Set<string>()
  let count = 0
  for await (const page of pages) {
    const lived = world()
    count += 1
    if (count > ENDLESS && lived) lived.seen.endless += 1
    if (count > ENDLESS) throw new Error(`a walk of more than ${ENDLESS} pages has no end`)
    for (const { key, change, fields } of page.records) {
      const looks = JSON.stringify([key, change, fields])
      if (given.has(looks) && lived?.source.isSettled(key)) lived.seen.repeated += 1
      given.add(looks)
    }
    yield page
    const steps = lived?.between.shift() ?? []
    // what happens may bring a record back to how it was
    if (steps.length > 0) given.clear()
    for (const it of steps) await lived?.source.act(it)
  }
}
