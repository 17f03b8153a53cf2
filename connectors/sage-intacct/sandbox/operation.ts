import { errorsXml, resultXml } from './envelope.ts'
import type { FunctionAnswer } from './functions/call.ts'
import { FUNCTIONS } from './functions/index.ts'
import type { Counters } from './limits.ts'
import type { FunctionRequest, GatewayRequest } from './request.ts'
import type { Session, Sessions } from './session.ts'
import { type Caller, isEntity } from './sign-in.ts'
import type { World } from './store/world.ts'
import { type ErrorEntry, Refusal } from './wire/errors.ts'
import { child, element, textIn } from './wire/xml.ts'

export interface OperationOutcome {
  /** All `result` elements, in the order of the functions. */
  readonly xml: string
  readonly session: Session
  readonly bare?: FunctionAnswer['bare']
}

export interface Operations {
  /** What the call is counted under: `query VENDOR`. */
  label(request: GatewayRequest): string
  /** Marks the functions as running, for the refusal of a repeat in flight; the answer ends that. */
  reserve(request: GatewayRequest | undefined): () => void
  run(request: GatewayRequest, caller: Caller, refusal?: ErrorEntry): OperationOutcome
}

export interface OperationParts {
  readonly world: World
  readonly sessions: Sessions
  readonly counters: Counters
  endpoint(): string
}

type Ended =
  | { readonly is: 'success'; readonly answer: FunctionAnswer }
  | { readonly is: 'failure'; readonly entries: readonly ErrorEntry[]; readonly data?: string }

const ROLLED_BACK: ErrorEntry = {
  errorno: 'XL03000009',
  description2: 'The entire transaction in this operation has been rolled back due to an error.',
}

export function createOperations(parts: OperationParts): Operations {
  const executed = new Set<string>()
  const running = new Map<string, number>()
  return {
    label: request => [...new Set(request.functions.map(labelOf))].join(' + '),
    reserve: request => {
      const ids = request?.uniqueId ? request.functions.map(it => it.controlId) : []
      for (const id of ids) running.set(id, (running.get(id) ?? 0) + 1)
      return () => {
        for (const id of ids) running.set(id, (running.get(id) ?? 1) - 1)
      }
    },
    run: (request, caller, refusal) => {
      const refuseRepeat = (id: string): ErrorEntry | undefined => {
        const refused = request.uniqueId ? refusalOfRepeat(id, executed, running) : undefined
        if (refused) parts.counters.duplicateFunctions += 1
        return refused
      }
      let { session } = caller
      const runOne = (it: FunctionRequest): Ended => {
        const refused = refusal ?? offline(parts.world) ?? refuseRepeat(it.controlId)
        if (refused) return { is: 'failure', entries: [refused] }
        if (it.name !== 'getAPISession') return attempt(parts, session, it)
        const opened = openSession(parts, it, session)
        if (opened.session) session = opened.session
        return opened.ended
      }
      const ended = runAll(parts.world, request, runOne)
      for (const [at, it] of ended.entries())
        if (it.is === 'success') executed.add(request.functions[at]?.controlId ?? '')
      return finish(parts.world, request, session, ended)
    },
  }
}

function refusalOfRepeat(
  id: string,
  executed: ReadonlySet<string>,
  running: ReadonlyMap<string, number>,
): ErrorEntry | undefined {
  if (executed.has(id))
    return {
      description2: `A request's function with the control ID ${id} has already been executed and completed.`,
    }
  return (running.get(id) ?? 0) > 1
    ? {
        description2: `A request's function with the control ID ${id} is in process.`,
        correction: 'Try again later.',
      }
    : undefined
}

function offline(world: World): ErrorEntry | undefined {
  if (!world.takeOffline()) return undefined
  return {
    description2: 'The Service is Temporarily Off-line.',
    correction: 'Please try again later.',
  }
}

