import { type Failure, toEngineError } from '../core/errors.ts'
import type { Ledger } from '../core/ledger.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { DataRecord } from '../core/record.ts'
import type { ReadRequest } from '../sdk/connector.ts'
import { deletionsOf } from './deletions.ts'
import { describe, endOf, type PreviewedRecord } from './differences.ts'
import { readKeys } from './keys.ts'
import { preflight } from './preflight.ts'
import { newCounters, openRun, type Run, selectOf, stepNamed } from './run.ts'
import { enrich } from './stages/enrich.ts'
import { filter } from './stages/filter.ts'
import { plan } from './stages/plan.ts'
import { newItem, track } from './stages/track.ts'
import { type Current, readTarget } from './target.ts'
import type { Draft, Item, OpenStep, RunPorts } from './types.ts'
import { shape } from './unit.ts'

export interface PreviewOptions {
  readonly limit: number
  /** Only these source keys. */
  readonly keys?: readonly string[]
  /** Records given by a person (`--from file.json`): nothing is read from the source. */
  readonly records?: readonly DataRecord[]
  /** From the beginning, instead of what the next run would read. */
  readonly all?: boolean
}

export interface Preview {
  readonly flow: string
  readonly records: readonly PreviewedRecord[]
  readonly read: number
  /** There was more than `limit`. */
  readonly isPartial: boolean
  /** The target could not be read: differences are against what the ledger knows, and nothing may be concluded from their absence. */
  readonly targetUnread: Failure | null
}

/** What a run would do, by the same planner, with the field-level difference against what the target holds now. Writes nothing. */
export async function preview(flow: FlowPlan, ports: RunPorts, options: PreviewOptions): Promise<Preview> {
  const { keys, all, records: given } = options
  const request = { trigger: 'manual', actor: 'preview', mode: all ? 'backfill' : 'incremental' } as const
  const run = await openRun({
    id: 'preview',
    plan: flow,
    ports,
    options: { ...request, ...(keys ? { keys } : {}) },
    counters: newCounters(),
    lease: { hold: async () => {} },
  })
  if (!given) await preflight(run)
  const [entity = ''] = flow.source.entities
  const { items: read, isPartial } = given
    ? { items: given.map(record => newItem(run, entity, record)), isPartial: false }
    : await readSome(run, options)
  const waiting = given || keys || isPartial ? [] : await waitingBesides(run, read, options.limit)
  const items = [...read, ...waiting]
  await filter(run, items)
  await enrich(run, items)
  const { records, targetUnread } = await inWaves(run, items)
  const deletions = given ? [] : await deletionsOf(run, items)
  // what goes on waiting is none of this run's business
  const taken = items.filter((item, index) => index < read.length || item.ended?.is !== 'parked')
  const sinkKeyOf = new Map(deletions.map(it => [it.item, it.rows[0]?.sinkKey ?? null]))
  for (const item of taken) {
    const ended = endOf(item)
    if (ended) records.push({ ...ended, sinkKey: sinkKeyOf.get(item) ?? null })
  }
  return { flow: flow.name, records, read: taken.length, isPartial, targetUnread }
}

/** Parked by earlier runs: the next one takes up those whose references it brings. */
async function waitingBesides(run: Run, read: readonly Item[], limit: number): Promise<readonly Item[]> {
  const isRead = new Set(read.map(item => `${item.entity}\n${item.record.key}`))
  const parked = await run.ports.ledger.parked(run.plan.name, limit)
  return parked
    .filter(it => it.sourceConnection === run.plan.source.connection)
    .filter(it => !isRead.has(`${it.sourceEntity}\n${it.sourceKey}`))
    .map(it => newItem(run, it.sourceEntity, { key: it.sourceKey, change: 'upsert', fields: it.body }))
}

interface Shown {
  readonly records: PreviewedRecord[]
  readonly targetUnread: Failure | null
}

/** As a run does it: what waits for a record that this run brings is taken up again, until nothing more is brought. */
async function inWaves(run: Run, items: Item[]): Promise<Shown> {
  const shown = new Map<Item, readonly PreviewedRecord[]>()
  const coming: Coming = new Map()
  let targetUnread: Failure | null = null
  for (let open: readonly Item[] = items, before = -1; open.length > 0 && coming.size > before; ) {
    before = coming.size
    targetUnread = (await oneWave(expecting(run, coming), open, shown)) ?? targetUnread
    for (const item of open) if (!item.ended) for (const draft of item.drafts) noteComing(run, draft, coming)
    open = items.flatMap((item, index) => {
      if (item.ended?.is !== 'parked' || coming.size === before) return []
      const again = { ...newItem(run, item.entity, item.record), variables: item.variables }
      shown.delete(item)
      items[index] = again
      return [again]
    })
  }
  return { records: [...shown.values()].flat(), targetUnread }
}

