/**
 * Lineage over a large audit trail: `node test/bench/why.ts [events]` (1,000,000). Fills a ledger through its own door, then asks what the
 * command line, the dashboard and the API ask. Prints a table and, last, one JSON object.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventFilter, Ledger, RecordEvent } from '../../engine/core/ledger.ts'
import { openSqliteLedger } from '../../engine/ledger/index.ts'
import { countingSealer, event, known, later, settlement, started } from '../ledger/records.ts'

const EVENTS = Number(process.argv[2] ?? process.env['BENCH_EVENTS'] ?? 1_000_000)
const PAGE = 1_000
const RECORDS = Math.ceil(EVENTS / 5)
const FLOWS = 10
const TURNS = 9

const folder = mkdtempSync(join(tmpdir(), 'bench-why-'))
const file = join(folder, 'ledger.db')
const failure = { kind: 'record', code: 'ZOHO_INVALID_DATA', message: 'Email is no address' } as const
const keyOf = (no: number) => `V${String(no % RECORDS).padStart(8, '0')}`
const sinkOf = (no: number) => `5725767000${no % RECORDS}`

/** One record in fifty dies, one in ten is unchanged, one key in all has a very long history. */
function eventOf(no: number, runId: string, flow: string): RecordEvent {
  const key = no % 500 === 7 ? keyOf(1) : keyOf(no)
  const common = { runId, flow, at: later(no), sinkKey: no % 500 === 7 ? sinkOf(1) : sinkOf(no) }
  // once each, long ago: what an index must not have to search the whole trail for
  if (no === 5 || no === 6) return event(key, { ...common, outcome: no === 5 ? 'parked' : 'deleted' })
  if (no % 50 === 3) return event(key, { ...common, outcome: 'dead', failure, sinkKey: null, did: '' })
  return event(key, no % 10 === 4 ? { ...common, outcome: 'unchanged', did: 'same', changed: [] } : common)
}

async function fill(ledger: Ledger): Promise<void> {
  for (let from = 0; from < EVENTS; from += PAGE) {
    const [runId, flow] = [`run-${from / PAGE}`, `flow-${(from / PAGE) % FLOWS}`]
    await ledger.startRun(started({ id: runId, flow, startedAt: later(from) }))
    const numbers = Array.from({ length: Math.min(PAGE, EVENTS - from) }, (_, no) => from + no)
    const events = numbers.map(no => eventOf(no, runId, flow))
    const links = numbers.filter(no => no < RECORDS).map(no => known(keyOf(no), { flow, sinkKey: sinkOf(no), runId }))
    await ledger.settle(settlement({ runId, flow, at: later(from), events, known: links }))
    await ledger.finishRun(runId, { state: 'succeeded', endedAt: later(from + PAGE), counts: NONE, failure: null })
  }
}

const NONE = {
  ...{ read: 0, written: 0, unchanged: 0, filtered: 0, dead: 0, parked: 0, deleted: 0, calls: 0, signIns: 0 },
}

/** What `why` asks of the ledger. */
async function why(ledger: Ledger, id: string): Promise<number> {
  const origins = await ledger.knownBySink('zoho', 'Vendors', [id])
  const history = await ledger.events({ sinkConnection: 'zoho', sinkEntity: 'Vendors', sinkKey: id, limit: 1_000 })
  for (const it of origins) await ledger.run(it.runId)
  return origins.length + history.length
}

const middle = Math.floor(EVENTS / 2)
const page = (filter: Omit<EventFilter, 'limit'>) => async (ledger: Ledger) =>
  (await ledger.events({ limit: 100, ...filter })).length
const QUESTIONS: Readonly<Record<string, (ledger: Ledger) => Promise<number>>> = {
  'why of a record': ledger => why(ledger, sinkOf(RECORDS - 2)),
  'why of a record with a long history': ledger => why(ledger, sinkOf(1)),
  'why of an id that nobody wrote': ledger => why(ledger, 'nobody'),
  'history of a source key': page({ sourceKey: keyOf(RECORDS - 2) }),
  'history of a source record': page({ sourceConnection: 'intacct', sourceEntity: 'VENDOR', sourceKey: keyOf(1) }),
  'newest of all': page({}),
  'page in the middle': page({ before: middle }),
  'newest of a flow': page({ flow: 'flow-3' }),
  'page in the middle of a flow': page({ flow: 'flow-3', before: middle }),
  'a run': page({ runId: `run-${Math.floor(EVENTS / PAGE / 2)}` }),
  'dead ones': page({ outcome: 'dead' }),
  'dead ones of a flow': page({ flow: 'flow-3', outcome: 'dead' }),
  'one that was parked long ago': page({ outcome: 'parked' }),
  'of a code': page({ code: failure.code }),
  'of a code that never was': page({ code: 'NEVER' }),
  'an hour in the middle': page({ since: later(middle), until: later(middle + 3_600_000) }),
  'written to an entity': page({ sinkConnection: 'zoho', sinkEntity: 'Vendors' }),
  'one that was deleted long ago, of a flow': page({ flow: 'flow-0', outcome: 'deleted' }),
}

const timed = async (work: () => Promise<number>) => {
  const began = performance.now()
  const rows = await work()
  return { rows, ms: performance.now() - began }
}

const seconds = async (work: () => Promise<unknown>) => {
  const began = performance.now()
  await work()
  return Number(((performance.now() - began) / 1_000).toFixed(1))
}

try {
  const ledger = await openSqliteLedger({ file, workspace: 'acme', sealer: countingSealer() })
  const fillS = await seconds(() => fill(ledger))
  process.stdout.write(`${EVENTS} events in ${fillS} s, ${Math.round(statSync(file).size / 1_048_576)} MiB\n`)
  const figures: { question: string; rows: number; firstMs: number; medianMs: number; worstMs: number }[] = []
  for (const [question, ask] of Object.entries(QUESTIONS)) {
    const turns: number[] = []
    let rows = 0
    for (let turn = 0; turn < TURNS; turn++) {
      const it = await timed(() => ask(ledger))
      rows = it.rows
      turns.push(Number(it.ms.toFixed(1)))
    }
    const sorted = turns.toSorted((a, b) => a - b)
    const [firstMs = 0] = turns
    figures.push({ question, rows, firstMs, medianMs: sorted[4] ?? 0, worstMs: sorted.at(-1) ?? 0 })
  }
  for (const it of figures)
    process.stdout.write(
      `${it.question.padEnd(40)} ${String(it.rows).padStart(5)} rows  first ${it.firstMs} ms, median ${it.medianMs} ms, worst ${it.worstMs} ms\n`,
    )
  let breaks = 0
  const verifyS = await seconds(async () => {
    for (const report of await ledger.verifyAudit()) breaks += report.breakCount
  })
  await ledger.close()
  const slowest = Math.max(...figures.map(it => it.worstMs))
  process.stdout.write(`${JSON.stringify({ events: EVENTS, slowestMs: slowest, verifySeconds: verifyS, breaks })}\n`)
} finally {
  rmSync(folder, { recursive: true })
}
