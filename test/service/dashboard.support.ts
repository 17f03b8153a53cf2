import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { connectors } from '../../connectors/index.ts'
import { sageIntacct } from '../../connectors/sage-intacct/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import { systemClock } from '../../engine/core/clock.ts'
import type { Role } from '../../engine/core/operations.ts'
import { newToken } from '../../engine/service/auth/token.ts'
import { type RunningService, startService } from '../../engine/service/index.ts'
import { control } from '../support/connect.ts'
import { createCliWorkspace } from '../support/workspace.ts'

const ROOT = join(import.meta.dirname, '../..')
const FLOW = 'vendors'
/** Longer than the field of the CRM takes. */
export const LONG = `${'A name without an end '.repeat(12)}.`

/** A flow of the customer's own, short enough to be read in a picture. */
export const VENDORS = `flow: vendors
title: Vendors become vendors of the CRM
source:
  connector: sage-intacct
  entity: VENDOR
filter: $not(ONETIME = true)
map:
  Vendor_Name: NAME
  ERP_ID: VENDORID
  Email: DISPLAYCONTACT.EMAIL1
  City: DISPLAYCONTACT.MAILADDRESS.CITY
  ERP_Status: $uppercase(STATUS)
sink:
  connector: zoho-crm
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields:
    ERP_ID: { type: text, unique: true, length: 200 }
    ERP_Status: { type: text, length: 40 }
schedule: { cron: "*/30 * * * *", timezone: UTC, sweep: "0 3 * * 0" }
`

const CUSTOMERS = { use: 'sage-intacct-to-zoho-crm/customers' }

/** A real service with its dashboard over two sandboxes, and a browser. */
export interface Stage {
  readonly url: string
  readonly running: RunningService
  readonly erp: ReturnType<typeof control>
  readonly crm: ReturnType<typeof control>
  /** Runs a flow to its end, as its schedule would. */
  run(flow?: string): Promise<void>
  /** A signed-in page; what the browser complained of and asked for is kept. */
  open(path: string, wish?: OpenWish): Promise<Seen>
  token(role: Role): Promise<string>
  close(): Promise<void>
}

export interface OpenWish {
  readonly role?: Role
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
}

export interface Seen {
  readonly page: Page
  readonly context: BrowserContext
  /** Addresses of all requests. */
  readonly requests: readonly string[]
  /** Errors of scripts and of the content security policy. */
  readonly complaints: readonly string[]
}

export interface StageOptions {
  readonly vendors?: number
  /** Schedules start runs, the first of each flow at once. Without it only what a test asks for happens. */
  readonly isScheduling?: boolean
  /** A second workspace, empty and called globex, which the same tokens open. */
  readonly hasSecond?: boolean
}

export async function createStage(options: StageOptions = {}): Promise<Stage> {
  const base = { port: 0, host: '127.0.0.1' as const, seed: 7 }
  const erp = await sageIntacct.sandbox.start({ ...base, records: options.vendors ?? 24, options: {} })
  const crm = await zohoCrm.sandbox.start({ ...base, records: 0, options: {} })
  const workspace = createCliWorkspace({
    connections: {
      intacct: { connector: 'sage-intacct', sandbox: erp },
      zoho: { connector: 'zoho-crm', sandbox: crm },
    },
    flows: ['flows/*.yaml', CUSTOMERS],
    files: { 'flows/vendors.yaml': VENDORS },
  })
  const second = options.hasSecond ? mkdtempSync(join(tmpdir(), 'second-')) : undefined
  if (second !== undefined)
    writeFileSync(join(second, 'ml-connector.yaml'), 'workspace: globex\nconnections: {}\nflows: []\n')
  const running = await startService({
    folders: [workspace.folder, ...(second === undefined ? [] : [second])],
    host: {
      registry: new Map(connectors.map(it => [it.name, it])),
      library: join(ROOT, 'flows'),
      env: workspace.env,
      clock: systemClock,
      signal: new AbortController().signal,
      log: { debug: () => {}, info: () => {}, warn: () => {} },
    },
    version: '0.0.0',
    address: '127.0.0.1',
    port: 0,
    atOnce: 4,
    dashboard: builtDashboard(),
    schemas: join(ROOT, 'schemas'),
    isScheduling: options.isScheduling ?? false,
  })
  const held = running.service.workspaces.all()
  if (!held.some(it => it.name === 'test')) throw new Error('the workspace of the test cannot be used')
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: QUIET })
  const token = async (role: Role) => {
    const { text, kept } = newToken({ id: crypto.randomUUID(), name: `the ${role}`, role, now: new Date() })
    for (const { ledger } of held) await ledger.addToken(kept)
    return text
  }
  return {
    url: running.url,
    running,
    erp: control(erp),
    crm: control(crm),
    run: async (flow = FLOW) => {
      const wish = { is: 'run', trigger: 'schedule', actor: 'schedule', mode: 'incremental' } as const
      await running.service.dispatcher.request({ workspace: 'test', flow }, wish)
    },
    open: async (path, { role = 'admin', ...wish } = {}) =>
      openPage(browser, running.url, { path, token: await token(role), ...wish }),
    token,
    close: async () => {
      await browser.close()
      await running.stop(5_000)
      workspace.remove()
      if (second !== undefined) rmSync(second, { recursive: true, force: true })
      await Promise.all([erp.close(), crm.close()])
    },
  }
}

interface PageWish extends Omit<OpenWish, 'role'> {
  readonly path: string
  readonly token: string
}

async function openPage(
  browser: Browser,
  url: string,
  { path, token, width = 1360, scheme = 'light' }: PageWish,
): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width, height: 860 }, colorScheme: scheme, baseURL: url })
  context.setDefaultTimeout(8_000)
  const signedIn = await context.request.post('/api/v1/session', { data: { token } })
  if (!signedIn.ok()) throw new Error(`nobody is let in: ${signedIn.status()} ${await signedIn.text()}`)
  const page = await context.newPage()
  const seen = watched(page)
  await page.goto(path)
  return { page, context, ...seen }
}

/** Keeps what the page asks for and what the browser complains of. */
export function watched(page: Page) {
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', it => requests.push(it.url()))
  page.on('pageerror', it => complaints.push(String(it)))
  page.on('console', it => {
    // what the API refuses is a part of some tests; policy violations and errors of scripts never are
    if (it.type() === 'error' && !it.text().startsWith('Failed to load resource')) complaints.push(it.text())
  })
  return { requests, complaints }
}

// a browser that talks to nobody by itself
const QUIET = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
]

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

function chromiumPath(): string {
  const found = [process.env['CHROMIUM'] ?? '', ...USUAL].find(it => it !== '' && existsSync(it))
  if (found === undefined)
    throw new Error('These tests need Chromium: "apt-get install -y chromium", or set CHROMIUM to where it is.')
  return found
}

let built: string | undefined

/** The dashboard as the source has it now, in a folder of its own. */
export function builtDashboard(): string {
  if (built !== undefined) return built
  const folder = mkdtempSync(join(tmpdir(), 'dashboard-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
  const args = [
    vite,
    'build',
    join(ROOT, 'engine/service/dashboard'),
    '--outDir',
    folder,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'pipe' })
  built = folder
  return folder
}

/** Path of a page of the workspace. */
export const at = (path: string) => `/w/test${path}`
