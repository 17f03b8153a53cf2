/**
 * How long from a change in one system until it is visible in the other, told by webhook: two sandboxes and `serve`, each a process of its own.
 * BENCH_EVENTS changes, BENCH_PER_SECOND of them a second. The last line is one JSON object.
 */
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { ACCOUNTS, eventually, freePort } from '../service/hooks.support.ts'
import { control } from '../support/connect.ts'
import { createCliWorkspace, startCli } from '../support/workspace.ts'

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 200)
const PER_SECOND = Number(process.env['BENCH_PER_SECOND'] ?? 20)
const LOOK_EVERY_MS = 10
const GIVE_UP_MS = 60_000

const running: ChildProcess[] = []
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

async function firstLine({ child }: { readonly child: ChildProcess }): Promise<string> {
  running.push(child)
  child.stderr?.pipe(process.stderr)
  if (!child.stdout) throw new Error('the process has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume()
    return line
  }
  throw new Error('the process did not start')
}

async function sandbox(): Promise<Pick<Sandbox, 'url' | 'settings' | 'secrets'>> {
  const unlimited = ['--option', 'edition=ultimate', '--option', 'credits=100000000']
  const line = await firstLine(startCli(['sandbox', 'zoho-crm', '--records', '0', ...unlimited]))
  return JSON.parse(line) as Pick<Sandbox, 'url' | 'settings' | 'secrets'>
}

const [crm, other] = [await sandbox(), await sandbox()]
const port = await freePort()
const workspace = createCliWorkspace({
  connections: { crm: { connector: 'zoho-crm', sandbox: crm }, other: { connector: 'zoho-crm', sandbox: other } },
  flows: ['flows/*.yaml'],
  files: { 'flows/accounts.yaml': ACCOUNTS },
})
try {
  const url = `http://127.0.0.1:${port}`
  await firstLine(workspace.start('serve', '--port', `${port}`, '--public-url', url, '--no-schedule'))
  const channels = async () => (await control(crm).facts())['channels'] as readonly JsonObject[]
  await eventually(channels, all => all.length === 1)

  const changedAt = new Map<string, number>()
  const tookMs: number[] = []
  const look = async (until: number): Promise<void> => {
    while (tookMs.length < EVENTS && Date.now() < until) {
      const found = await control(other).records('Vendors')
      const now = performance.now()
      for (const it of found) {
        const id = String(it['ERP_ID'])
        const at = changedAt.get(id)
        if (at === undefined) continue
        changedAt.delete(id)
        tookMs.push(now - at)
      }
      await sleep(LOOK_EVERY_MS)
    }
  }
  const looking = look(Date.now() + (EVENTS / PER_SECOND) * 1_000 + GIVE_UP_MS)
  const began = performance.now()
  for (let n = 0; n < EVENTS; n += 1) {
    const at = performance.now()
    const made = (await control(crm).put('Accounts', { Account_Name: `Account ${n}` })) as JsonObject
    changedAt.set(String(made['id']), at)
    await sleep(Math.max(0, began + ((n + 1) * 1_000) / PER_SECOND - performance.now()))
  }
  await looking
  const sorted = tookMs.sort((one, two) => one - two)
  const share = (of: number) => Math.round(sorted[Math.ceil(of * sorted.length) - 1] ?? Number.NaN)
  const ms = { p50: share(0.5), p95: share(0.95), most: share(1) }
  console.log(JSON.stringify({ events: EVENTS, perSecond: PER_SECOND, lost: EVENTS - sorted.length, ms }))
} finally {
  for (const it of running.splice(0).reverse()) {
    it.kill('SIGTERM')
    if (it.exitCode === null) await new Promise(resolve => it.once('exit', resolve))
  }
  workspace.remove()
}
