import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Json, JsonObject } from '../../core/record.ts'
import { createFaults } from './faults.ts'
import type { Fault, SandboxRequest } from './spec.ts'

export interface SandboxAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** One Set-Cookie header each. */
  readonly cookies?: readonly string[]
}

/** What the control routes may ask of the imitated system: reading and changing its data as one of its own users would. */
export interface SandboxData {
  /** All records of an entity, as the system holds them. */
  list(entity: string): readonly JsonObject[]
  /** Create or change one, as a person in the system's own screens would: change times are set, other fields stay. Answers the stored record. */
  put(entity: string, record: JsonObject): JsonObject
  /** True when it was there. */
  remove(entity: string, key: string): boolean
  readonly entities: readonly string[]
}

export interface SandboxServerSpec {
  readonly port: number
  readonly host: string
  readonly clock: SandboxClock
  readonly data: SandboxData
  /** The system's own answer. `label` is what a call is counted under (`query VENDOR`, `POST Accounts/upsert`). */
  handle(request: SandboxRequest): Promise<{ readonly label: string; readonly answer: SandboxAnswer }>
  /** Further knobs: `POST /_sandbox/knobs` with a JSON object; unknown names are answered with 400. */
  knobs?(values: JsonObject): void
  /** Anything a test may want to see: `GET /_sandbox/facts`. */
  facts?(): JsonObject
}

/** The sandbox's own time: real time plus an offset, or frozen. */
export interface SandboxClock {
  now(): Date
  /** Set by `POST /_sandbox/clock {"now": ISO | null, "advanceMs": n}`: `now` freezes, null thaws. */
  freeze(at: Date | null): void
  advance(ms: number): void
}

export function createSandboxClock(): SandboxClock {
  let frozen: number | null = null
  let offset = 0
  return {
    now: () => new Date(frozen ?? Date.now() + offset),
    freeze: at => {
      if (at) frozen = at.getTime()
      else if (frozen !== null) {
        offset = frozen - Date.now()
        frozen = null
      }
    },
    advance: ms => {
      if (frozen === null) offset += ms
      else frozen += ms
    },
  }
}

const CONTROL = '/_sandbox'
const MAX_BODY = 64 * 1024 * 1024

/**
 * A real HTTP server on loopback. Control routes under /_sandbox:
 * `POST faults` (a Fault or an array), `GET faults` (how many are still to come), `DELETE faults`, `GET calls` ({ total, byLabel }), `DELETE calls`, `POST clock`, `POST knobs`, `GET facts`,
 * `GET records/:entity`, `POST records/:entity` (an object or an array), `DELETE records/:entity/:key`.
 */
export async function startSandboxServer(
  spec: SandboxServerSpec,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = fastify({
    bodyLimit: MAX_BODY,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const faults = createFaults()
  const calls = new Map<string, number>()
  control(app, spec, faults, calls)
  app.all('/*', async (request, reply) => {
    const asked = toSandboxRequest(request)
    const fault = faults.next(asked)
    if (fault?.delayMs) await new Promise(resolve => setTimeout(resolve, fault.delayMs))
    if (fault && (await before(fault, reply, calls))) return reply
    const { label, answer } = await spec.handle(asked)
    calls.set(label, (calls.get(label) ?? 0) + 1)
    return fault ? after(fault, reply, answer) : send(reply, answer, spec)
  })
  await app.listen({ port: spec.port, host: spec.host })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the sandbox has no port')
  const host = spec.host.includes(':') ? `[${spec.host}]` : spec.host
  return { url: `http://${host}:${address.port}`, close: () => app.close() }
}

/** Acts before the request runs; true when it must not run at all. */
async function before(fault: Fault, reply: FastifyReply, calls: Map<string, number>): Promise<boolean> {
  if (fault.action === 'answer') {
    calls.set('faulted', (calls.get('faulted') ?? 0) + 1)
    reply.code(fault.status ?? 500)
    for (const [name, value] of Object.entries(fault.headers ?? { 'content-type': 'text/html' }))
      reply.header(name, value)
    reply.send(fault.body ?? '<html><body><h1>Service Unavailable</h1></body></html>')
    return true
  }
  if (fault.action === 'cutBefore' || fault.action === 'hangBefore') {
    calls.set('faulted', (calls.get('faulted') ?? 0) + 1)
    reply.hijack()
    if (fault.action === 'cutBefore') reply.raw.socket?.destroy()
    return true
  }
  return false
}

/** The request has run and is committed; what the client sees of it is another matter. */
function after(fault: Fault, reply: FastifyReply, answer: SandboxAnswer): FastifyReply {
  const body = Buffer.from(answer.body ?? '')
  const half = body.subarray(0, Math.floor(body.length / 2))
  if (fault.action === 'truncate') return send(reply, { ...answer, body: half })
  if (fault.action === 'delay') return send(reply, answer)
  reply.hijack()
  if (fault.action === 'cutAfter') reply.raw.socket?.destroy()
  if (fault.action === 'cutMid') {
    reply.raw.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) })
    reply.raw.write(half, () => reply.raw.socket?.destroy())
  }
  return reply
}

