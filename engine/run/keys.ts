import type { DataRecord } from '../core/record.ts'
import { entityOf, type Run, selectOf } from './run.ts'

/** These keys as the source holds them now. What it holds no more goes the way of deletions, where this flow has ever met it. */
export async function readKeys(run: Run, entity: string, keys: readonly string[]): Promise<readonly DataRecord[]> {
  const { key: field } = entityOf(run.source.connector, entity)
  const request = { where: { field, values: keys }, select: selectOf(run, entity), deletes: false }
  const records: DataRecord[] = []
  for await (const page of run.source.read(entity, request)) records.push(...page.records)
  const found = new Set(records.map(it => it.key))
  const missing = keys.filter(key => !found.has(key))
  const met = await metBefore(run, entity, missing)
  const strange = missing.filter(key => !met.has(key))
  if (strange.length > 0) run.ports.log.info('the source holds no such record', { entity, keys: strange })
  return [...records, ...[...met].map((key): DataRecord => ({ key, change: 'delete', fields: {} }))]
}

async function metBefore(run: Run, entity: string, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const { ledger } = run.ports
  const seen = await ledger.tracked(run.plan.name, entity, keys)
  const known = await ledger.known(run.plan.name, run.plan.source.connection, entity, keys)
  return new Set([...seen.keys(), ...known.map(it => it.sourceKey)])
}
