import helmet from '@fastify/helmet'
import { type FastifyInstance, fastify } from 'fastify'
import type { Clock } from '../core/clock.ts'
import { EngineError, isEngineError } from '../core/errors.ts'
import { createDispatcher, type Dispatcher } from '../dispatch/index.ts'
import type { Host } from '../host/index.ts'
import type { Log } from '../sdk/connector.ts'
import { answerError, answerNotFound } from './api/failed.ts'
import { pauseOf } from './held.ts'
import { createHub } from './hub.ts'
import type { End } from './part.ts'
import { PARTS } from './parts.ts'
import type { Service } from './service.ts'
import { openWorkspaces, scheduleAll, type Workspaces, watchWorkspace } from './workspaces.ts'

export interface ServiceOptions {
  /** Folders of the workspaces. */
  readonly folders: readonly string[]
  /** Its signal is not what stops the service: runs are told to settle by `stop`. */
  readonly host: Host
  readonly version: string
  readonly address: string
  /** 0: any free port. */
  readonly port: number
  readonly publicUrl?: string
  /** Runs of different flows at the same time. */
  readonly atOnce: number
  readonly dashboard?: string
  readonly schemas: string
  /** Do schedules start runs? Tests and `--no-schedule` say no. */
  readonly isScheduling: boolean
  /** Addresses and CIDR ranges of proxies that are believed about who asks, and whether by TLS; none when absent. */
  readonly trustedProxies?: readonly string[]
  /** Anybody who reaches the service may read /metrics; a token when absent. */
  readonly isMetricsOpen?: boolean
}

export interface RunningService {
  readonly url: string
  readonly service: Service
  /** Schedules start runs from now on, where they have not from the start. */
  schedule(): void
  /** Takes nothing more, lets runs settle, closes all. False when `deadlineMs` passed before that: what is left is what a crash leaves. */
  stop(deadlineMs: number): Promise<boolean>
}

const MAX_BODY = 4 * 1024 * 1024
const MAX_HEADER = 16 * 1024
const REQUEST_MS = 30_000

/** Everything in one process: schedules, deliveries, API and dashboard over the given workspaces. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { host } = options
  const hub = createHub(message => host.log.warn(message))
  const { workspaces, leftOut } = await openWorkspaces(options.folders, host, twice)
  const dispatcher = dispatcherOf(workspaces, options, hub.tell)
  const service: Service = {
    ...{ version: options.version, workspaces, leftOut, dispatcher, hub, clock: host.clock, log: host.log },
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl.replace(/\/+$/, '') }),
    ...(options.dashboard === undefined ? {} : { dashboard: options.dashboard }),
    schemas: options.schemas,
    isMetricsOpen: options.isMetricsOpen ?? false,
    isScheduling: false,
    isStopping: false,
  }
  const app = await newApp(options.trustedProxies ?? [], host.log)
  const ends: End[] = []
  const closeAll = async () => {
    for (const end of ends.splice(0).reverse()) await end().catch(thrown => host.log.warn(String(thrown)))
    await dispatcher.stop()
    await workspaces.close()
  }
  try {
    for (const part of PARTS) {
      const end = await part(app, service)
      if (end) ends.push(end)
    }
    await app.listen({ port: options.port, host: options.address })
    for (const held of workspaces.all()) ends.push(watchWorkspace(held, service))
    if (options.isScheduling) schedule(service)
  } catch (thrown) {
    await app.close()
    await closeAll()
    throw isEngineError(thrown) ? thrown : cannotListen(thrown, options)
  }
  const stop = async () => {
    service.isStopping = true
    // what was answered is stored: deliveries end before the runs that they lead to
    await app.close()
    await closeAll()
  }
  return {
    url: urlOf(app),
    service,
    schedule: () => schedule(service),
    stop: deadlineMs => within(stop(), deadlineMs, host.clock),
  }
}

function schedule(service: Service): void {
  service.isScheduling = true
  for (const held of service.workspaces.all()) scheduleAll(held, [], service.dispatcher)
}

function dispatcherOf(
  workspaces: Workspaces,
  { host, atOnce }: ServiceOptions,
  tell: Service['hub']['tell'],
): Dispatcher {
  return createDispatcher({
    workspace: name => workspaces.get(name)?.opened,
    isPaused: ({ workspace, flow }) => {
      const held = workspaces.get(workspace)
      return held !== undefined && pauseOf(held, flow) !== undefined
    },
    clock: host.clock,
    random: Math.random,
    atOnce,
    tell,
    warn: message => host.log.warn(message),
  })
}

async function newApp(trustedProxies: readonly string[], log: Log): Promise<FastifyInstance> {
  const app = fastify({
    // what anybody else says about where it comes from is made up
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    // a path that is none reaches no route, and is answered like everything else
    frameworkErrors: answerError(log),
    bodyLimit: MAX_BODY,
    requestTimeout: REQUEST_MS,
    http: { maxHeaderSize: MAX_HEADER },
    // live pages hold their connections open: a stop does not wait for them
    forceCloseConnections: true,
  })
  app.setNotFoundHandler(answerNotFound)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
        imgSrc: ["'self'", 'data:'],
      },
    },
    // it may be served without TLS on loopback; a proxy that ends TLS sends its own
    hsts: false,
  })
  return app
}

function urlOf(app: FastifyInstance): string {
  const address = app.server.address()
  if (address === null || typeof address === 'string') return String(address)
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${host}:${address.port}`
}

async function within(work: Promise<void>, deadlineMs: number, clock: Clock): Promise<boolean> {
  const late = new AbortController()
  const deadline = clock.sleep(deadlineMs, late.signal).then(
    () => false,
    () => false,
  )
  const isDone = await Promise.race([work.then(() => true), deadline])
  late.abort()
  return isDone
}

const twice = (name: string): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'SERVICE_WORKSPACE_TWICE',
    message: `two of the folders are a workspace called "${name}"`,
    remedy: 'Give each its own name: "workspace:" in ml-connector.yaml.',
  })

function cannotListen(thrown: unknown, { address, port }: ServiceOptions): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'SERVICE_ADDRESS',
    message: `the service cannot listen on ${address}:${port}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    remedy: 'Choose another --port or --address, or end the process that has it.',
    cause: thrown,
  })
}
