import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { connectors } from '../../connectors/index.ts'
import { type Clock, systemClock } from '../../engine/core/clock.ts'
import type { Ledger } from '../../engine/core/ledger.ts'
import type { Role } from '../../engine/core/operations.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import { newId } from '../../engine/host/index.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { newToken } from '../../engine/service/auth/token.ts'
import type { ServiceEvent } from '../../engine/service/hub.ts'
import { type RunningService, type ServiceOptions, startService } from '../../engine/service/index.ts'
import { control } from '../support/connect.ts'

const ROOT = join(import.meta.dirname, '../..')

export const VENDORS = 'sage-intacct-vendors-to-zoho-crm'
export const CUSTOMERS = 'sage-intacct-customers-to-zoho-crm'

export interface ServedOptions {
  /** Names of workspaces, each with a folder of its own over the same two sandboxes. */
  readonly workspaces?: readonly string[]
  /** Library flows of the pair, by file name, or whole entries of `flows:`. */
  readonly use?: readonly (string | JsonObject)[]
  /** Own files of every workspace: path → text. Those that are YAML below flows/ are used. */
  readonly files?: Readonly<Record<string, string>>
  readonly records?: number
  readonly zohoOptions?: Readonly<Record<string, string>>
  readonly clock?: Clock
  /** Beside or instead of what a test wants by itself. */
  readonly service?: Partial<
    Pick<ServiceOptions, 'publicUrl' | 'isScheduling' | 'dashboard' | 'atOnce' | 'trustedProxies'>
  >
}

export interface Answer<T = JsonObject> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
  readonly text: string
}

