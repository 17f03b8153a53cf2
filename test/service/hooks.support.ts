import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connectors } from '../../connectors/index.ts'
import { type Clock, systemClock } from '../../engine/core/clock.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import type { Connector } from '../../engine/sdk/connector.ts'
import type { Held } from '../../engine/service/held.ts'
import type { ServiceEvent } from '../../engine/service/hub.ts'
import { type RunningService, startService } from '../../engine/service/index.ts'
import { type CliWorkspace, type CliWorkspaceOptions, createCliWorkspace } from '../support/workspace.ts'

/** A served workspace whose outside address is itself, so that sandboxes deliver to it. */
export interface Served {
  readonly running: RunningService
  readonly held: Held
  readonly workspace: CliWorkspace
  readonly url: string
  readonly events: readonly ServiceEvent[]
  readonly logged: readonly string[]
  /** Resolves with the first event from now on that is meant, or that was told before. */
  event<K extends ServiceEvent['is']>(
    is: K,
    test?: (event: Extract<ServiceEvent, { readonly is: K }>) => boolean,
  ): Promise<Extract<ServiceEvent, { readonly is: K }>>
  /** Runs a flow as its schedule would. */
  poll(flow: string): Promise<JsonObject>
  stop(): Promise<void>
}

export interface ServeOptions extends CliWorkspaceOptions {
  readonly clock?: Clock
  readonly port?: number
  readonly isScheduling?: boolean
  readonly isPublic?: boolean
  /** Folders of other workspaces in the same service. */
  readonly besides?: readonly string[]
  /** Connectors that take the place of those of the same name. */
  readonly registry?: readonly Connector[]
  /** Serves a folder again that was served before. */
  readonly again?: CliWorkspace
}

const FLOWS = join(import.meta.dirname, '../../flows')

export async function serve(options: ServeOptions): Promise<Served> {
  const workspace = options.again ?? createCliWorkspace(options)
  const port = options.port ?? (await freePort())
  const logged: string[] = []
  const log = (message: string, fields?: JsonObject) => void logged.push(JSON.stringify({ message, ...fields }))
  const running = await startService({
    folders: [workspace.folder, ...(options.besides ?? [])],
    host: {
      registry: new Map([...connectors, ...(options.registry ?? [])].map(it => [it.name, it])),
      library: FLOWS,
      env: workspace.env,
      clock: options.clock ?? systemClock,
      signal: new AbortController().signal,
      log: { debug: log, info: log, warn: log },
    },
    version: '0.0.0',
    address: '127.0.0.1',
    port,
    ...(options.isPublic === false ? {} : { publicUrl: `http://127.0.0.1:${port}` }),
    atOnce: 4,
    schemas: '',
    isScheduling: options.isScheduling ?? false,
  })
  const { service, url } = running
  const held = service.workspaces.get('test')
  if (!held) throw new Error(service.leftOut.flatMap(it => it.diagnostics.map(d => d.message)).join('\n'))
  const mistakes = held.opened.diagnostics.filter(it => it.severity === 'error')
  if (mistakes.length > 0) throw new Error(mistakes.map(it => `${it.file}:${it.line} ${it.message}`).join('\n'))
  const events: ServiceEvent[] = []
  const waiting = new Set<(event: ServiceEvent) => void>()
  service.hub.listen(event => {
    events.push(event)
    for (const told of [...waiting]) told(event)
  })
  return {
    ...{ running, held, workspace, url, events, logged },
    event: (is, test = () => true) =>
      new Promise(resolve => {
        type Wanted = Parameters<NonNullable<typeof test>>[0]
        const look = (event: ServiceEvent) => {
          if (event.is !== is || !test(event as Wanted)) return
          waiting.delete(look)
          resolve(event as Wanted)
        }
        waiting.add(look)
        for (const event of events) look(event)
      }),
    poll: async flow => {
      const wish = { is: 'run', trigger: 'schedule', actor: 'schedule', mode: 'incremental' } as const
      const report = await service.dispatcher.request({ workspace: 'test', flow }, wish)
      return { state: report.state, ...report.counts }
    },
    stop: async () => {
      await running.stop(10_000)
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Looks until it is so: for what happens outside the service, where nobody tells. */
export async function eventually<T>(look: () => Promise<T>, isSo: (found: T) => boolean, ms = 10_000): Promise<T> {
  const until = Date.now() + ms
  for (;;) {
    const found = await look()
    if (isSo(found)) return found
    if (Date.now() > until) throw new Error(`it did not come to pass: ${JSON.stringify(found)?.slice(0, 2_000)}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

export interface MovableClock extends Clock {
  advance(ms: number): void
}

/** Real time, and what it was moved ahead by: whoever sleeps beyond that wakes. */
export function movableClock(): MovableClock {
  let ahead = 0
  const sleepers = new Set<{ readonly at: number; wake(): void }>()
  const now = () => Date.now() + ahead
  return {
    now: () => new Date(now()),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const end = (settle: () => void) => {
        clearTimeout(timer)
        sleepers.delete(sleeper)
        settle()
      }
      const timer = setTimeout(() => end(resolve), Math.min(ms, 2 ** 31 - 1))
      const sleeper = { at: now() + ms, wake: () => end(resolve) }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', () => end(() => reject(signal.reason)), { once: true })
      return promise
    },
    advance: ms => {
      ahead += ms
      for (const it of [...sleepers]) if (it.at <= now()) it.wake()
    },
  }
}

/** What Zoho CRM sends about these records, as the subscription that is kept makes it genuine. */
export async function zohoDelivery(at: Served, ids: readonly string[], more: JsonObject = {}): Promise<JsonObject> {
  const [held] = (await at.held.ledger.subscriptions()).filter(it => it.connection === 'crm')
  const channel = { channel_id: held?.id ?? '', token: held?.secret?.reveal() ?? '' }
  return { server_time: Date.now(), module: held?.entities[0] ?? '', operation: 'update', ...channel, ids, ...more }
}

/** The status of the answer; 0 when the connection was cut. */
export async function deliver(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/json', ...headers },
    })
    return { status: answer.status, text: await answer.text() }
  } catch {
    return { status: 0, text: '' }
  }
}

/** All of them, so many at a time. */
export async function atOnce<T>(many: number, works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const lane = async () => {
    for (let at = next++; at < works.length; at = next++) {
      const work = works[at]
      if (work) results[at] = await work()
    }
  }
  await Promise.all(Array.from({ length: many }, lane))
  return results
}

export const subscribed = (at: Served, connection = 'crm') =>
  eventually(
    () => at.held.ledger.subscriptions(),
    rows => rows.some(it => it.connection === connection && it.secret !== null),
  )

export const dealtWith = (at: Served) =>
  eventually(
    () => at.held.ledger.inboxCount('waiting'),
    count => count === 0,
    15_000,
  )

/** Accounts of one Zoho CRM (`crm`) become vendors of another one (`other`). */
export const ACCOUNTS = `
flow: accounts
source: { connector: zoho-crm, connection: crm, entity: Accounts }
map: { Vendor_Name: Account_Name, ERP_ID: id }
sink:
  connector: zoho-crm
  connection: other
  entity: Vendors
  operation: upsert
  match: ERP_ID
  customFields: { ERP_ID: { type: text, unique: true, length: 200 } }
listen: { events: [Accounts] }
`
