import type { JsonObject } from '../../../engine/core/record.ts'
import type { Connector, Page } from '../../../engine/sdk/connector.ts'
import { startSandbox } from '../../contract/rig.ts'
import { createMachine } from '../../run/support/machine.ts'
import { createCrm, type ToyCrm } from '../../run/support/toy-crm.ts'
import { control } from '../../support/connect.ts'
import { createEngine, type Engine } from '../support/engine.ts'
import { nowhere } from '../support/nowhere.ts'
import { type SharedClock, sharedClock } from '../support/shared-clock.ts'
import { type Ground, NAME_LENGTH, SEED, TARGET } from './ground.ts'
import { createSource, type Source } from './source.ts'
import type { RunStory, Step, Story } from './story.ts'

/** What came of a history. The three lists must be empty. */
export interface Outcome {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly wronglyDeleted: readonly string[]
  /** Records that the target was sent although it held them so already. */
  readonly resent: number
  readonly sent: number
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
  readonly seen: { resent: number; sent: number; readonly removed: Set<string> }
}

/** Acts a story out against the real connector and its sandbox, and compares in the end. */
export async function live(ground: Ground, story: Story): Promise<Outcome> {
  const sandbox = await startSandbox(ground.subject, { records: ground.records, seed: SEED })
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
  const seen = { resent: 0, sent: 0, removed: new Set<string>() }
  const world: Lived = { ground, engine, source, crm, clock, at, between: [], form: 0, seen }
  now.world = world
  watchTarget(world)
  try {
    for (const it of story.before) await source.act(it)
    for (const it of story.runs) await liveRun(world, it)
    return await rest(world)
  } finally {
    await engine.close()
    await sandbox.close()
  }
}

async function liveRun(world: Lived, story: RunStory): Promise<void> {
  const { engine, ground, source, at } = world
  if (story.edited) world.form = world.form === 0 ? 1 : 0
  world.between = [...story.between]
  if (story.fault.nth > 0) await at.fault(faultOf(story.fault))
  const run = () => engine.run(ground.plans[world.form], { mode: story.mode })
  // how it ended tells nothing: it may have been killed, or the source may have been down
  await engine.live(story.mishap, run)
  await at.clearFaults()
  world.between = []
  for (const it of story.after) await source.act(it)
}

function faultOf({ nth, kind }: RunStory['fault']) {
  return kind === 'busy'
    ? ({ nth, action: 'answer', status: 503, body: 'busy' } as const)
    : ({ nth, action: kind } as const)
}

/** Longer than any overlap, second look or wrong stamp of a story. */
const QUIET = 60 * 3_600_000

/** It grows quiet: two ordinary runs must have brought every live record as it is. Then a sweep leaves nothing but them. */
async function rest(world: Lived): Promise<Outcome> {
  const late = await quietRun(world, 'incremental').then(() => quietRun(world, 'incremental'))
  const missing = late.filter(it => it.is !== 'left over')
  const swept = await quietRun(world, 'sweep')
  const { source, crm, seen } = world
  const keys = crm.rows('Accounts').map(row => String(row.fields['ERP_ID']))
  return {
    lost: [...missing.map(it => `${it.told}, before the sweep`), ...swept.map(it => it.told)],
    doubled: keys.filter((key, at) => keys.indexOf(key) !== at),
    wronglyDeleted: [...seen.removed].filter(key => !source.deleted.has(key)),
    resent: seen.resent,
    sent: seen.sent,
    changes: source.changes(),
  }
}

async function quietRun({ engine, ground, clock, form, ...world }: Lived, mode: RunStory['mode']) {
  await clock.pass(QUIET)
  const { state, failure } = await engine.run(ground.plans[form], { mode })
  if (state !== 'succeeded')
    throw new Error(`the quiet ${mode} run ended ${state}: ${failure?.code} ${failure?.message}`)
  return differences(world)
}

interface Difference {
  readonly is: 'missing' | 'other' | 'left over'
  readonly told: string
}

async function differences({ source, crm }: Pick<Lived, 'source' | 'crm'>): Promise<readonly Difference[]> {
  const wanted = await source.held()
  const found = new Map(crm.rows('Accounts').map(({ fields }) => [String(fields['ERP_ID']), nameIn(fields)]))
  const wrong = [...wanted].flatMap(([key, text]): Difference[] => {
    const name = found.get(key)
    if (name === undefined) return [{ is: 'missing', told: `${key} is missing` }]
    const held = firstOf(text)
    return name === held ? [] : [{ is: 'other', told: `${key} is "${name}" and should be "${held}"` }]
  })
  const leftOver = [...found.keys()].filter(key => !wanted.has(key))
  return [...wrong, ...leftOver.map((key): Difference => ({ is: 'left over', told: `${key} is gone at the source` }))]
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
  for await (const page of pages) {
    yield page
    const lived = world()
    for (const it of lived?.between.shift() ?? []) await lived?.source.act(it)
  }
}
