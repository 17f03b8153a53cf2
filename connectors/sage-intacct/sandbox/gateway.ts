import { gzipSync } from 'node:zlib'
import type { JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import {
  authenticatedXml,
  type ControlEcho,
  controlXml,
  errorsXml,
  gatewayXml,
  PROLOG,
  refusedXml,
} from './envelope.ts'
import { type Counters, createCounters, createGate, createWindow } from './limits.ts'
import { createOperations, type Operations } from './operation.ts'
import { type GatewayRequest, parseRequest } from './request.ts'
import { createSessions, type Sessions } from './session.ts'
import { ACCOUNT, authenticate, checkSender, echoOf, HOME_PATH, START_PATH } from './sign-in.ts'
import type { World } from './store/world.ts'
import { type ErrorEntry, Refusal } from './wire/errors.ts'
import { indentXml } from './wire/indent.ts'

const XML = { 'content-type': 'text/xml; encoding="UTF-8"' }
const HTML = { 'content-type': 'text/html; charset=UTF-8' }

export interface Gateway {
  handle(request: SandboxRequest): Promise<Handled>
  readonly sessions: Sessions
  facts(): JsonObject
}

interface Handled {
  readonly label: string
  readonly answer: SandboxAnswer
}

/** The parts that every step of a request needs. */
interface Machine {
  readonly world: World
  readonly sessions: Sessions
  readonly operations: Operations
  readonly counters: Counters
}

/** `origin()` is the address that clients reach; it is known only after the start. */
export function createGateway(world: World, origin: () => string): Gateway {
  const counters = createCounters()
  const sessions = createSessions(world.clock, () => world.knobs().sessionSeconds)
  const operations = createOperations({ world, sessions, counters, endpoint: () => `${origin()}${HOME_PATH}` })
  const machine = { world, sessions, operations, counters }
  const gate = createGate(world.knobs, counters)
  const hasRoom = createWindow(world.knobs, world.clock)
  return {
    sessions,
    facts: () => ({ ...counters, sessions: sessions.count(), endpoint: `${origin()}${HOME_PATH}` }),
    handle: async request => {
      counters.requests += 1
      const refused = refuseTransport(request)
      if (refused) return { label: 'refused', answer: refused }
      if (!hasRoom()) {
        counters.throttled += 1
        return { label: 'throttled', answer: throttled(world) }
      }
      if (!(await gate.enter())) return busy(machine, request)
      try {
        return await run(machine, request)
      } finally {
        gate.leave()
      }
    },
  }
}

/** Before any XML is read: address, method and content type. */
function refuseTransport({ path, method, headers }: SandboxRequest): SandboxAnswer | undefined {
  if (path !== START_PATH && path !== HOME_PATH)
    return { status: 404, headers: HTML, body: '<html><body><h1>Not Found</h1></body></html>' }
  if (method !== 'POST')
    return {
      status: 405,
      headers: { ...HTML, allow: 'POST' },
      body: '<html><body><h1>Method Not Allowed</h1></body></html>',
    }
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/xml' || type === 'x-intacct-xml-request') return undefined
  return { status: 400, headers: XML, body: gatewayXml({ errorno: 'GW-0011', description: 'Invalid Request' }) }
}

function throttled(world: World): SandboxAnswer {
  const { retryAfterSeconds } = world.knobs()
  const wait: Record<string, string> = retryAfterSeconds > 0 ? { 'retry-after': String(retryAfterSeconds) } : {}
  return {
    status: 429,
    headers: { ...XML, ...wait },
    body: gatewayXml({ errorno: 'GW-0010', description: 'Too many requests' }),
  }
}

/** A call that was held in vain. */
function busy(machine: Machine, request: SandboxRequest): Handled {
  if (machine.world.knobs().busyAnswer === 'gateway') return { label: 'busy', answer: throttled(machine.world) }
  const entry = {
    description2: 'There are too many operations running for this company. Error number 200024.',
    correction: 'Wait and try again later.',
  }
  const { answer } = execute(machine, request, entry)
  return { label: 'busy', answer }
}

async function run(machine: Machine, request: SandboxRequest): Promise<Handled> {
  const release = machine.operations.reserve(tryParse(request.body))
  try {
    const { workMs } = machine.world.knobs()
    if (workMs > 0) await new Promise(resolve => setTimeout(resolve, workMs))
    return execute(machine, request)
  } finally {
    release()
  }
}

/** `refusal`: every function fails with it instead of being run. */
function execute(machine: Machine, request: SandboxRequest, refusal?: ErrorEntry): Handled {
  let parsed: GatewayRequest | undefined
  try {
    parsed = parseRequest(request.body)
    const label = machine.operations.label(parsed)
    return { label, answer: compress(request, answerParsed(machine, parsed, request.path, refusal)) }
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const echo = parsed ? echoControl(parsed) : echoText(request.body)
    return { label: parsed ? 'refused' : 'malformed', answer: compress(request, controlFailure(machine, thrown, echo)) }
  }
}

function answerParsed(machine: Machine, parsed: GatewayRequest, path: string, refusal?: ErrorEntry): SandboxAnswer {
  const { world, operations } = machine
  checkSender(parsed, world)
  const open = `${PROLOG}<response>${controlXml('success', echoControl(parsed))}<operation>`
  const finish = (inner: string): SandboxAnswer => {
    const xml = `${open}${inner}</operation></response>`
    return { status: 200, headers: XML, body: parsed.whitespace ? indentXml(xml) : xml }
  }
  try {
    const caller = authenticate(parsed, path, world, machine.sessions)
    const outcome = operations.run(parsed, caller, refusal)
    if (outcome.bare)
      return { status: 200, headers: { 'content-type': outcome.bare.contentType }, body: outcome.bare.body }
    const echo = { ...ACCOUNT, ...outcome.session }
    return finish(`${authenticatedXml(echo)}${outcome.xml}`)
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.level !== 'authentication') throw thrown
    if (parsed.authentication.is === 'login') machine.counters.refusedLogins += 1
    else machine.counters.refusedSessions += 1
    const { userId, companyId } = echoOf(parsed)
    return finish(
      `${refusedXml(userId, companyId)}${errorsXml(thrown.entries, { withSupportId: false, additional: parsed.additionalErrors })}`,
    )
  }
}