/** Each for itself, or all or none (fact sheet 3, `transaction`). */
function runAll(world: World, request: GatewayRequest, runOne: (it: FunctionRequest) => Ended): Ended[] {
  if (!request.isTransaction) {
    const ended = request.functions.map(runOne)
    world.journal.settle()
    return ended
  }
  const mark = world.journal.mark()
  const ended: Ended[] = []
  for (const it of request.functions) {
    const one = runOne(it)
    ended.push(one)
    if (one.is === 'failure') break
  }
  const failed = ended.findIndex(it => it.is === 'failure')
  if (failed < 0) {
    world.journal.settle()
    return ended
  }
  world.journal.rollbackTo(mark)
  return request.functions.map((_unused, at): Ended => {
    const own = at === failed ? ended[at] : undefined
    return { is: 'failure', entries: [...(own?.is === 'failure' ? own.entries : []), ROLLED_BACK] }
  })
}

function attempt(parts: OperationParts, session: Session, it: FunctionRequest): Ended {
  const known = Object.hasOwn(FUNCTIONS, it.name) ? FUNCTIONS[it.name] : undefined
  const call = { world: parts.world, locationId: session.locationId }
  if (!known)
    return {
      is: 'failure',
      entries: [{ errorno: 'XL03000003', description2: `The function ${it.name} is not known.` }],
    }
  try {
    parts.counters.transactions += known.cost(it.node)
    const answer = parts.world.journal.atomically(() => known.run(call, it.node))
    return answer.failure ? { is: 'failure', entries: answer.failure, data: answer.xml } : { is: 'success', answer }
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.level === 'function') return { is: 'failure', entries: thrown.entries }
    throw thrown
  }
}

/** A new session for the caller, in the entity that `getAPISession` or the login names (fact sheet 2). */
function openSession(
  parts: OperationParts,
  it: FunctionRequest,
  caller: Session,
): { readonly ended: Ended; readonly session?: Session } {
  const asked = child(it.node, 'locationid') ? (textIn(it.node, 'locationid') ?? '') : caller.locationId
  if (!isEntity(parts.world, asked))
    return {
      ended: { is: 'failure', entries: [{ errorno: 'XL03000006', description2: 'Sign-in information is incorrect' }] },
    }
  parts.counters.logins += 1
  const session = parts.sessions.open(asked)
  const xml = `<data><api>${element('sessionid', session.id)}${element('endpoint', parts.endpoint())}${element('locationid', asked)}</api></data>`
  return { session, ended: { is: 'success', answer: { xml } } }
}

function finish(world: World, request: GatewayRequest, session: Session, ended: readonly Ended[]): OperationOutcome {
  const options = { withSupportId: world.knobs().supportIds, additional: request.additionalErrors }
  const failed = ended.find(it => it.is === 'failure' && it.entries[0] !== ROLLED_BACK)
  const results = ended.map((it, at) => {
    const asked = request.functions[at]
    const base = { function: asked?.name ?? '', controlId: asked?.controlId ?? '' }
    if (it.is === 'success') return resultXml({ ...base, status: 'success', inner: it.answer.xml })
    const isAborted = request.isTransaction && it !== failed && it.entries[0] === ROLLED_BACK
    const data = it.data ?? (WRITES.has(base.function) ? '<data listtype="objects" count="0"/>' : '')
    return resultXml({
      ...base,
      status: isAborted ? 'aborted' : 'failure',
      inner: `${data}${errorsXml(it.entries, options)}`,
    })
  })
  const [only] = ended
  const bare = ended.length === 1 && only?.is === 'success' ? only.answer.bare : undefined
  return { xml: results.join(''), session, ...(bare ? { bare } : {}) }
}

const WRITES = new Set(['create', 'update'])

function labelOf(it: FunctionRequest): string {
  const object = Object.hasOwn(FUNCTIONS, it.name) ? (FUNCTIONS[it.name]?.object(it.node) ?? '') : ''
  return object === '' ? it.name : `${it.name} ${object}`
}