export interface Ask {
  readonly method?: string
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A service over workspaces of Sage Intacct and Zoho CRM, both as sandboxes: what an operator has, in temporary folders. */
export interface Served {
  readonly url: string
  readonly running: RunningService
  readonly service: RunningService['service']
  readonly intacct: ReturnType<typeof control>
  readonly zoho: ReturnType<typeof control>
  /** What was logged, as JSON. */
  readonly logged: string[]
  /** Everything that the hub told, from the beginning. */
  readonly told: readonly ServiceEvent[]
  /** What must never be seen outside. */
  readonly secrets: readonly string[]
  ledger(workspace?: string): Ledger
  folder(workspace?: string): string
  /** A token that opens these workspaces (default: all), and its text. */
  token(
    role: Role,
    workspaces?: readonly string[],
    more?: { readonly name?: string; readonly expiresAt?: Date },
  ): Promise<string>
  /** Below /api/v1, as JSON. */
  ask<T = JsonObject>(path: string, ask?: Ask): Promise<Answer<T>>
  /** The first event that is so: one that was told already, or the next. */
  until<E extends ServiceEvent>(is: (event: ServiceEvent) => event is E): Promise<E>
  write(path: string, text: string, workspace?: string): void
  close(): Promise<void>
}

export async function createServed(options: ServedOptions = {}): Promise<Served> {
  const { workspaces = ['acme'], records = 12, clock = systemClock } = options
  const base = { port: 0, host: '127.0.0.1' as const, seed: 7 }
  const intacct = await sandboxOf('sage-intacct').start({ ...base, records, options: {} })
  const zoho = await sandboxOf('zoho-crm').start({ ...base, records: 0, options: options.zohoOptions ?? {} })
  const env: Record<string, string> = { ML_CONNECTOR_KEY: Buffer.alloc(32, 7).toString('base64url') }
  const folders = new Map(workspaces.map(name => [name, mkdtempSync(join(tmpdir(), `served-${name}-`))]))
  const connections = {
    intacct: { connector: 'sage-intacct', settings: settingsOf('intacct', intacct, env) },
    zoho: { connector: 'zoho-crm', settings: settingsOf('zoho', zoho, env) },
  }
  for (const [name, folder] of folders) writeWorkspace(folder, { name, connections, options })
  const logged: string[] = []
  const log = (message: string, fields?: JsonObject) => void logged.push(JSON.stringify({ message, ...fields }))
  const running = await startService({
    folders: [...folders.values()],
    host: {
      registry: new Map(connectors.map(it => [it.name, it])),
      library: join(ROOT, 'flows'),
      ...{ env, clock, signal: new AbortController().signal, log: { debug: log, info: log, warn: log } },
    },
    ...{ version: '1.2.3', address: '127.0.0.1', port: 0, atOnce: 4, schemas: join(ROOT, 'schemas') },
    isScheduling: false,
    ...options.service,
  })
  const told = watch(running)
  const folder = (name = workspaces[0] ?? '') => folders.get(name) ?? fail(`no workspace ${name}`)
  const ledger = (name = workspaces[0] ?? '') =>
    running.service.workspaces.get(name)?.ledger ?? fail(`no ledger ${name}`)
  return {
    url: running.url,
    ...{ running, service: running.service, logged, told: told.events, folder, ledger },
    intacct: control(intacct),
    zoho: control(zoho),
    secrets: [...Object.values(intacct.secrets), ...Object.values(zoho.secrets)],
    token: async (role, names = workspaces, { name = role, expiresAt } = {}) => {
      const id = newId(clock.now())
      const { text, kept } = newToken({ id, name, role, now: clock.now(), ...(expiresAt ? { expiresAt } : {}) })
      for (const it of names) await ledger(it).addToken(kept)
      return text
    },
    ask: (path, ask) => send(`${running.url}/api/v1${path}`, ask),
    until: told.until,
    write: (path, text, name) => writeFileSync(join(folder(name), path), text),
    close: async () => {
      await running.stop(10_000)
      await Promise.all([intacct.close(), zoho.close()])
      for (const it of folders.values()) rmSync(it, { recursive: true, force: true })
    },
  }
}

function sandboxOf(connector: string) {
  return connectors.find(it => it.name === connector)?.sandbox ?? fail(`no connector ${connector}`)
}

function settingsOf(name: string, { settings, secrets }: Sandbox, env: Record<string, string>): JsonObject {
  const sealed = Object.entries(secrets).map(([secret, value]) => {
    const variable = `${name}_${secret}`.toUpperCase()
    env[variable] = value
    return [secret, `\${env:${variable}}`]
  })
  return { ...settings, ...Object.fromEntries(sealed) }
}

function writeWorkspace(
  folder: string,
  { name, connections, options }: { name: string; connections: JsonObject; options: ServedOptions },
): void {
  const { use = ['vendors'], files = {} } = options
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const own = Object.keys(files).filter(it => it.startsWith('flows/'))
  const flows = [...use.map(it => (typeof it === 'string' ? { use: `sage-intacct-to-zoho-crm/${it}` } : it)), ...own]
  const file = { workspace: name, timezone: 'UTC', development: { loopback: true }, connections, flows }
  writeFileSync(join(folder, 'ml-connector.yaml'), stringify(file))
}

function watch({ service }: RunningService) {
  const events: ServiceEvent[] = []
  const waiting = new Set<(event: ServiceEvent) => void>()
  service.hub.listen(event => {
    events.push(event)
    for (const look of [...waiting]) look(event)
  })
  return {
    events,
    until: <E extends ServiceEvent>(is: (event: ServiceEvent) => event is E): Promise<E> => {
      const held = events.find(is)
      if (held) return Promise.resolve(held)
      return new Promise(resolve => {
        const look = (event: ServiceEvent) => {
          if (!is(event)) return
          waiting.delete(look)
          resolve(event)
        }
        waiting.add(look)
      })
    },
  }
}

export async function send<T = JsonObject>(
  url: string,
  { method, token, body, headers }: Ask = {},
): Promise<Answer<T>> {
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  // the one place where an answer gets the type that its test expects of it
  return { status: answer.status, headers: answer.headers, text, body: parsed(text) as T }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fail(message: string): never {
  throw new Error(message)
}

/** For `until`: a run of this flow has ended. */
export const ended =
  (flow: string) =>
  (event: ServiceEvent): event is Extract<ServiceEvent, { readonly is: 'ended' }> =>
    event.is === 'ended' && event.ref.flow === flow
