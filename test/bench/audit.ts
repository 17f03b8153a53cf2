/**
 * What the audit trail costs: the same run with it and without, each in a process and against sandboxes of its own.
 * `node test/bench/audit.ts` (BENCH_VENDORS, 20,000; BENCH_TURNS, 5). Budget: 20 % of throughput, 400 bytes a record, bodies apart.
 * The last line is one JSON object.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { createCliWorkspace, startCli } from '../support/workspace.ts'

const VENDORS = Number(process.env['BENCH_VENDORS'] ?? 20_000)
const TURNS = Number(process.env['BENCH_TURNS'] ?? 5)

interface Measured {
  readonly seconds: number
  /** Of the engine's process: what a busy machine does not blur. */
  readonly cpuSeconds: number
  readonly records: number
  readonly ledgerBytes: number
}

const running: ChildProcess[] = []

async function sandbox(connector: string, ...options: string[]): Promise<Pick<Sandbox, 'settings' | 'secrets'>> {
  const { child } = startCli(['sandbox', connector, ...options])
  running.push(child)
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume()
    return JSON.parse(line) as Pick<Sandbox, 'settings' | 'secrets'>
  }
  throw new Error(`the sandbox of ${connector} did not start`)
}

async function stop(): Promise<void> {
  for (const child of running.splice(0)) {
    const gone = new Promise(resolve => child.once('close', resolve))
    child.kill('SIGTERM')
    await gone
  }
}

async function measure(audit: 'on' | 'off'): Promise<Measured> {
  const intacct = await sandbox('sage-intacct', '--option', `vendors=${VENDORS}`, '--option', 'customers=1')
  const zoho = await sandbox('zoho-crm', '--option', 'edition=ultimate', '--option', 'credits=100000000')
  const here = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
  const workspace = createCliWorkspace({
    connections: {
      intacct: { connector: 'sage-intacct', sandbox: intacct },
      zoho: { connector: 'zoho-crm', sandbox: zoho },
    },
    flows: ['flows/*.yaml'],
    files: { 'flows/vendors.yaml': here('vendors.yaml'), 'tables/category.csv': here('category.csv') },
    tables: { category: 'tables/category.csv' },
  })
  const args = ['--max-semi-space-size=8', join(import.meta.dirname, 'audit-run.ts'), workspace.folder, audit]
  const child = spawn(process.execPath, args, { env: { ...process.env, ...workspace.env } })
  let stdout = ''
  child.stdout.on('data', data => {
    stdout += data
  })
  child.stderr.pipe(process.stderr)
  await new Promise(resolve => child.once('close', resolve))
  await stop()
  workspace.remove()
  const measured = JSON.parse(stdout) as Measured
  if (measured.records !== VENDORS) throw new Error(`${measured.records} of ${VENDORS} were written`)
  process.stdout.write(
    `audit ${audit}: ${measured.records} records in ${measured.seconds.toFixed(2)} s (${measured.cpuSeconds.toFixed(2)} s of CPU), ledger ${measured.ledgerBytes} bytes\n`,
  )
  return measured
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

try {
  const turns: Record<'on' | 'off', Measured[]> = { on: [], off: [] }
  for (let turn = 0; turn < TURNS; turn++)
    for (const audit of turn % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const))
      turns[audit].push(await measure(audit))
  const rate = (all: readonly Measured[]) => median(all.map(it => it.records / it.seconds))
  const cpu = (all: readonly Measured[]) => median(all.map(it => it.cpuSeconds))
  const bytes = (all: readonly Measured[]) => median(all.map(it => it.ledgerBytes))
  process.stdout.write(
    `${JSON.stringify({
      recordsPerSecond: { on: Math.round(rate(turns.on)), off: Math.round(rate(turns.off)) },
      costPercent: Number((100 * (1 - rate(turns.on) / rate(turns.off))).toFixed(1)),
      cpuCostPercent: Number((100 * (cpu(turns.on) / cpu(turns.off) - 1)).toFixed(1)),
      bytesPerRecord: Math.round((bytes(turns.on) - bytes(turns.off)) / VENDORS),
    })}\n`,
  )
} finally {
  await stop()
}
