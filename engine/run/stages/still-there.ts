import type { KnownRecord } from '../../core/ledger.ts'
import type { OpenStep } from '../types.ts'

/**
 * Known records without those that are in doubt and that the target holds no more: a run that was cut off had deleted them. They are new
 * then, where their source holds them again. One that is sent by its external key need not be asked for: it is made again.
 */
export async function stillThere(
  step: OpenStep,
  known: ReadonlyMap<string, KnownRecord>,
): Promise<ReadonlyMap<string, KnownRecord>> {
  const { operation, entity } = step.plan.sink
  const isSentByKey = operation === 'upsert' && step.write.operations.includes('upsert')
  const doubtful = [...known.values()].filter(it => it.fingerprint === '')
  if (isSentByKey || doubtful.length === 0) return known
  const values = doubtful.map(it => it.sinkKey)
  const found = await step.connection.find(entity, { field: 'id', values, select: [] })
  const held = new Set(found.map(it => it.sinkKey))
  return new Map([...known].filter(([, it]) => it.fingerprint !== '' || held.has(it.sinkKey)))
}
