import type { Failure } from '../../core/errors.ts'
import type { DeadLetterRow } from '../../core/ledger.ts'
import type { FlowPlan } from '../../core/plan.ts'
import type { DataRecord } from '../../core/record.ts'
import type { PreviewedRecord } from '../differences.ts'
import { readKeys } from '../keys.ts'
import { newCounters, openRun, type Run } from '../run.ts'
import type { RunPorts } from '../types.ts'
import { createForesight, type Foresight } from './foresight.ts'
import { type Look, type LookedAtRecord, look, type Seen } from './look.ts'
import { chunksOf, editedBy, type ReplayOptions, standingOf } from './replay.ts'
import { chosenKeys, type ReplayRecordsOptions, withoutGivenUp } from './replay-records.ts'
import { inRounds } from './rounds.ts'

/**
 * overtaken: healed by now, or a newer version of its record is known; nothing is written for it. missing: its record is neither kept nor held
 * by the source.
 */
export type LetterWould = PreviewedRecord['would'] | 'overtaken' | 'missing'

/** What a replay would do with a dead letter. */
export interface PreviewedLetter {
  readonly letter: DeadLetterRow
  readonly from: 'stored' | 'source'
  /** What counts most of what becomes of its record. */
  readonly would: LetterWould
  /** Of the record: one for each that it makes at the target, or the one that says why there is none. */
  readonly records: readonly LookedAtRecord[]
  /** Of one that would be rejected: for what it died of already. */
  readonly isSameFailure?: boolean
}

export interface PreviewedLetters {
  readonly letters: readonly PreviewedLetter[]
  readonly targetUnread: Failure | null
}

export interface PreviewedKeys {
  readonly records: readonly LookedAtRecord[]
  readonly givenUp: readonly string[]
  readonly targetUnread: Failure | null
}

export type ReplayPart = Pick<ReplayOptions, 'letters' | 'from' | 'bodies'>

/**
 * What these replays would do, one after another, some letters at a time. By the planner of runs, against what the target holds now; neither
 * the ledger nor the target is written. What only the target itself can refuse shows when it is written.
 */
export async function* previewReplay(
  plan: FlowPlan,
  ports: RunPorts,
  parts: readonly ReplayPart[],
): AsyncGenerator<PreviewedLetters> {
  const run = await openLook(plan, ports)
  const foresight = createForesight(plan, ports)
  yield* inRounds<Chunk, PreviewedLetters>(parts.flatMap(partChunks), async chunk => {
    const { letters, targetUnread } = await lookAtChunk(run, foresight, chunk)
    const waiting = letters.filter(it => it.would === 'park')
    const done = { letters: letters.filter(it => it.would !== 'park'), targetUnread }
    if (waiting.length === 0) return { done }
    const again = { ...chunk, letters: waiting.map(it => it.letter) }
    return { done, waiting: { chunk: again, count: waiting.length, asItIs: { letters: waiting, targetUnread } } }
  })
}

interface Chunk extends ReplayPart {
  readonly entity: string
}

/** In the order in which a replay takes them: edited ones first. */
function partChunks(part: ReplayPart): readonly Chunk[] {
  return [...Map.groupBy(part.letters, it => it.sourceEntity)].flatMap(([entity, letters]) => {
    const edited = new Set(letters.filter(it => part.bodies?.has(it.id)).map(it => it.sourceKey))
    const [first, others] = [true, false].map(is => letters.filter(it => edited.has(it.sourceKey) === is))
    const chunks = (those: readonly DeadLetterRow[] = [], from: ReplayPart['from']) =>
      chunksOf(those).map(chunk => ({ ...part, entity, from, letters: chunk }))
    return [...chunks(first, 'stored'), ...chunks(others, part.from)]
  })
}

