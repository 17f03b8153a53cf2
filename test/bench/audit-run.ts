/**
 * One run of a workspace's flow with the audit trail, or without: its events are dropped before they are stored. For `audit.ts`.
 * Arguments: folder, `on` or `off`. Prints { seconds, cpuSeconds, records, ledgerBytes }.
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { connectors } from '../../connectors/index.ts'
import { systemClock } from '../../engine/core/clock.ts'
import type { Ledger } from '../../engine/core/ledger.ts'
import { openWorkspace, withPorts } from '../../engine/host/index.ts'
import { runFlow } from '../../engine/run/index.ts'

const [folder = '', audit = 'on'] = process.argv.slice(2)
const quiet = { debug: () => {}, info: () => {}, warn: () => {} }
const opening = openWorkspace(folder, {
  registry: new Map(connectors.map(it => [it.name, it])),
  library: join(import.meta.dirname, '../../flows'),
  env: process.env,
  clock: systemClock,
  signal: new AbortController().signal,
  log: quiet,
})
if (opening.is === 'mistaken') throw new Error(JSON.stringify(opening.diagnostics))
const { opened } = opening
const [plan] = opened.flows
if (!plan) throw new Error(JSON.stringify(opened.diagnostics))
const whole = await opened.ledger()
const without: Ledger = { ...whole, settle: settlement => whole.settle({ ...settlement, events: [] }) }
const cpu = process.cpuUsage()
const began = performance.now()
const report = await withPorts(opened, audit === 'on' ? whole : without, ports =>
  runFlow(plan, ports, { mode: 'incremental', trigger: 'manual', actor: 'bench' }),
)
const seconds = (performance.now() - began) / 1_000
const spent = process.cpuUsage(cpu)
const cpuSeconds = (spent.user + spent.system) / 1_000_000
await opened.close()
if (report.state !== 'succeeded') throw new Error(JSON.stringify(report))
const database = new DatabaseSync(opened.ledgerFile)
database.exec('pragma wal_checkpoint(truncate)')
database.close()
const ledgerBytes = statSync(opened.ledgerFile).size
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds, records: report.counts.written, ledgerBytes })}\n`)