async function oneWave(
  run: Run,
  items: readonly Item[],
  shown: Map<Item, readonly PreviewedRecord[]>,
): Promise<Failure | null> {
  let targetUnread: Failure | null = null
  for (const step of run.steps) {
    const drafts = await shape(run, step, items)
    const current = await planAndRead(run, step, drafts).catch((thrown: unknown) => {
      targetUnread = toEngineError(thrown).toFailure()
      return undefined
    })
    // a step that would create its record has no id yet: later steps show where it will stand; one that is there has its own
    for (const draft of drafts)
      if (!draft.item.sinkKeys.has(step.plan.name))
        draft.item.sinkKeys.set(
          step.plan.name,
          current?.(draft)[0]?.sinkKey ?? idOf(step, draft) ?? `<id of ${step.plan.name}>`,
        )
    for (const draft of drafts)
      if (!draft.item.ended)
        shown.set(draft.item, [...(shown.get(draft.item) ?? []), describe(step, draft, current?.(draft)[0])])
  }
  return targetUnread
}

/** The id that its record has, or will have: where the flow matches on the target's own key, that is known before it is made. */
function idOf({ entity, plan }: OpenStep, { fields, planned }: Draft): string | undefined {
  const value = plan.sink.match === entity.key ? fields[entity.key] : undefined
  return planned?.sinkKey ?? (typeof value === 'string' ? value : undefined)
}

/** Ids that links would have after the run, by what is awaited. */
type Coming = Map<string, string>

function noteComing(run: Run, draft: Draft, coming: Coming): void {
  const { item, step } = draft
  if (step.sink.operation === 'delete') return
  const { connection, entity } = step.sink
  const sinkKey = idOf(stepNamed(run, step.name), draft) ?? `<id of ${entity} ${item.record.key}>`
  const source = [run.plan.source.connection, item.record.key]
  for (const named of ['', item.entity]) coming.set([connection, entity, ...source, named].join('\n'), sinkKey)
}

/** The run with a ledger that knows what is coming, besides what it knows already. */
function expecting(run: Run, coming: Coming): Run {
  const { ledger } = run.ports
  const resolveLinks: Ledger['resolveLinks'] = async links => {
    const known = await ledger.resolveLinks(links)
    const isKnown = new Set(known.map(it => it.link))
    const expected = links.flatMap(link => {
      const { sinkConnection, sinkEntity, sourceConnection, sourceKey, sourceEntity } = link
      const sinkKey = coming.get([sinkConnection, sinkEntity, sourceConnection, sourceKey, sourceEntity].join('\n'))
      return sinkKey === undefined || isKnown.has(link) ? [] : [{ link, sinkKeys: [sinkKey] }]
    })
    return [...known, ...expected]
  }
  return { ...run, ports: { ...run.ports, ledger: { ...ledger, resolveLinks } } }
}

async function readSome(run: Run, options: PreviewOptions): Promise<{ items: Item[]; isPartial: boolean }> {
  const items: Item[] = []
  for (const entity of run.plan.source.entities) {
    if (options.keys) {
      items.push(...(await tracked(run, entity, await readKeys(run, entity, options.keys))))
      continue
    }
    const records: DataRecord[] = []
    let isPartial = false
    for await (const page of run.source.read(entity, await requestOf(run, entity, options))) {
      records.push(...page.records)
      isPartial = items.length + records.length > options.limit
      if (isPartial) break
    }
    items.push(...(await tracked(run, entity, records.slice(0, options.limit - items.length))))
    if (isPartial) return { items, isPartial }
  }
  return { items, isPartial: false }
}

async function requestOf(run: Run, entity: string, options: PreviewOptions): Promise<ReadRequest> {
  const { ledger } = run.ports
  const after = options.all ? undefined : await ledger.checkpoint(run.plan.name, entity)
  return {
    ...(after === undefined ? {} : { after }),
    select: selectOf(run, entity),
    deletes: run.plan.onDelete.do !== 'ignore',
    pageSize: Math.min(options.limit + 1, 200),
  }
}

/** What ended otherwise than by dying is looked at once more: the target may hold something else by now, and a parked record may be due. */
async function tracked(run: Run, entity: string, records: readonly DataRecord[]): Promise<readonly Item[]> {
  const items = await track(run, entity, records)
  return items.map(item => {
    const { ended } = item
    if (!ended?.isRepeat || ended.is === 'dead' || (ended.is === 'unchanged' && ended.did === 'overtaken')) return item
    const again = newItem(run, entity, item.record)
    return item.lastSeen === undefined ? again : { ...again, lastSeen: item.lastSeen }
  })
}

async function planAndRead(run: Run, step: OpenStep, drafts: readonly Draft[]): Promise<Current> {
  await plan(run, step, drafts)
  return readTarget(step, drafts)
}