async function lookAtChunk(run: Run, foresight: Foresight, chunk: Chunk): Promise<PreviewedLetters> {
  const { entity, letters, from, bodies } = chunk
  if (from === 'source') {
    const keys = [...new Set(letters.map(it => it.sourceKey))]
    const seen = await look(run.plan, foresight, { entity, keys })
    return { letters: letters.map(it => told(it, from, seen)), targetUnread: seen.targetUnread }
  }
  const edited = letters.filter(it => bodies?.has(it.id))
  const { newest } = await standingOf(run, entity, edited.length > 0 ? edited : letters)
  const taken = [...newest.values()]
  const records = taken.map(it => editedBy(run, entity, it, bodies))
  const seen = await lookAt(run.plan, foresight, { entity, keys: records.map(it => it.key), records })
  const isTaken = new Set(taken.map(it => it.letter.id))
  return {
    letters: await Promise.all(
      letters.map(async it => {
        if (isTaken.has(it.id)) return told(it, from, seen)
        const isKept = (await run.ports.ledger.deadBody(it.id)) !== undefined
        return { letter: it, from, would: isKept ? ('overtaken' as const) : ('missing' as const), records: [] }
      }),
    ),
    targetUnread: seen.targetUnread,
  }
}

/** What `replayRecords` would do, some records at a time. */
export async function* previewRecords(
  plan: FlowPlan,
  ports: RunPorts,
  { choice, force }: Pick<ReplayRecordsOptions, 'choice' | 'force'>,
): AsyncGenerator<PreviewedKeys> {
  const run = await openLook(plan, ports)
  const foresight = createForesight(plan, ports)
  const more = { isBackfill: true, ...(force ? { force } : {}) } as const
  yield* inRounds<ReadChunk, PreviewedKeys>(readChunks(run, choice), async ({ entity, records: read, givenUp }) => {
    const wish = { entity, keys: read.map(it => it.key), records: read, ...more }
    const { records, targetUnread } = await lookAt(plan, foresight, wish)
    const isWaiting = (key: string) => records.get(key)?.some(it => it.would === 'park') === true
    const waiting = read.filter(it => isWaiting(it.key))
    const [shown, parked] = [false, true].map(is =>
      [...records].filter(([key]) => isWaiting(key) === is).flatMap(([, those]) => those),
    )
    const done = { records: shown ?? [], givenUp, targetUnread }
    if (waiting.length === 0) return { done }
    const asItIs = { records: parked ?? [], givenUp: [], targetUnread }
    return { done, waiting: { chunk: { entity, records: waiting, givenUp: [] }, count: waiting.length, asItIs } }
  })
}

interface ReadChunk {
  readonly entity: string
  readonly records: readonly DataRecord[]
  readonly givenUp: readonly string[]
}

async function* readChunks(run: Run, choice: ReplayRecordsOptions['choice']): AsyncGenerator<ReadChunk> {
  for (const entity of run.plan.source.entities)
    for await (const chosen of chosenKeys(run, entity, choice)) {
      const { keys, givenUp } = await withoutGivenUp(run, entity, chosen)
      yield { entity, records: await readKeys(run, entity, keys), givenUp }
    }
}

/** What reading these keys again, as a person names them, would do. */
export async function previewKeys(plan: FlowPlan, ports: RunPorts, keys: readonly string[]): Promise<PreviewedKeys> {
  const foresight = createForesight(plan, ports)
  const seen: Seen[] = []
  for (const entity of plan.source.entities) seen.push(await look(plan, foresight, { entity, keys }))
  return {
    records: seen.flatMap(it => [...it.records.values()].flat()),
    givenUp: [],
    targetUnread: seen.find(it => it.targetUnread)?.targetUnread ?? null,
  }
}

async function lookAt(plan: FlowPlan, foresight: Foresight, wish: Look): Promise<Seen> {
  if (wish.keys.length === 0) return { records: new Map(), targetUnread: null }
  return look(plan, foresight, wish)
}

/** Connections to look with; no run is begun. */
function openLook(plan: FlowPlan, ports: RunPorts): Promise<Run> {
  const options = { trigger: 'replay', actor: 'preview', mode: 'incremental' } as const
  return openRun({ id: 'preview', plan, ports, options, counters: newCounters(), lease: { hold: async () => {} } })
}

/** What counts most first. */
const BY_WEIGHT: readonly PreviewedRecord['would'][] = [
  'reject',
  'park',
  'delete',
  'create',
  'update',
  'filter',
  'same',
]

function told(letter: DeadLetterRow, from: ReplayPart['from'], seen: Seen): PreviewedLetter {
  const records = seen.records.get(letter.sourceKey) ?? []
  const would = BY_WEIGHT.find(it => records.some(record => record.would === it)) ?? 'missing'
  const failure = records.find(it => it.would === 'reject')?.failure
  return { letter, from, would, records, ...(failure ? { isSameFailure: failure.code === letter.failure.code } : {}) }
}
