import { toEngineError } from '../core/errors.ts'
import type { KnownRecord, Settlement } from '../core/ledger.ts'
import type { OnDelete } from '../core/plan.ts'
import type { JsonObject } from '../core/record.ts'
import type { Batch } from '../sdk/connector.ts'
import { cancelledIf, entityOf, type Run, stepNamed } from './run.ts'
import { scopeOf } from './stages/filter.ts'
import type { Item, OpenStep } from './types.ts'

/**
 * What a deletion at the source leads to. A key that lives at the source again (deleted and made anew, or reported too early) is left alone:
 * the source is asked before anything is taken away.
 */
export async function deleteAtTarget(run: Run, items: readonly Item[]): Promise<Settlement['forgotten']> {
  const gone = items.filter(item => !item.ended && item.record.change === 'delete')
  if (gone.length === 0) return []
  const { onDelete } = run.plan
  if (onDelete.do === 'ignore') {
    for (const item of gone) item.ended = { is: 'unchanged', did: 'deletion ignored' }
    return []
  }
  const known = await knownOf(run, gone)
  for (const item of gone)
    if (!known.has(nameOf(item))) item.ended = { is: 'unchanged', did: 'deletion of an unknown record' }
  await spareTheLiving(run, gone)
  const open = gone.filter(item => !item.ended)
  return onDelete.do === 'delete' ? removeAll(run, open, known) : mark(run, onDelete, open, known)
}

async function knownOf(run: Run, items: readonly Item[]): Promise<Map<string, KnownRecord[]>> {
  const found = new Map<string, KnownRecord[]>()
  for (const [entity, those] of Map.groupBy(items, item => item.entity)) {
    const keys = those.map(item => item.record.key)
    const rows = await run.ports.ledger.known(run.plan.name, run.plan.source.connection, entity, keys)
    for (const row of rows) {
      const name = [entity, row.sourceKey].join('\n')
      found.set(name, [...(found.get(name) ?? []), row])
    }
  }
  return found
}

function nameOf(item: Item): string {
  return [item.entity, item.record.key].join('\n')
}

async function spareTheLiving(run: Run, items: readonly Item[]): Promise<void> {
  for (const [entity, those] of Map.groupBy(
    items.filter(item => !item.ended),
    item => item.entity,
  )) {
    const alive = await livingKeys(
      run,
      entity,
      those.map(item => item.record.key),
    )
    for (const item of those)
      if (alive.has(item.record.key)) item.ended = { is: 'unchanged', did: 'deleted, but there again' }
  }
}

/** Which of these keys the source holds now. */
export async function livingKeys(run: Run, entity: string, keys: readonly string[]): Promise<Set<string>> {
  const alive = new Set<string>()
  if (keys.length === 0) return alive
  const { key } = entityOf(run.source.connector, entity)
  const request = { where: { field: key, values: keys }, select: [key], deletes: false }
  for await (const page of run.source.read(entity, request)) for (const record of page.records) alive.add(record.key)
  return alive
}

/** Last step first: children go before what they hang on. */
async function removeAll(
  run: Run,
  items: readonly Item[],
  known: ReadonlyMap<string, readonly KnownRecord[]>,
): Promise<Settlement['forgotten']> {
  const forgotten: KnownRecord[] = []
  for (const step of run.steps.toReversed()) {
    const targets = items.flatMap(item =>
      (known.get(nameOf(item)) ?? []).filter(it => it.step === step.plan.name).map(row => ({ item, row })),
    )
    for (let at = 0; at < targets.length; at += step.write.maxBatch) {
      cancelledIf(run)
      const chunk = targets.slice(at, at + step.write.maxBatch)
      const answers = await step.connection.write(step.plan.sink.entity, {
        operation: 'delete',
        options: step.plan.sink.options,
        records: chunk.map(({ row }, index) => ({ ref: String(index), sinkKey: row.sinkKey, fields: {} })),
      })
      for (const answer of answers) {
        const target = chunk[Number(answer.ref)]
        if (!target) continue
        if (answer.is === 'written') forgotten.push(target.row)
        else target.item.ended = { is: 'dead', step: step.plan.name, failure: answer.error.toFailure() }
      }
    }
  }
  for (const item of items) if (!item.ended) item.ended = { is: 'deleted', did: 'deleted' }
  return forgotten
}

/** Writes the fields of `onDelete.map` into the record that stands for the deleted one: a status, usually. */
async function mark(
  run: Run,
  onDelete: Extract<OnDelete, { do: 'map' }>,
  items: readonly Item[],
  known: ReadonlyMap<string, readonly KnownRecord[]>,
): Promise<Settlement['forgotten']> {
  const step = stepNamed(run, onDelete.step)
  const answers = await onDelete.map.evaluate(items.map(scopeOf))
  const forgotten: KnownRecord[] = []
  const open: { readonly item: Item; readonly row: KnownRecord; readonly fields: JsonObject }[] = []
  items.forEach((item, index) => {
    const answer = answers[index]
    const rows = (known.get(nameOf(item)) ?? []).filter(row => row.step === step.plan.name)
    if (!answer?.ok)
      item.ended = {
        is: 'dead',
        step: step.plan.name,
        failure: answer?.failure ?? toEngineError('no value').toFailure(),
      }
    else for (const row of rows) open.push({ item, row, fields: answer.value as JsonObject })
  })
  for (let at = 0; at < open.length; at += step.write.maxBatch) {
    cancelledIf(run)
    const chunk = open.slice(at, at + step.write.maxBatch)
    for (const answer of await step.connection.write(step.plan.sink.entity, markBatch(step, chunk))) {
      const target = chunk[Number(answer.ref)]
      if (!target) continue
      if (answer.is === 'refused')
        target.item.ended = { is: 'dead', step: step.plan.name, failure: answer.error.toFailure() }
      // forgotten, so that the same key made anew is written in full
      else forgotten.push(target.row)
    }
  }
  for (const item of items) if (!item.ended) item.ended = { is: 'deleted', did: 'marked' }
  return forgotten
}

function markBatch(
  step: OpenStep,
  chunk: readonly { readonly row: KnownRecord; readonly fields: JsonObject }[],
): Batch {
  return {
    operation: 'update',
    options: step.plan.sink.options,
    records: chunk.map(({ row, fields }, index) => ({ ref: String(index), sinkKey: row.sinkKey, fields })),
  }
}
