import type { EnrichPlan } from '../../core/plan.ts'
import type { DataRecord, Json } from '../../core/record.ts'
import type { Run } from '../run.ts'
import type { Item } from '../types.ts'
import { scopeOf } from './filter.ts'

/** Reads related records in batches and puts them in scope: one read for all keys of a unit, none a record. */
export async function enrich(run: Run, items: readonly Item[]): Promise<void> {
  for (const plan of run.plan.enrich) {
    const open = items.filter(item => !item.ended && item.record.change === 'upsert')
    if (open.length === 0) return
    const wanted = await keysOf(plan, open)
    const found = await readAll(run, plan, [...new Set([...wanted.values()].flat())])
    for (const [item, keys] of wanted) {
      const matches = keys.flatMap(key => found.get(key) ?? [])
      const value: Json | undefined = plan.many ? matches.map(it => it.fields) : matches[0]?.fields
      item.variables = { ...item.variables, [plan.name]: value }
    }
  }
}

/** The values to look for, per record: a document has one per line. Records without any are left out. */
async function keysOf(plan: EnrichPlan, items: readonly Item[]): Promise<Map<Item, readonly string[]>> {
  const answers = await plan.key.evaluate(items.map(scopeOf))
  const keys = new Map<Item, readonly string[]>()
  items.forEach((item, index) => {
    const answer = answers[index]
    if (!answer) return
    if (!answer.ok) item.ended = { is: 'dead', step: `enrich ${plan.name}`, failure: answer.failure }
    else {
      const given = Array.isArray(answer.value) ? (answer.value as readonly Json[]) : [answer.value]
      const values = given.flatMap(it => (it === undefined || it === null || it === '' ? [] : [String(it)]))
      if (values.length > 0) keys.set(item, [...new Set(values)])
    }
  })
  return keys
}

async function readAll(run: Run, plan: EnrichPlan, values: readonly string[]): Promise<Map<string, DataRecord[]>> {
  const byValue = new Map<string, DataRecord[]>()
  if (values.length === 0) return byValue
  const connection = await run.ports.open(plan.connection)
  const select = plan.select === 'all' ? ('all' as const) : [...new Set([...plan.select, plan.field])]
  for await (const page of connection.read(plan.entity, {
    where: { field: plan.field, values },
    select,
    deletes: false,
  })) {
    for (const record of page.records) {
      const value = String(valueAt(record, plan.field) ?? '')
      const bucket = byValue.get(value)
      if (bucket) bucket.push(record)
      else byValue.set(value, [record])
    }
  }
  return byValue
}

function valueAt(record: DataRecord, path: string): Json | undefined {
  let value: Json | undefined = record.fields
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = (value as { readonly [field: string]: Json })[name]
  }
  return value
}
