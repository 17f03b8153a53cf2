import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { InboxEntry } from '../../core/operations.ts'
import type { Delivery } from '../../sdk/connector.ts'
import type { ServiceEvent } from '../hub.ts'
import type { Service } from '../service.ts'
import { note } from './counts.ts'
import type { Intake } from './intake.ts'
import { type Receiver, receiverOf, type Trust } from './trust.ts'

type Because = Extract<ServiceEvent, { readonly is: 'delivery-refused' }>['because']

export interface ReceptionPorts {
  readonly service: Service
  readonly trust: Trust
  intake(receiver: Receiver): Intake
}

const MAX_BODY = 1024 * 1024
/** A body that takes longer is cut off. */
const BODY_MS = 10_000
/** Of one connection and address. */
const MOST_A_MINUTE = 6_000
/** No refusal is answered sooner: the time tells neither what was compared nor whether there was anything to compare. */
const REFUSAL_MS = 50
/** When the ledger cannot keep anything: senders that try again do it after this long. */
const RETRY_AFTER_S = 30

/** The public address of deliveries. It believes first and reads afterwards; an answer says nothing but its status. */
export async function reception(app: FastifyInstance, ports: ReceptionPorts): Promise<void> {
  const { service } = ports
  const refused = (request: FastifyRequest, because: Because) => tellRefused(service, request, because)
  await app.register(rateLimit, { global: false })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((thrown, request, reply) => answerFailure(thrown, { request, reply, service }))
  const config = {
    rateLimit: {
      max: MOST_A_MINUTE,
      timeWindow: 60_000,
      keyGenerator: (request: FastifyRequest) => `${placeOf(service, request).join('/')} ${request.ip}`,
      onExceeded: (request: FastifyRequest) => refused(request, 'rate'),
    },
  }
  const url = '/hooks/:workspace/:connection'
  // some systems look whether anybody is there before they subscribe
  app.get(url, { config }, async (_request, reply) => reply.code(200).send())
  app.post(url, { config, bodyLimit: MAX_BODY, onRequest: cutSlow(ports) }, (request, reply) =>
    receive(ports, request, reply),
  )
}

async function receive(ports: ReceptionPorts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { service, trust } = ports
  const { clock, log } = service
  const delivery = deliveryOf(request, clock.now())
  const { workspace, connection } = paramsOf(request)
  const receiver = receiverOf(service, workspace, connection)
  // a body made to break what compares it is no better than one that is wrong
  const isGenuine = receiver !== undefined && (await trust.isGenuine(receiver, delivery).catch(() => false))
  if (!isGenuine) {
    tellRefused(service, request, receiver ? 'signature' : 'unknown')
    await clock.sleep(Math.max(0, delivery.receivedAt.getTime() + REFUSAL_MS - clock.now().getTime()))
    return reply.code(401).send()
  }
  const entries = entriesOf(receiver, delivery)
  if (entries.length === 0) {
    // it is genuine: an error would only make the sender try again, or give up on us
    log.warn('a delivery tells of nothing that is known', { workspace, connection })
    tellRefused(service, request, 'shape')
    return reply.code(200).send()
  }
  await ports.intake(receiver)(entries)
  return reply.code(200).send()
}

function deliveryOf({ headers, body }: FastifyRequest, receivedAt: Date): Delivery {
  const plain = Object.entries(headers).map(([name, it]) => [name, Array.isArray(it) ? it.join(', ') : (it ?? '')])
  return { headers: Object.fromEntries(plain), body: Buffer.isBuffer(body) ? body : Buffer.alloc(0), receivedAt }
}

function entriesOf({ connection, webhook }: Receiver, delivery: Delivery): readonly InboxEntry[] {
  const receivedAt = delivery.receivedAt.toISOString()
  return webhook.parse(delivery).map(it => ({ ...it, connection, receivedAt }))
}

/** Cuts off whoever holds a connection by sending slowly. */
function cutSlow({ service }: ReceptionPorts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const whole = new AbortController()
    const { raw } = request
    raw.once('close', () => whole.abort())
    service.clock.sleep(BODY_MS, whole.signal).then(
      () => {
        if (raw.complete) return
        // what was answered as too large may go on sending
        if (!reply.sent) tellRefused(service, request, 'slow')
        raw.destroy()
      },
      () => {},
    )
  }
}

interface Failed {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly service: Service
}

const STATUS_BECAUSE: Readonly<Record<number, Because>> = { 413: 'size', 400: 'shape', 415: 'shape' }

function answerFailure(thrown: unknown, { request, reply, service }: Failed): FastifyReply {
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 503
  // counted when it happened
  if (status === 429) return reply.code(429).send()
  const because = STATUS_BECAUSE[status]
  if (because) {
    tellRefused(service, request, because)
    return reply.code(status === 413 ? 413 : 401).send()
  }
  // cut off, by us or by the sender
  if (!request.raw.complete) return reply.code(400).send()
  service.log.warn('a delivery could not be kept', { ...paramsOf(request), why: String(thrown) })
  return reply.code(503).header('retry-after', String(RETRY_AFTER_S)).send()
}

function tellRefused(service: Service, request: FastifyRequest, because: Because): void {
  const [workspace, connection] = placeOf(service, request)
  const held = service.workspaces.get(workspace)
  if (held) note(held, connection, 'refused', { by: 1 })
  service.hub.tell({ is: 'delivery-refused', workspace, connection, because })
}

/** Names that somebody made up are not kept, counted or told: there would be no end of them. */
const NOBODY = '-'

function placeOf(service: Service, request: FastifyRequest): readonly [workspace: string, connection: string] {
  const { workspace, connection } = paramsOf(request)
  const held = service.workspaces.get(workspace)
  if (!held) return [NOBODY, NOBODY]
  return [workspace, held.opened.workspace.connections.has(connection) ? connection : NOBODY]
}

function paramsOf({ params }: FastifyRequest): { readonly workspace: string; readonly connection: string } {
  // the route has both
  return params as { workspace: string; connection: string }
}
