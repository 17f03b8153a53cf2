import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { acumatica } from '../../../connectors/acumatica/index.ts'
import type { Vault } from '../../../engine/core/vault.ts'
import { openSqliteLedger } from '../../../engine/ledger/index.ts'
import type { RunReport } from '../../../engine/run/index.ts'
import { tokenStore } from '../../../engine/vault/index.ts'
import { createMachine } from '../../run/support/machine.ts'
import { createCrm } from '../../run/support/toy-crm.ts'
import { control } from '../../support/connect.ts'
import { filledWithKeyFile, newPlace, open, type Place } from '../../vault/vaults.ts'
import { compile } from '../support/compile.ts'
import { createEngine, type Engine } from '../support/engine.ts'
import { nowhere } from '../support/nowhere.ts'
import { sharedClock } from '../support/shared-clock.ts'

const WORKERS = 32
const ROTATIONS = 12
const HOUR = 3_600_000
/** What no file may show: a name that only a record body holds. */
const PLANTED = 'Planted Confidential'

const FLOW = `
flow: customers
source: { connector: acumatica, entity: Customer }
map: { ERP_ID: CustomerID, Name: 'CustomerName = "${PLANTED}" ? $error("not yet") : $substring(CustomerName, 0, 20)' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
`

const keyOf = (place: Place) => ({ from: 'file', file: place.keyFile }) as const

/** 32 processes, eight callers each, find one token stale: how often it was renewed. */
async function renewalsOfProcesses(): Promise<number> {
  const place = newPlace()
  try {
    await filledWithKeyFile(place)
    const script = fileURLToPath(new URL('../../vault/children/renew.ts', import.meta.url))
    const run = () => promisify(execFile)(process.execPath, [script, place.folder], { encoding: 'utf8' })
    const answers = await Promise.all(Array.from({ length: WORKERS }, run))
    const tokens = new Set(answers.flatMap(it => JSON.parse(it.stdout) as string[]))
    const renewals = readFileSync(join(place.folder, 'renewals'), 'utf8').trim().split('\n').length
    return tokens.size === 1 ? renewals : tokens.size
  } finally {
    rmSync(place.folder, { recursive: true })
  }
}

interface Workers {
  readonly place: Place
  readonly vault: Vault
  runAll(): Promise<readonly RunReport[]>
  /** Token calls that the system was sent since the last time. */
  refreshes(): Promise<number>
  /** The access token ends for all of them. */
  expire(): Promise<void>
  /** What the first worker's ledger keeps of the planted record, opened with the key. */
  kept(): Promise<string>
  readonly secrets: readonly string[]
  close(): Promise<void>
}

/** Workers that share nothing but one account, one vault file and a flow; the first keeps its ledger in a file beside the vault. */
async function openWorkers(): Promise<Workers> {
  const place = newPlace()
  await filledWithKeyFile(place)
  const vault = await open(place, keyOf(place))
  const options = { apiSessions: '1000', sessionsPerUser: '1000' }
  const sandbox = await acumatica.sandbox.start({ port: 0, host: '127.0.0.1', records: 4, seed: 3, options })
  const at = control(sandbox)
  const clock = sharedClock(new Date(), [at])
  const [first] = await at.records('Customer')
  await at.put('Customer', { CustomerID: first?.['CustomerID'] ?? '', CustomerName: PLANTED })
  const engines: Engine[] = []
  const crm = createCrm(createMachine())
  const systems = { erp: { connector: acumatica, sandbox }, crm: { connector: crm.connector, sandbox: nowhere } }
  for (let n = 0; n < WORKERS; n++) {
    const own = await open(place, keyOf(place))
    const ledger = await openSqliteLedger({
      file: n === 0 ? join(place.folder, 'ledger.db') : ':memory:',
      workspace: 'proof',
      sealer: own.sealer,
    })
    const tokens = (connection: string) => tokenStore(own, connection)
    engines.push(await createEngine({ systems, clock, unitSize: 100, ledger, tokens, timeoutMs: 30_000 }))
  }
  const plan = compile(FLOW, systems)
  return {
    ...{ place, vault },
    runAll: () => Promise.all(engines.map(it => it.run(plan, { mode: 'backfill' }))),
    refreshes: async () => {
      const { byLabel } = await at.calls()
      await at.resetCalls()
      return Object.entries(byLabel).reduce((sum, [label, count]) => sum + (/token/.test(label) ? count : 0), 0)
    },
    expire: () => clock.pass(2 * HOUR),
    kept: async () => {
      const ledger = engines[0]?.ledger
      const [letter] = (await ledger?.deadLetters({ state: 'open', limit: 1 })) ?? []
      return JSON.stringify((letter && (await ledger?.deadBody(letter.id))) ?? {})
    },
    secrets: Object.values(sandbox.secrets),
    close: async () => {
      await Promise.all(engines.map(it => it.close()))
      await sandbox.close()
    },
  }
}

