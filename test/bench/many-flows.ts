/**
 * Five hundred flows, each due every minute, in one service over real sandboxes: are ticks lost, how late do runs start, how much memory?
 * `npm run bench:flows` (BENCH_FLOWS, BENCH_MINUTES). Read from the ledger afterwards; the last line is one JSON object.
 */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { jitterOf } from '../../engine/dispatch/moments.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { createCliWorkspace, startCli } from '../support/workspace.ts'

const FLOWS = Number(process.env['BENCH_FLOWS'] ?? 500)
const MINUTES = Number(process.env['BENCH_MINUTES'] ?? 5)
/** First runs read everything: they are no measure of ticks. */
const WARM_UP_MINUTES = 2
const MINUTE_MS = 60_000

const flow = (name: string) => `
flow: ${name}
source: { connector: sage-intacct, entity: DEPARTMENT }
map: { Name: TITLE, ERP_ID: '"${name}-" & DEPARTMENTID' }
sink:
  connector: zoho-crm
  entity: ERP_Classifications
  custom: true
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
schedule: { cron: "* * * * *", timezone: UTC }
`

const running: ChildProcess[] = []

async function firstLine(args: string[]): Promise<{ line: string; child: ChildProcess }> {
  const { child } = startCli(args)
  running.push(child)
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume()
    return { line, child }
  }
  throw new Error(`${args[0]} did not start`)
}

async function sandbox(connector: string, ...options: string[]): Promise<Pick<Sandbox, 'settings' | 'secrets'>> {
  const { line } = await firstLine(['sandbox', connector, ...options])
  return JSON.parse(line) as Pick<Sandbox, 'settings' | 'secrets'>
}

const rssMiB = (child: ChildProcess, what: 'VmRSS' | 'VmHWM') =>
  Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) /
  1_024

/** Every run by schedule since `from`: how long after its tick and its own moment it began. */
function lags(ledger: string, names: readonly string[], from: number, until: number) {
  const db = new DatabaseSync(ledger, { readOnly: true })
  const rows = db.prepare('select flow, started_at, state from runs where "trigger" = ?').all('schedule')
  db.close()
  const begun = new Map(
    names.map(it => [it, rows.filter(row => row['flow'] === it).map(row => Number(row['started_at']))]),
  )
  const found: number[] = []
  let lost = 0
  for (const name of names) {
    const jitter = jitterOf(`test/${name}`, MINUTE_MS, undefined)
    for (let tick = from; tick < until; tick += MINUTE_MS) {
      const due = tick + jitter
      const started = begun.get(name)?.find(at => at >= due - 1_000 && at < due + MINUTE_MS)
      if (started === undefined) lost += 1
      else found.push(Math.max(0, started - due))
    }
  }
  const failed = rows.filter(row => row['state'] !== 'succeeded' && row['state'] !== 'running').length
  return { found: found.sort((a, b) => a - b), lost, failed }
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

try {
  const intacct = await sandbox('sage-intacct', '--records', '20')
  const zoho = await sandbox('zoho-crm', '--option', 'edition=ultimate', '--option', 'credits=100000000')
  const names = Array.from({ length: FLOWS }, (_, at) => `flow-${String(at).padStart(3, '0')}`)
  const workspace = createCliWorkspace({
    connections: {
      intacct: { connector: 'sage-intacct', sandbox: intacct },
      zoho: { connector: 'zoho-crm', sandbox: zoho },
    },
    flows: ['flows/*.yaml'],
    files: Object.fromEntries(names.map(it => [`flows/${it}.yaml`, flow(it)])),
  })
  const { child } = workspace.start('serve', '--port', '0')
  running.push(child)
  child.stderr?.pipe(process.stderr)
  await sleep(WARM_UP_MINUTES * MINUTE_MS)
  const from = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS
  const until = from + MINUTES * MINUTE_MS
  while (Date.now() < until + MINUTE_MS) {
    await sleep(Math.min(MINUTE_MS, until + MINUTE_MS - Date.now()))
    console.log(`${new Date().toISOString()} RSS ${Math.round(rssMiB(child, 'VmRSS'))} MiB`)
  }
  const { found, lost, failed } = lags(join(workspace.folder, '.ml-connector/ledger.db'), names, from, until)
  const at = (share: number) => found[Math.floor(share * (found.length - 1))] ?? null
  const rss = { now: Math.round(rssMiB(child, 'VmRSS')), most: Math.round(rssMiB(child, 'VmHWM')) }
  console.log(
    JSON.stringify({
      flows: FLOWS,
      ticks: found.length + lost,
      lost,
      failed,
      lagMs: { p50: at(0.5), p95: at(0.95), most: at(1) },
      rssMiB: rss,
    }),
  )
  for (const it of running.splice(0).reverse()) it.kill('SIGTERM')
  await sleep(2_000)
  workspace.remove()
} finally {
  for (const child of running) child.kill('SIGTERM')
}
