import type { KnownRecord, RecordEvent, Settlement } from '../../core/ledger.ts'
import type { Cursor } from '../../core/record.ts'
import { countsSince, type MutableCounts } from '../counts.ts'
import { countDead, type Run } from '../run.ts'
import type { Draft, Ended, Item } from '../types.ts'
import { isLeft, leftDrafts } from '../verify/verifying.ts'
import { hadEndedAs, trackedHash } from './track.ts'
import { intentId } from './write.ts'

/** What a unit leads to. `checkpoint` only when all of it has ended: otherwise its records are read again. */
export interface UnitEnd {
  readonly items: readonly Item[]
  readonly checkpoint?: { readonly entity: string; readonly cursor: Cursor }
  readonly verification?: Settlement['verification']
  /** Drafts whose write was taken up by intents. */
  readonly intentsOf: readonly Draft[]
  readonly countsBefore: MutableCounts
}

/** Commits outcomes and checkpoint in one transaction: a crash on any line before it repeats the unit, a crash after it does not. */
export async function settle(run: Run, end: UnitEnd): Promise<void> {
  const at = run.ports.clock.now().toISOString()
  // an item that did not end was cut off by an error: it is not settled, and its page is read again
  const ended = end.items.filter((item): item is Item & { ended: Ended } => item.ended !== undefined)
  for (const item of ended) count(run, item.ended)
  // a difference that stays is not dealt with: the ledger goes on knowing what it knew, or the next run would call it unchanged
  const dealtWith = ended.filter(item => !isLeft(item))
  const fresh = dealtWith.filter(item => !item.ended.isRepeat)
  // a sweep notes what it met, also where nothing has changed: what it did not meet is gone
  const met =
    run.options.mode === 'sweep'
      ? dealtWith.filter(item => item.ended.is !== 'unchanged' || item.ended.did !== 'overtaken')
      : fresh
  // cut off after a part of it was written: read again, and found by a sweep if it is gone by then
  const begun = end.items.filter(item => !item.ended && item.drafts.some(draft => draft.result))
  await run.ports.ledger.settle({
    workspace: run.plan.workspace,
    runId: run.id,
    flow: run.plan.name,
    at,
    events: end.items.flatMap(item => eventsOf(run, item, at)),
    known: end.items.flatMap(item => item.drafts.flatMap(draft => knownOf(run, draft, at))),
    forgotten: end.items.flatMap(item => [...item.removed, ...item.drafts.flatMap(deletedOf)]),
    tracked: [...met.filter(item => !isDeletionDone(item)), ...begun].map(item => ({
      entity: item.entity,
      key: item.record.key,
      sourceHash: trackedHash(item.ended, item.sourceHash),
    })),
    untracked: fresh.filter(isDeletionDone).map(item => ({ entity: item.entity, key: item.record.key })),
    dead: fresh.flatMap(item => (item.ended.is === 'dead' ? [deadOf(run, item, item.ended)] : [])),
    parked: fresh.flatMap(item => (item.ended.is === 'parked' ? [parkedOf(run, item, item.ended.awaits)] : [])),
    healed: fresh
      .filter(item => item.ended.is !== 'dead' && (item.ended.is !== 'parked' || hadEndedAs(item.lastSeen, 'dead')))
      .map(item => ({ entity: item.entity, key: item.record.key })),
    intentsDone: end.intentsOf.map(draft => ({
      id: intentId(run, draft),
      outcome: draft.result ? ('written' as const) : ('refused' as const),
    })),
    counts: countsSince(end.countsBefore, run.counts),
    ...(end.checkpoint ? { checkpoint: end.checkpoint } : {}),
    ...(end.verification ? { verification: end.verification } : {}),
  })
  await touchLeft(run, ended.filter(isLeft))
}

/** They are there, whatever is wrong with them: no walk may take them for gone. */
async function touchLeft(run: Run, items: readonly Item[]): Promise<void> {
  const living = items.filter(item => item.record.change === 'upsert')
  for (const [entity, those] of Map.groupBy(living, item => item.entity))
    await run.ports.ledger.touch(
      run.plan.name,
      entity,
      those.map(item => item.record.key),
      run.id,
    )
}

/** A deletion that needs no further thought: the key is nobody's any more. One that died is thought of again. */
function isDeletionDone({ record, ended }: Item): boolean {
  return record.change === 'delete' && ended?.is !== 'dead'
}

function count(run: Run, ended: Ended): void {
  run.counts[ended.is] += 1
  // one that was dead before is no news: it does not make this run a partial one
  if (ended.is === 'dead' && !ended.isRepeat) countDead(run, ended.failure)
}

