import { toEngineError } from '../core/errors.ts'
import type { KnownRecord } from '../core/ledger.ts'
import type { OnDelete } from '../core/plan.ts'
import type { JsonObject } from '../core/record.ts'
import { livingKeys } from './living.ts'
import { type Run, stepNamed } from './run.ts'
import { sendAll } from './send.ts'
import { scopeOf } from './stages/filter.ts'
import type { Item, OpenStep } from './types.ts'

/** A deletion that is to be acted upon, and what this flow has written for the record that is gone. */
export interface Deletion {
  readonly item: Item
  readonly rows: readonly KnownRecord[]
}

/**
 * What deletions at the source lead to.
 */
export async function deleteAtTarget(run: Run, items: readonly Item[]): Promise<void> {
  const { onDelete } = run.plan
  const open = await deletionsOf(run, items)
  if (mayOnlyLook(run)) return leave(open)
  if (onDelete.do === 'delete') await removeAll(run, open)
  if (onDelete.do === 'map') await mark(run, onDelete, open)
}

/**
 * The deletions that this flow acts upon; all others end here. A key that lives at the source (deleted and made anew, or reported too
 * early) is left as it is, whatever it waits for or died of: the source is asked before anything is taken away. Shared with preview.
 */
export async function deletionsOf(run: Run, items: readonly Item[]): Promise<readonly Deletion[]> {
  const gone = items.filter(item => !item.ended && item.record.change === 'delete')
  const found: Deletion[] = []
  for (const [entity, those] of Map.groupBy(gone, item => item.entity)) {
    const keys = those.map(item => item.record.key)
    const known = await run.ports.ledger.known(run.plan.name, run.plan.source.connection, entity, keys)
    const rowsOf = Map.groupBy(known, row => row.sourceKey)
    const held = those.filter(item => item.lastSeen !== undefined || rowsOf.has(item.record.key))
    const alive = await livingKeys(
      run,
      entity,
      held.map(item => item.record.key),
    )
    for (const item of those) {
      const rows = (rowsOf.get(item.record.key) ?? []).filter(row => isOurs(run, row))
      const end = endWithout(run, item, { isHeld: held.includes(item), isAlive: alive.has(item.record.key), rows })
      if (end) item.ended = end
      else found.push({ item, rows })
    }
  }
  return found
}

/**
 * Elements of `each` that a record had and has no longer: what they became goes too, where the flow deletes. Only records that have come
 * this far are looked at; one that died may have had no chance to say what its elements are.
 */
export async function deleteVanished(run: Run, items: readonly Item[]): Promise<void> {
  const open = items.filter(item => !item.ended && item.record.change === 'upsert')
  if (!deletesElements(run) || open.length === 0) return
  const steps = run.steps.filter(step => step.plan.each)
  for (const [entity, those] of Map.groupBy(open, item => item.entity)) {
    const keys = those.map(item => item.record.key)
    const known = await run.ports.ledger.known(run.plan.name, run.plan.source.connection, entity, keys)
    const bySource = Map.groupBy(known, row => row.sourceKey)
    for (const step of steps.toReversed()) {
      const targets = those.flatMap(item =>
        rowsOf(step, { item, rows: bySource.get(item.record.key) ?? [] })
          .filter(row => !isStillThere(item, row))
          .map(row => ({ item, row, fields: {} })),
      )
      if (mayOnlyLook(run)) for (const { item, row } of targets) item.leftOver.push(row)
      else await sendAll(run, { step, operation: 'delete', targets })
    }
  }
}

const mayOnlyLook = ({ verifying }: Run) => verifying?.heal === false

/** A verification that only looks says what should have been deleted. */
function leave(open: readonly Deletion[]): void {
  for (const { item, rows } of open) {
    item.leftOver.push(...rows)
    item.ended = { is: 'unchanged', did: 'left: gone from the source' }
  }
}

export function deletesElements(run: Run): boolean {
  return run.plan.onDelete.do === 'delete' && run.steps.some(step => step.plan.each)
}

/** A step that is not taken says nothing about elements. */
function isStillThere(item: Item, row: KnownRecord): boolean {
  if (item.sinkKeys.get(row.step) === null) return true
  return item.drafts.some(draft => draft.step.name === row.step && draft.element === row.item)
}

interface Standing {
  readonly isHeld: boolean
  readonly isAlive: boolean
  readonly rows: readonly KnownRecord[]
}

/** How a deletion ends for which nothing is to be done at the target. */
function endWithout(run: Run, item: Item, { isHeld, isAlive, rows }: Standing): Item['ended'] {
  if (!isHeld) return { is: 'unchanged', did: 'deletion of an unknown record', isRepeat: true }
  if (isAlive) return { is: 'unchanged', did: 'deleted, but there again', isRepeat: true }
  if (rows.length === 0) return { is: 'unchanged', did: 'deletion of a record that was not written' }
  return run.plan.onDelete.do === 'ignore' ? { is: 'unchanged', did: 'deletion ignored' } : item.ended
}

/** Written by a step as it is now: ids of another system, or of another entity, mean something else there. */
function isOurs(run: Run, row: KnownRecord): boolean {
  return run.steps.some(({ plan: { name, sink } }) => isOf(row, name, sink))
}

function isOf(row: KnownRecord, step: string, sink: OpenStep['plan']['sink']): boolean {
  return row.step === step && row.sinkConnection === sink.connection && row.sinkEntity === sink.entity
}

const rowsOf = (step: OpenStep, { rows }: Deletion) => rows.filter(row => isOf(row, step.plan.name, step.plan.sink))

/** Last step first: children go before what they hang on, and what a refused child hangs on stays. */
async function removeAll(run: Run, open: readonly Deletion[]): Promise<void> {
  for (const step of run.steps.toReversed()) {
    const targets = open
      .filter(it => !it.item.ended)
      .flatMap(it => rowsOf(step, it).map(row => ({ item: it.item, row, fields: {} })))
    await sendAll(run, { step, operation: 'delete', targets })
  }
  for (const { item } of open) item.ended ??= { is: 'deleted', did: 'deleted' }
}

/** Writes the fields of `onDelete.map` into the record that stands for the deleted one: a status, usually. */
async function mark(run: Run, onDelete: Extract<OnDelete, { do: 'map' }>, open: readonly Deletion[]): Promise<void> {
  const step = stepNamed(run, onDelete.step)
  const answers = await onDelete.map.evaluate(open.map(({ item }) => scopeOf(item)))
  const targets = open.flatMap((it, index) => {
    const answer = answers[index]
    if (answer?.ok) return rowsOf(step, it).map(row => ({ item: it.item, row, fields: answer.value as JsonObject }))
    const failure = answer?.failure ?? toEngineError('no value').toFailure()
    it.item.ended = { is: 'dead', step: step.plan.name, failure }
    return []
  })
  await sendAll(run, { step, operation: 'update', targets })
  for (const { item } of open) item.ended ??= { is: 'deleted', did: 'marked' }
}
