import { toEngineError } from '../core/errors.ts'
import type { KnownRecord } from '../core/ledger.ts'
import type { JsonObject } from '../core/record.ts'
import type { WriteAnswer } from '../sdk/connector.ts'
import { doubt } from './doubt.ts'
import { mayWrite, type Run } from './run.ts'
import { silent } from './stages/write.ts'
import type { Item, OpenStep } from './types.ts'

interface Target {
  readonly item: Item
  readonly row: KnownRecord
  readonly fields: JsonObject
}

/** Changes to records that are addressed by the target's own id: said twice, they say the same. */
export interface Changes {
  readonly step: OpenStep
  readonly operation: 'update' | 'delete'
  readonly targets: readonly Target[]
}

/** Sends them in batches. What was carried out is noted with its item, as far as it came when it is cut off; a refused one ends its item as dead. */
export async function sendAll(run: Run, changes: Changes): Promise<void> {
  const { step, targets } = changes
  if (targets.length > 0) await mayWrite(run)
  await doubt(
    run,
    targets.map(it => it.row),
  )
  for (let at = 0; at < targets.length; at += step.write.maxBatch) {
    await mayWrite(run)
    await sendSome({ ...changes, targets: targets.slice(at, at + step.write.maxBatch) })
  }
}

async function sendSome(changes: Changes): Promise<void> {
  const { step, targets } = changes
  const answers = await write(changes).catch((thrown: unknown) => {
    const error = toEngineError(thrown)
    if (error.kind === 'uncertain') return write(changes)
    if (error.kind !== 'record') throw error
    return targets.length > 1 ? undefined : [{ is: 'refused' as const, ref: '0', error }]
  })
  if (!answers) {
    // refused as a whole because of something in it: halves are tried until the culprit stands alone
    const middle = Math.ceil(targets.length / 2)
    await sendSome({ ...changes, targets: targets.slice(0, middle) })
    return sendSome({ ...changes, targets: targets.slice(middle) })
  }
  const byRef = new Map(answers.map(answer => [answer.ref, answer]))
  targets.forEach(({ item, row }, index) => {
    const answer = byRef.get(String(index))
    if (answer?.is === 'written') item.removed.push(row)
    else item.ended = { is: 'dead', step: step.plan.name, failure: (answer?.error ?? silent(step)).toFailure() }
  })
}

function write({ step, operation, targets }: Changes): Promise<readonly WriteAnswer[]> {
  return step.connection.write(step.plan.sink.entity, {
    operation,
    options: step.plan.sink.options,
    records: targets.map(({ row, fields }, index) => ({ ref: String(index), sinkKey: row.sinkKey, fields })),
  })
}
