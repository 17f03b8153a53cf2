/**
 * Engine against script: the same vendors, mapping and target, each in a process of its own, sandboxes in theirs. Counted at the sink.
 * `npm run bench` (20,000 vendors, three turns each, medians); memory is the engine's high-water mark at 10,000 and 200,000 vendors.
 * The last line is one JSON object.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { JsonObject } from '../../engine/core/record.ts'
import { control } from '../support/connect.ts'
import { createCliWorkspace, startCli } from '../support/workspace.ts'

const VENDORS = Number(process.env['BENCH_VENDORS'] ?? 20_000)
const TURNS = Number(process.env['BENCH_TURNS'] ?? 3)
const MEMORY_AT = (process.env['BENCH_MEMORY_AT'] ?? '10000,200000').split(',').map(Number)
const PAGE = 1_000
const BATCH = 100

interface Announcement {
  readonly connector: string
  readonly url: string
  readonly settings: JsonObject
  readonly secrets: Readonly<Record<string, string>>
}

interface Measured {
  readonly seconds: number
  readonly records: number
  readonly calls: number
  readonly rssMiB: number
}

const running: ChildProcess[] = []

async function sandbox(connector: string, ...options: string[]): Promise<Announcement> {
  const { child } = startCli(['sandbox', connector, ...options])
  running.push(child)
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) return JSON.parse(line) as Announcement
  throw new Error(`the sandbox of ${connector} did not start`)
}

async function stop(): Promise<void> {
  for (const child of running.splice(0)) {
    const gone = new Promise(resolve => child.once('close', resolve))
    child.kill('SIGTERM')
    await gone
  }
}

/** High-water mark of a process's resident memory, in MiB, read while it lives. */
function watchMemory(child: ChildProcess): () => number {
  let highest = 0
  const timer = setInterval(() => {
    try {
      const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
      highest = Math.max(highest, Number(kib ?? 0) / 1_024)
    } catch {
      // it has ended
    }
  }, 25)
  child.once('close', () => clearInterval(timer))
  return () => Math.round(highest)
}

const pair = async (vendors: number) => {
  const intacct = await sandbox('sage-intacct', '--option', `vendors=${vendors}`, '--option', 'customers=1')
  const zoho = await sandbox('zoho-crm', '--option', 'edition=ultimate', '--option', 'credits=100000000')
  return { intacct, zoho }
}

async function engine(vendors: number): Promise<Measured> {
  const { intacct, zoho } = await pair(vendors)
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
  const { child, ended } = workspace.start('run', 'bench-vendors', '--json')
  const rssMiB = watchMemory(child)
  const { stdout, stderr, code } = await ended
  if (code !== 0) throw new Error(`the engine ended with ${code}: ${stdout} ${stderr}`)
  const [run] = (JSON.parse(stdout) as { runs: { startedAt: string; endedAt: string; calls: number }[] }).runs
  if (!run) throw new Error('no run')
  const records = await landed(zoho)
  await stop()
  workspace.remove()
  return {
    seconds: (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1_000,
    records,
    calls: run.calls,
    rssMiB: rssMiB(),
  }
}

async function script(vendors: number): Promise<Measured> {
  const { intacct, zoho } = await pair(vendors)
  const child = spawn(process.execPath, [
    join(import.meta.dirname, 'script.ts'),
    JSON.stringify(intacct),
    JSON.stringify(zoho),
  ])
  const rssMiB = watchMemory(child)
  let stdout = ''
  child.stdout.on('data', data => {
    stdout += data
  })
  child.stderr.pipe(process.stderr)
  await new Promise(resolve => child.once('close', resolve))
  const { seconds, calls } = JSON.parse(stdout) as { seconds: number; calls: number }
  const records = await landed(zoho)
  await stop()
  return { seconds, records, calls, rssMiB: rssMiB() }
}

/** Vendors that the CRM has taken in. */
async function landed(zoho: Announcement): Promise<number> {
  const facts = (await control(zoho).facts()) as { modules: { Vendors?: { inserted: number; updated: number } } }
  return (facts.modules.Vendors?.inserted ?? 0) + (facts.modules.Vendors?.updated ?? 0)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

const perSecond = (all: readonly Measured[]) => Math.round(median(all.map(it => it.records / it.seconds)))
const say = (what: string, it: Measured) =>
  process.stdout.write(
    `${what}: ${it.records} records in ${it.seconds.toFixed(2)} s = ${Math.round(it.records / it.seconds)}/s, ${it.calls} calls, ${it.rssMiB} MiB\n`,
  )

try {
  const turns: { engine: Measured[]; script: Measured[] } = { engine: [], script: [] }
  for (let turn = 0; turn < TURNS; turn++)
    for (const who of turn % 2 === 0 ? (['engine', 'script'] as const) : (['script', 'engine'] as const)) {
      const measured = await { engine, script }[who](VENDORS)
      if (measured.records !== VENDORS) throw new Error(`${who}: ${measured.records} of ${VENDORS} arrived`)
      turns[who].push(measured)
      say(who, measured)
    }
  const memory: number[] = []
  for (const vendors of MEMORY_AT) {
    const measured = await engine(vendors)
    say(`engine at ${vendors}`, measured)
    memory.push(measured.rssMiB)
  }
  const rates = { engine: perSecond(turns.engine), script: perSecond(turns.script) }
  // one read a page, one upsert a batch; metadata is asked for once a day
  const minimum = Math.ceil(VENDORS / PAGE) + Math.ceil(VENDORS / BATCH)
  process.stdout.write(
    `${JSON.stringify({
      engine: { recordsPerSecond: rates.engine },
      script: { recordsPerSecond: rates.script },
      ratio: Number((rates.engine / rates.script).toFixed(2)),
      rssMiB: { at10k: memory[0], at200k: memory[1] },
      calls: { used: median(turns.engine.map(it => it.calls)), minimum },
    })}\n`,
  )
} finally {
  await stop()
}