function send(reply: FastifyReply, answer: SandboxAnswer, spec?: SandboxServerSpec): FastifyReply {
  reply.code(answer.status)
  if (spec) reply.header('date', spec.clock.now().toUTCString())
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  if (answer.cookies) reply.header('set-cookie', [...answer.cookies])
  return reply.send(answer.body ?? '')
}

function control(
  app: FastifyInstance,
  spec: SandboxServerSpec,
  faults: ReturnType<typeof createFaults>,
  calls: Map<string, number>,
): void {
  const json = (request: FastifyRequest): Json =>
    request.body instanceof Buffer && request.body.length > 0 ? JSON.parse(request.body.toString('utf8')) : {}
  const entityOf = (request: FastifyRequest) => (request.params as { entity: string }).entity
  app.post(`${CONTROL}/faults`, async request => {
    const given = json(request)
    for (const fault of Array.isArray(given) ? given : [given]) faults.add(fault as unknown as Fault)
    return { faults: faults.count() }
  })
  app.get(`${CONTROL}/faults`, async () => ({ faults: faults.count() }))
  app.delete(`${CONTROL}/faults`, async () => {
    faults.clear()
    return {}
  })
  app.get(`${CONTROL}/calls`, async () => ({
    total: [...calls.values()].reduce((sum, n) => sum + n, 0),
    byLabel: Object.fromEntries([...calls].sort()),
  }))
  app.delete(`${CONTROL}/calls`, async () => {
    calls.clear()
    return {}
  })
  app.post(`${CONTROL}/clock`, async request => {
    const given = json(request) as { now?: string | null; advanceMs?: number }
    if (given.now !== undefined) spec.clock.freeze(given.now === null ? null : new Date(given.now))
    if (given.advanceMs) spec.clock.advance(given.advanceMs)
    return { now: spec.clock.now().toISOString() }
  })
  app.post(`${CONTROL}/knobs`, async (request, reply) => {
    try {
      spec.knobs?.(json(request) as JsonObject)
      return {}
    } catch (thrown) {
      return reply.code(400).send({ error: String(thrown) })
    }
  })
  app.get(`${CONTROL}/facts`, async () => spec.facts?.() ?? {})
  app.get(`${CONTROL}/records/:entity`, async request => spec.data.list(entityOf(request)))
  app.post(`${CONTROL}/records/:entity`, async request => {
    const given = json(request)
    if (Array.isArray(given)) return given.map(it => spec.data.put(entityOf(request), it as JsonObject))
    return spec.data.put(entityOf(request), given as JsonObject)
  })
  app.delete(`${CONTROL}/records/:entity/:key`, async request => ({
    removed: spec.data.remove(entityOf(request), (request.params as { key: string }).key),
  }))
}

function toSandboxRequest(request: FastifyRequest): SandboxRequest {
  const url = new URL(request.raw.url ?? '/', 'http://sandbox')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  return {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: request.body instanceof Buffer ? request.body : Buffer.alloc(0),
  }
}