/** One line per sink record that was written or removed, and one per record that ended otherwise than as before. */
function eventsOf(run: Run, item: Item, at: string): RecordEvent[] {
  const { ended } = item
  const done = [
    ...item.drafts.flatMap(draft => writtenEvent(run, draft, at)),
    ...item.removed.map(row => removedEvent(run, item, row, at)),
    ...leftDrafts(item).map(draft => leftEvent(run, draft, at)),
  ]
  const isTold =
    ended?.is === 'written' || (ended?.is === 'deleted' && item.removed.length > 0) || leftDrafts(item).length > 0
  if (!ended || ended.isRepeat || isTold) return done
  return [
    ...done,
    {
      ...common(run, item, at),
      step: ended.is === 'dead' ? ended.step : '',
      sinkConnection: null,
      sinkEntity: null,
      sinkKey: item.drafts.find(draft => draft.planned?.sinkKey !== undefined)?.planned?.sinkKey ?? null,
      outcome: ended.is,
      did: didTo(item, ended.is === 'dead' ? '' : ended.is === 'parked' ? waitsFor(ended.awaits) : ended.did),
      changed: [],
      failure: ended.is === 'dead' ? ended.failure : null,
    },
  ]
}

function writtenEvent(run: Run, draft: Draft, at: string): RecordEvent[] {
  const { item, step, planned, result, difference } = draft
  if (!result) return []
  return [
    {
      ...common(run, item, at),
      step: step.name,
      sinkConnection: step.sink.connection,
      sinkEntity: step.sink.entity,
      sinkKey: result.sinkKey,
      outcome: result.did === 'looked-up' ? 'unchanged' : 'written',
      did: didTo(item, difference ? `${result.did}: was ${difference.is}` : result.did),
      changed: planned?.changed ?? [],
      attempt: result.tries ?? 1,
      failure: null,
    },
  ]
}

/** A verification found it and left it: for a person to see, and to look for in the audit trail. */
function leftEvent(run: Run, { item, step, planned, difference }: Draft, at: string): RecordEvent {
  return {
    ...common(run, item, at),
    step: step.name,
    sinkConnection: step.sink.connection,
    sinkEntity: step.sink.entity,
    sinkKey: planned?.sinkKey ?? null,
    outcome: 'unchanged',
    did: didTo(item, `left: ${difference?.is ?? ''}`),
    changed: difference?.fields ?? [],
    failure: null,
  }
}

function removedEvent(run: Run, item: Item, row: KnownRecord, at: string): RecordEvent {
  return {
    ...common(run, item, at),
    step: row.step,
    sinkConnection: row.sinkConnection,
    sinkEntity: row.sinkEntity,
    sinkKey: row.sinkKey,
    outcome: 'deleted',
    did: didTo(item, item.ended?.is === 'deleted' ? item.ended.did : 'deleted'),
    changed: [],
    failure: null,
  }
}

function common(run: Run, item: Item, at: string) {
  return {
    runId: run.id,
    flow: run.plan.name,
    flowHash: run.plan.hash,
    at,
    sourceConnection: run.plan.source.connection,
    sourceEntity: item.entity,
    sourceKey: item.record.key,
    sourceVersion: item.record.version ?? null,
    attempt: 1,
  }
}

/** The audit trail tells where a value came from: not from the source alone, when a person has edited the record. */
function didTo({ record }: Item, did: string): string {
  if (!record.asRead) return did
  return did === '' ? 'edited' : `${did}, edited`
}

function waitsFor(awaits: Extract<Ended, { is: 'parked' }>['awaits']): string {
  return `waits for ${awaits.map(it => `${it.sinkEntity} of ${it.sourceKey}`).join(', ')}`
}

/** A step whose operation is `delete` leaves nothing that could be referred to. */
function deletedOf({ planned, result }: Draft): KnownRecord[] {
  return planned?.operation === 'delete' && planned.known && result ? [planned.known] : []
}

function knownOf(run: Run, draft: Draft, at: string): KnownRecord[] {
  const { planned, result, item } = draft
  if (!planned || !result || planned.operation === 'delete') return []
  return [
    {
      flow: run.plan.name,
      step: draft.step.name,
      item: draft.element,
      sourceConnection: run.plan.source.connection,
      sourceEntity: item.entity,
      sourceKey: item.record.key,
      sinkConnection: draft.step.sink.connection,
      sinkEntity: draft.step.sink.entity,
      sinkKey: result.sinkKey,
      matchValue: planned.matchValue,
      fingerprint: planned.fingerprint,
      fieldHashes: planned.fieldHashes,
      sinkVersion: result.version ?? null,
      sourceVersion: item.record.version ?? null,
      runId: run.id,
      writtenAt: at,
    },
  ]
}

function deadOf(run: Run, item: Item, ended: Extract<Ended, { is: 'dead' }>) {
  return {
    flow: run.plan.name,
    step: ended.step,
    sourceConnection: run.plan.source.connection,
    sourceEntity: item.entity,
    sourceKey: item.record.key,
    sourceVersion: item.record.version ?? null,
    // an edit that did not help is not kept: the letter goes on showing what the source holds
    body: item.record.asRead ?? item.record.fields,
    readBy: item.record.readBy ?? run.plan.hash,
    change: item.record.change,
    failure: ended.failure,
  }
}

function parkedOf(run: Run, item: Item, awaits: Extract<Ended, { is: 'parked' }>['awaits']) {
  return {
    flow: run.plan.name,
    sourceConnection: run.plan.source.connection,
    sourceEntity: item.entity,
    sourceKey: item.record.key,
    sourceVersion: item.record.version ?? null,
    body: item.record.fields,
    readBy: item.record.readBy ?? run.plan.hash,
    awaits,
  }
}
