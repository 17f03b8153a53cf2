/**
 * How long the API takes to answer while a thousand deliveries that are believed and as many that are not come in: sandboxes and `serve`, each a
 * process of its own. BENCH_EVENTS deliveries of each kind within BENCH_SECONDS. The last line is one JSON object.
 */
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { ACCOUNTS, deliver, eventually, freePort } from '../service/hooks.support.ts'
import { control } from '../support/connect.ts'
import { createCliWorkspace, startCli } from '../support/workspace.ts'

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 1_000)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 20)
const IDLE_CALLS = 400
const GIVE_UP_MS = 120_000

const running: ChildProcess[] = []
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

async function firstLine({ child }: { readonly child: ChildProcess }): Promise<string> {
  running.push(child)
  if (!child.stdout) throw new Error('the process has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume()
    return line
  }
  throw new Error('the process did not start')
}

async function sandbox(): Promise<Pick<Sandbox, 'url' | 'settings' | 'secrets'>> {
  const unlimited = ['--option', 'edition=ultimate', '--option', 'credits=100000000']
  return JSON.parse(await firstLine(startCli(['sandbox', 'zoho-crm', '--records', '0', ...unlimited])))
}

const [crm, other] = [await sandbox(), await sandbox()]
const workspace = createCliWorkspace({
  connections: { crm: { connector: 'zoho-crm', sandbox: crm }, other: { connector: 'zoho-crm', sandbox: other } },
  flows: ['flows/*.yaml'],
  files: { 'flows/accounts.yaml': ACCOUNTS },
})
try {
  const url = `http://127.0.0.1:${await freePort()}`
  const made = await workspace.cli('token', 'create', 'bench', '--role', 'viewer', '--json')
  const { token } = JSON.parse(made.stdout) as { readonly token: string }
  const port = new URL(url).port
  await firstLine(workspace.start('serve', '--port', port, '--public-url', url, '--no-schedule'))
  await eventually(
    async () => (await control(crm).facts())['channels'] as readonly JsonObject[],
    all => all.length === 1,
  )

  const ask = async (): Promise<number> => {
    const since = performance.now()
    const answer = await fetch(`${url}/api/v1/workspaces/test/flows`, { headers: { authorization: `Bearer ${token}` } })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`the API answered ${answer.status}`)
    return performance.now() - since
  }
  const p95 = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? Number.NaN
  const paced = async (work: (at: number) => Promise<unknown>): Promise<void> => {
    const began = Date.now()
    const all: Promise<unknown>[] = []
    for (let at = 0; at < EVENTS; at += 1) {
      const due = began + (at * SECONDS * 1_000) / EVENTS
      if (due > Date.now()) await sleep(due - Date.now())
      all.push(work(at))
    }
    await Promise.all(all)
  }

  for (let at = 0; at < 50; at += 1) await ask()
  const idle: number[] = []
  for (let at = 0; at < IDLE_CALLS; at += 1) {
    idle.push(await ask())
    await sleep(10)
  }
  const busy: number[] = []
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      busy.push(await ask())
      await sleep(10)
    }
  })()
  const statuses = new Map<number, number>()
  await Promise.all([
    paced(at => control(crm).put('Accounts', { Account_Name: `Account ${at}` })),
    paced(async at => {
      const { status } = await deliver(`${url}/hooks/test/crm`, { token: 'v1.guess', channel_id: `${at}`, ids: ['1'] })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }),
  ])
  const began = Date.now()
  let arrived = 0
  while (arrived < EVENTS && Date.now() - began < GIVE_UP_MS) {
    arrived = (await control(other).records('Vendors')).length
    await sleep(100)
  }
  isOver = true
  await asking
  const [idleMs, busyMs] = [p95(idle), p95(busy)]
  console.log(
    JSON.stringify({
      events: EVENTS,
      arrived,
      refused: Object.fromEntries(statuses),
      apiP95Ms: {
        idle: Number(idleMs.toFixed(2)),
        busy: Number(busyMs.toFixed(2)),
        ratio: Number((busyMs / idleMs).toFixed(2)),
      },
    }),
  )
} finally {
  for (const it of running.splice(0).reverse()) it.kill('SIGTERM')
  await sleep(1_000)
  workspace.remove()
}