function controlFailure(machine: Machine, refusal: Refusal, echo: ControlEcho): SandboxAnswer {
  if (refusal.level === 'gateway')
    return { status: refusal.status, headers: XML, body: gatewayXml(refusal.entries[0] ?? {}) }
  const errors = errorsXml(refusal.entries, { withSupportId: machine.world.knobs().supportIds, additional: false })
  return {
    status: refusal.status,
    headers: XML,
    body: `${PROLOG}<response>${controlXml('failure', echo)}${errors}</response>`,
  }
}

const echoControl = (request: GatewayRequest): ControlEcho => ({ ...request, uniqueId: String(request.uniqueId) })

/** What of a malformed request's control can still be told. */
function echoText(body: Buffer): ControlEcho {
  const text = body.toString('utf8')
  const find = (name: string) => new RegExp(`<${name}>([^<>&\\p{Cc}]*)</${name}>`, 'u').exec(text)?.[1] ?? ''
  return {
    senderId: find('senderid'),
    controlId: find('controlid'),
    uniqueId: find('uniqueid'),
    dtdVersion: find('dtdversion'),
  }
}

function tryParse(body: Buffer): GatewayRequest | undefined {
  try {
    return parseRequest(body)
  } catch (thrown) {
    // `execute` parses again and answers what is wrong
    if (thrown instanceof Refusal) return undefined
    throw thrown
  }
}

function compress(request: SandboxRequest, answer: SandboxAnswer): SandboxAnswer {
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '') || answer.body === undefined) return answer
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': 'gzip' },
    body: gzipSync(answer.body, { level: 1 }),
  }
}
