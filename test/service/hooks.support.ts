import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connectors } from '../../connectors/index.ts'
import { type Clock, systemClock } from '../../engine/core/clock.ts'
import type { JsonObject } from '../../engine/core/record.ts'
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
    folders: [workspace.folder],
    host: {
      registry: new Map(connectors.map(it => [it.name, it])),
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
    sleep: (ms, signal) => {
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
