import type { ReadyRecord, Settlement } from '../core/ledger.ts'
import type { Cursor, DataRecord } from '../core/record.ts'
import { traced } from '../sdk/trace.ts'
import { noCounts } from './counts.ts'
import { deleteAtTarget, deletesElements, deleteVanished } from './deletions.ts'
import { readKeys } from './keys.ts'
import type { Run } from './run.ts'
import { compare, confirm } from './stages/compare.ts'
import { conform } from './stages/conform.ts'
import { enrich } from './stages/enrich.ts'
import { filter } from './stages/filter.ts'
import { map } from './stages/map.ts'
import { plan } from './stages/plan.ts'
import { resolve } from './stages/resolve.ts'
import { settle } from './stages/settle.ts'
import { isAsBefore, track } from './stages/track.ts'
import { write } from './stages/write.ts'
import type { Draft, Item, OpenStep } from './types.ts'
import { isLeft, noteFindings } from './verify/verifying.ts'

/** Records that go through the stages together and settle together: one or more pages of one entity. */
export interface Unit {
  readonly entity: string
  readonly records: readonly DataRecord[]
  /** Where the walk stands when all of them have ended; absent for replays and parked records. */
  readonly cursor?: Cursor
  /** How many of them this run has counted as parked already. */
  readonly reentered?: number
  /** Of a verification: how far it stands when all of them have ended. */
  readonly verification?: () => Settlement['verification']
}

/** A record's way, top to bottom. Throws when the run cannot go on; what was written until then is settled all the same. */
export function processUnit(run: Run, unit: Unit): Promise<void> {
  const attributes = { 'ml_connector.entity': unit.entity, 'ml_connector.records': unit.records.length }
  return traced('unit', attributes, () => processStages(run, unit))
}

async function processStages(run: Run, unit: Unit): Promise<void> {
  const before = noCounts()
  Object.assign(before, run.counts)
  const reentered = unit.reentered ?? 0
  run.counts.read += unit.records.length - reentered
  run.counts.parked -= reentered
  const items = await traced('track', {}, () => track(run, unit.entity, unit.records))
  try {
    await traced('filter', {}, () => filter(run, items))
    if (run.plan.enrich.length > 0) await traced('enrich', {}, () => enrich(run, items))
    for (const step of run.steps) {
      const inStep = { 'ml_connector.step': step.plan.name }
      const drafts = await traced('map', inStep, () => shape(run, step, items))
      await traced('plan', inStep, () => plan(run, step, drafts))
      if (run.verifying) await traced('compare', inStep, () => compare(run, step, drafts))
      await traced('write', inStep, () => write(run, step, drafts))
      if (run.verifying) await traced('confirm', inStep, () => confirm(run, step, drafts))
    }
    await traced('delete', {}, async () => {
      await deleteVanished(run, items)
      await deleteAtTarget(run, items)
    })
  } catch (thrown) {
    // nothing that the target has accepted may be forgotten: it settles without the checkpoint, and the rest is read again
    for (const item of items) if (isWhole(run, item)) conclude(item)
    await settle(run, { items, intentsOf: takenUp(items), countsBefore: before })
    throw thrown
  }
  for (const item of items) {
    conclude(item)
    if (run.verifying && item.ended && !isLeft(item) && isAsBefore(item)) item.ended = { ...item.ended, isRepeat: true }
    if (item.ended?.is === 'parked' && item.ended.isRepeat) run.parkedAgain.add(`${item.entity}\n${item.record.key}`)
  }
  if (run.verifying) noteFindings(run.verifying, items)
  const verification = unit.verification?.()
  await traced('settle', {}, () =>
    settle(run, {
      items,
      intentsOf: takenUp(items),
      countsBefore: before,
      ...(unit.cursor ? { checkpoint: { entity: unit.entity, cursor: unit.cursor } } : {}),
      ...(verification ? { verification } : {}),
    }),
  )
}

/**
 * Parked records whose references are known now: as a unit of their own, from the body that was kept. A body that another version of the
 * flow read may lack fields that this one maps, and would empty them at the target: those records are read again.
 */
export async function processParked(run: Run, entity: string, parked: readonly ReadyRecord[]): Promise<void> {
  const [own, outdated] = [true, false].map(isOwn => parked.filter(it => (it.readBy === run.plan.hash) === isOwn))
  const again = outdated?.length
    ? await readKeys(
        run,
        entity,
        outdated.map(it => it.sourceKey),
      )
    : []
  const kept = (own ?? []).map(it => ({
    key: it.sourceKey,
    change: 'upsert' as const,
    fields: it.body,
    ...(it.sourceVersion === null ? {} : { version: it.sourceVersion }),
  }))
  const records = [...kept, ...again]
  const reentered = parked.filter(
    it => it.parkedByRun === run.id || run.parkedAgain.has(`${entity}\n${it.sourceKey}`),
  ).length
  // by key: the dedup memory would call them parked again
  const options = { ...run.options, keys: records.map(it => it.key) }
  await processUnit({ ...run, options }, { entity, records, reentered })
}

/** map → resolve → conform: the sink records of one step. Shared with preview. */
export async function shape(run: Run, step: OpenStep, items: readonly Item[]): Promise<readonly Draft[]> {
  const drafts = await map(run, step, items)
  await resolve(run, drafts)
  conform(step, drafts)
  return drafts
}

/** Has every step of this item had its answer? Only then is its end known when the unit was cut off. */
function isWhole(run: Run, item: Item): boolean {
  if (item.ended) return true
  // what its vanished elements became may still be there
  if (deletesElements(run)) return false
  const isDone = (draft: Draft) => draft.result !== undefined || draft.planned?.operation === 'none'
  return (
    item.record.change === 'upsert' &&
    run.steps.every(step => item.sinkKeys.has(step.plan.name)) &&
    item.drafts.every(isDone)
  )
}

function conclude(item: Item): void {
  if (item.ended) return
  const results = item.drafts.flatMap(draft => (draft.result ? [draft.result] : []))
  if (results.some(it => it.did !== 'looked-up') || item.removed.length > 0) item.ended = { is: 'written', did: '' }
  else if (results.length > 0) item.ended = { is: 'unchanged', did: 'looked-up', isRepeat: false }
  else if (item.drafts.length > 0) item.ended = { is: 'unchanged', did: 'same' }
  else item.ended = { is: 'filtered', did: 'no step takes it' }
}

/** Announced writes of which it is known what became of them; the rest stay open, to be looked up by the next run. */
function takenUp(items: readonly Item[]): Draft[] {
  return items.flatMap(item => item.drafts.filter(draft => draft.isAnnounced && (draft.result || draft.isRefused)))
}
