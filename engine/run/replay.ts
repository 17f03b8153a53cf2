import type { DeadLetterRow } from '../core/ledger.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { DataRecord } from '../core/record.ts'
import { preflight } from './preflight.ts'
import { recover } from './recover.ts'
import { entityOf, type Run, selectOf } from './run.ts'
import { execute } from './run-flow.ts'
import type { RunPorts, RunReport } from './types.ts'
import { processUnit } from './unit.ts'

export interface ReplayOptions {
  readonly actor: string
  readonly letters: readonly DeadLetterRow[]
  /** stored: from the body that was kept. source: read again, by key, as it is now. */
  readonly from: 'stored' | 'source'
}

const CHUNK = 500

/**
 * Takes dead letters through the *current* flow. One that has been overtaken (its key was written after it died) is closed without
 * a write: an old version never replaces a newer one.
 */
export function replay(plan: FlowPlan, ports: RunPorts, options: ReplayOptions): Promise<RunReport> {
  const first = options.letters[0]
  const run = { trigger: 'replay', actor: options.actor, mode: 'incremental' } as const
  return execute(plan, ports, run, first?.runId ?? null, async opened => {
    await preflight(opened)
    await recover(opened)
    for (const [entity, letters] of Map.groupBy(options.letters, it => it.sourceEntity))
      for (let at = 0; at < letters.length; at += CHUNK) {
        const chunk = letters.slice(at, at + CHUNK)
        const records =
          options.from === 'stored' ? await stored(opened, chunk) : await fromSource(opened, entity, chunk)
        const keyed = { ...opened, options: { ...opened.options, keys: records.map(it => it.key) } }
        await processUnit(keyed, { entity, records: await notOvertaken(keyed, entity, records, chunk) })
      }
  })
}

async function stored(run: Run, letters: readonly DeadLetterRow[]): Promise<DataRecord[]> {
  const records: DataRecord[] = []
  for (const letter of letters) {
    const fields = await run.ports.ledger.deadBody(letter.id)
    if (!fields) continue
    records.push({
      key: letter.sourceKey,
      change: letter.change,
      fields,
      ...(letter.sourceVersion === null ? {} : { version: letter.sourceVersion }),
    })
  }
  return records
}

async function fromSource(run: Run, entity: string, letters: readonly DeadLetterRow[]): Promise<DataRecord[]> {
  const values = letters.map(it => it.sourceKey)
  const where = { field: entityOf(run.source.connector, entity).key, values }
  const records: DataRecord[] = []
  for await (const page of run.source.read(entity, { where, select: selectOf(run, entity), deletes: false }))
    records.push(...page.records)
  const found = new Set(records.map(it => it.key))
  // what is not there any more is a deletion, and goes the way of deletions
  for (const key of values) if (!found.has(key)) records.push({ key, change: 'delete', fields: {} })
  return records
}

async function notOvertaken(
  run: Run,
  entity: string,
  records: readonly DataRecord[],
  letters: readonly DeadLetterRow[],
): Promise<readonly DataRecord[]> {
  const died = new Map(letters.map(it => [it.sourceKey, it.lastSeenAt]))
  const known = await run.ports.ledger.known(run.plan.name, run.plan.source.connection, entity, [...died.keys()])
  const overtaken = new Set(known.filter(it => it.writtenAt > (died.get(it.sourceKey) ?? '')).map(it => it.sourceKey))
  const late = records.filter(record => overtaken.has(record.key) && record.change === 'upsert')
  if (late.length > 0) await closeOvertaken(run, entity, late)
  return records.filter(record => !late.includes(record))
}

async function closeOvertaken(run: Run, entity: string, late: readonly DataRecord[]): Promise<void> {
  run.counts.read += late.length
  run.counts.unchanged += late.length
  const at = run.ports.clock.now().toISOString()
  await run.ports.ledger.settle({
    workspace: run.plan.workspace,
    runId: run.id,
    flow: run.plan.name,
    at,
    events: late.map(record => ({
      runId: run.id,
      flow: run.plan.name,
      flowHash: run.plan.hash,
      step: '',
      at,
      sourceConnection: run.plan.source.connection,
      sourceEntity: entity,
      sourceKey: record.key,
      sourceVersion: record.version ?? null,
      sinkConnection: null,
      sinkEntity: null,
      sinkKey: null,
      outcome: 'unchanged',
      did: 'overtaken: a newer version has been written since it died',
      changed: [],
      attempt: 2,
      failure: null,
    })),
    known: [],
    forgotten: [],
    tracked: [],
    untracked: [],
    dead: [],
    parked: [],
    healed: late.map(record => ({ entity, key: record.key })),
    intentsDone: [],
    counts: { read: late.length, unchanged: late.length },
  })
}
