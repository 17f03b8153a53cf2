import type { JsonObject } from '../../core/record.ts'
import type { RunReport } from '../../run/index.ts'
import { ask, holds } from './expressions.ts'
import { deadOf, type Look, lookAt } from './look.ts'
import type { ScenarioTarget } from './scenario.ts'
import { controlOf, labelOf, type Stage, type StagedFlow } from './stage.ts'

/** One thing that the demo proves; `detail` says what was found instead. */
export interface Check {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
}

export const checked = (what: string, wrong: readonly string[]): Check => ({
  what,
  ok: wrong.length === 0,
  detail: wrong.join('; '),
})

/** What happened at a flow's source since its last run, by labels. */
export interface Since {
  readonly changed: readonly string[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** What a run has to come to. */
export interface Expected {
  readonly written: number
  readonly deleted: number
  readonly dead: number
}

export type RoundNumber = 1 | 2 | 3

export function sinceLastRun(stage: Stage, flow: StagedFlow, { labels }: Look): Since {
  const { source, part, seen, seenTouched } = flow
  const isKnown = (label: string) => seen.has(label) && labels.has(label)
  const touched = stage.touched
    .slice(seenTouched)
    .filter(it => it.connection === source && it.entity in part.source)
    .map(it => labelOf(flow, it.entity, it.key))
  return {
    changed: [...new Set(touched)].filter(isKnown),
    added: [...labels].filter(it => !seen.has(it)),
    removed: [...seen].filter(it => !labels.has(it)),
  }
}

export function expectedOf(flow: StagedFlow, { changed, added, removed }: Since): Expected {
  if (flow.isLacking) return { written: 0, deleted: 0, dead: 0 }
  const dead = deadOf(flow)
  const brought = [...changed, ...added]
  const lost = brought.filter(it => dead.has(it)).length
  return { written: brought.length - lost, deleted: removed.filter(it => !dead.has(it)).length, dead: lost }
}

/** Did the run of a flow end as it had to? */
export function checkRun(round: RoundNumber, report: RunReport, flow: StagedFlow, expected: Expected): Check {
  const what = `round ${round}: ${report.flow}`
  const wanted = flow.isLacking ? 'unavailable' : expected.dead > 0 ? 'partial' : 'succeeded'
  const { state, failure, counts } = report
  const wrong = state === wanted ? [] : [`state ${state}, not ${wanted}${failure ? ` (${failure.message})` : ''}`]
  if (flow.isLacking) return checked(what, wrong)
  for (const name of ['written', 'deleted'] as const)
    if (counts[name] !== expected[name]) wrong.push(`${counts[name]} ${name}, not ${expected[name]}`)
  // those of earlier rounds may be read once more, at the edge of what is new
  const most = [...deadOf(flow)].filter(it => flow.seen.has(it)).length
  if (counts.dead < expected.dead || counts.dead > most) wrong.push(`${counts.dead} dead, not ${expected.dead}`)
  if (counts.parked > 0) wrong.push(`${counts.parked} parked`)
  if (round < 3 && counts.written === 0) wrong.push('nothing to write was planted')
  const { quietCalls = CALLS_PER_ENTITY * Object.keys(flow.part.source).length } = flow.part
  if (round === 3 && counts.written + counts.deleted > 0) wrong.push('not at rest')
  if (round === 3 && counts.calls > quietCalls) wrong.push(`${counts.calls} calls, more than ${quietCalls}`)
  return checked(what, wrong)
}

const CALLS_PER_ENTITY = 2

/** Do the targets hold exactly what the source has: no record missing, none twice, none too many, what is gone marked or gone? */
export async function checkTargets(round: RoundNumber, stage: Stage, flow: StagedFlow): Promise<readonly Check[]> {
  const { wanted } = await lookAt(stage, flow)
  const checks = flow.part.targets.map(async (target, at) => {
    const wrong = await wrongAt(stage, flow, {
      target,
      wanted: wanted[at] ?? new Set(),
      ever: flow.ever[at] ?? new Set(),
    })
    return checked(`round ${round}: ${flow.name}: ${target.entity} at the target are those of the source`, wrong)
  })
  return Promise.all(checks)
}

interface Wanted {
  readonly target: ScenarioTarget
  readonly wanted: ReadonlySet<string>
  readonly ever: ReadonlySet<string>
}

async function wrongAt(stage: Stage, flow: StagedFlow, { target, wanted, ever }: Wanted): Promise<readonly string[]> {
  const held = await heldAt(stage, target.at ?? flow.sink, target)
  const keys = held.map(it => it.key)
  const there = new Set(keys)
  const isGone = (key: string) => target.gone !== undefined && ever.has(key) && !wanted.has(key)
  const unmarked: string[] = []
  for (const { key, record } of held) if (isGone(key) && !(await holds(target.gone, record, {}))) unmarked.push(key)
  return [
    ...few(
      'missing',
      [...wanted].filter(it => !there.has(it)),
    ),
    ...few(
      'twice',
      keys.filter((it, at) => keys.indexOf(it) !== at),
    ),
    ...few(
      'too many',
      keys.filter(it => !wanted.has(it) && !isGone(it)),
    ),
    ...few('not marked as gone', unmarked),
  ]
}

interface Held {
  readonly key: string
  readonly record: JsonObject
}

/** The target's records that the flow answers for, by the key that they stand for. */
export async function heldAt(stage: Stage, connection: string, target: ScenarioTarget): Promise<readonly Held[]> {
  const records = await controlOf(stage, connection).records(target.entity)
  const held: Held[] = []
  for (const record of records)
    if (await holds(target.among, record, {})) held.push({ key: String((await ask(target.key, record)) ?? ''), record })
  return held
}

function few(what: string, keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`${keys.length} ${what}: ${keys.slice(0, 3).join(', ')}`]
}