const failedOf = (reports: readonly RunReport[]) =>
  reports.filter(it => it.failure !== null).map(it => `${it.failure?.code} ${it.failure?.message}`)

/** Runs go on while the key is changed again and again; and once in each wave of them the token ends. */
async function rotateMeanwhile(workers: Workers): Promise<readonly string[]> {
  const failed: string[] = []
  let isOver = false
  const rotating = rotate(workers.vault).finally(() => {
    isOver = true
  })
  while (!isOver) {
    const [reports] = await Promise.all([workers.runAll(), workers.expire()])
    failed.push(...failedOf(reports))
  }
  await rotating
  return failed
}

async function rotate(vault: Vault): Promise<void> {
  for (let n = 0; n < ROTATIONS; n++) await vault.rotateKey()
}

/** What a thief of the folder without its key can read: secrets, tokens, names of people's records. */
async function leaksOf({ place, secrets, vault, kept }: Workers): Promise<readonly string[]> {
  const token = (await vault.token('erp', (await vault.tokens()).find(it => it.connection === 'erp')?.name ?? ''))
    ?.value
  const hidden = [
    PLANTED,
    'planted-secret',
    'planted-token',
    ...secrets,
    ...(token ? [token.reveal()] : ['no token was kept']),
  ]
  const forms = hidden.flatMap(it => [
    it,
    Buffer.from(it).toString('base64').replace(/=+$/, ''),
    Buffer.from(it).toString('hex'),
  ])
  const files = readdirSync(place.folder, { recursive: true, withFileTypes: true })
    .filter(it => it.isFile())
    .map(it => relative(place.folder, join(it.parentPath, it.name)))
    .filter(it => join(place.folder, it) !== place.keyFile)
  if (!(await kept()).includes(PLANTED)) return ['the ledger has kept no body that could leak']
  return files.flatMap(name => {
    const bytes = readFileSync(join(place.folder, name))
    return forms.filter(it => it.length > 5 && bytes.includes(it)).map(it => `${name} shows ${it}`)
  })
}

async function main(): Promise<void> {
  const processes = await renewalsOfProcesses()
  const workers = await openWorkers()
  try {
    const first = failedOf(await workers.runAll())
    const signIns = await workers.refreshes()
    await workers.expire()
    const second = failedOf(await workers.runAll())
    const refreshes = await workers.refreshes()
    const rotated = await rotateMeanwhile(workers)
    // what the first worker's ledger holds is on the disk when it is closed, and before
    const leaks = await leaksOf(workers)
    const failed = [...first, ...second, ...rotated]
    for (const it of [...new Set([...failed, ...leaks])]) process.stdout.write(`${it}\n`)
    const end = { processes, signIns, refreshes, failedRuns: failed.length, rotations: ROTATIONS, leaks: leaks.length }
    const isRight = processes === 1 && signIns === 1 && refreshes === 1 && failed.length + leaks.length === 0
    if (!isRight) process.exitCode = 1
    process.stdout.write(`${JSON.stringify(end)}\n`)
  } finally {
    await workers.close()
    rmSync(workers.place.folder, { recursive: true })
  }
}

await main()
