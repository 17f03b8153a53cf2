import type { EventRow } from '../../core/ledger.ts'
import { csv } from '../show/csv.ts'

const COLUMNS: Readonly<Record<string, (it: EventRow) => string>> = {
  id: it => String(it.id),
  at: it => it.at,
  run: it => it.runId,
  flow: it => it.flow,
  flowHash: it => it.flowHash,
  step: it => it.step,
  sourceConnection: it => it.sourceConnection,
  sourceEntity: it => it.sourceEntity,
  sourceKey: it => it.sourceKey,
  sourceVersion: it => it.sourceVersion ?? '',
  sinkConnection: it => it.sinkConnection ?? '',
  sinkEntity: it => it.sinkEntity ?? '',
  sinkKey: it => it.sinkKey ?? '',
  outcome: it => it.outcome,
  did: it => it.did,
  changed: it => it.changed.join(' '),
  attempt: it => String(it.attempt),
  code: it => it.failure?.code ?? '',
  message: it => it.failure?.message ?? '',
}

/** A page of events as lines of a file; the first page of a CSV file begins with the names of the columns. */
export const LINES: Readonly<Record<'csv' | 'jsonl', (events: readonly EventRow[], isFirst: boolean) => string>> = {
  jsonl: events => events.map(it => `${JSON.stringify(it)}\n`).join(''),
  csv: (events, isFirst) => {
    const rows = events.map(event => Object.values(COLUMNS).map(cell => cell(event)))
    const [header = [], ...all] = isFirst ? [Object.keys(COLUMNS), ...rows] : rows
    return header.length > 0 ? csv(header, all) : ''
  },
}
