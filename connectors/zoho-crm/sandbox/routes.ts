import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { Refusal, refuse } from './answers.ts'
import { BULK_CREDITS } from './bulk-read.ts'
import { prepare, runQuery } from './coql/run.ts'
import { listRecords } from './list.ts'
import { fieldList, moduleList, oneModule, organisation, users } from './metadata.ts'
import type { ModuleDef } from './modules.ts'
import { recordModule } from './org.ts'
import { getRecord, listDeleted } from './read-calls.ts'
import type { Need, Right } from './scopes.ts'
import type { Site } from './site.ts'
import type { Cost } from './usage.ts'
import { deleteRecords, insertRecords, readBody, updateRecord, updateRecords, upsertRecords } from './write-calls.ts'

/** A call that is understood: what it needs, what it costs, what it does. */
export interface Route {
  readonly needs: readonly Need[]
  readonly cost: Cost
  readonly delayMs?: number
  run(): SandboxAnswer
}

export interface Asked {
  readonly site: Site
  readonly request: SandboxRequest
  /** The path after /crm/v8/, decoded. */
  readonly steps: readonly string[]
}

const ONE: Cost = { credits: 1, isSub: false }

/** The route of a path and a verb; throws for a wrong path, verb or module. */
export function findRoute(asked: Asked): Route {
  const [first = '', second] = asked.steps
  const fixed = FIXED[first]
  if (fixed && Object.hasOwn(FIXED, first)) return fixed(asked)
  if (asked.steps.length > 2 || !/^[A-Za-z][A-Za-z0-9_]*$/.test(first)) throw wrongUrl()
  const module = recordModule(asked.site.org, first)
  const shape = second === undefined ? 'all' : second === 'upsert' || second === 'deleted' ? second : 'one'
  const found = RECORDS[shape][asked.request.method]
  if (!found) throw wrongMethod()
  const { site, request } = asked
  return {
    needs: found.rights.map(right => ({ family: 'modules', part: module.scope, right })),
    cost: found.cost?.(request) ?? ONE,
    delayMs: shape === 'upsert' ? site.org.knobs.upsertDelayMs : 0,
    run: () => found.run({ site, request, module, key: second ?? '' }),
  }
}

/** `GET Accounts`, `POST Accounts/upsert`, `GET Accounts/{id}`, `GET settings/fields`: what a call is counted under. */
export function labelOf(method: string, steps: readonly string[]): string {
  const [first = '', second] = steps
  if (second === undefined) return `${method} ${first}`
  const isWord = Object.hasOwn(FIXED, first) || second === 'upsert' || second === 'deleted'
  return `${method} ${first}/${isWord ? second : '{id}'}`
}

const FIXED: Readonly<Record<string, (asked: Asked) => Route>> = {
  org: ({ site, request, steps }) =>
    reading({ request, steps, length: 1 }, { family: 'org', right: 'READ' }, () => organisation(site.org)),
  users: ({ request, steps }) =>
    reading({ request, steps, length: 1 }, { family: 'users', right: 'READ' }, () => users(request)),
  settings: ({ site, request, steps }) => {
    const [, part, key] = steps
    const need: Need = { family: 'settings', part: part ?? '', right: 'READ' }
    if (part === 'fields') return reading({ request, steps, length: 2 }, need, () => fieldList(site.org, request))
    if (part !== 'modules') throw wrongUrl()
    const run = () => (key === undefined ? moduleList(site.org) : oneModule(site.org, key))
    return reading({ request, steps, length: key === undefined ? 2 : 3 }, need, run)
  },
  coql: ({ site, request, steps }) => {
    if (steps.length > 1) throw wrongUrl()
    if (request.method !== 'POST') throw wrongMethod()
    const prepared = prepare(site.org, request)
    return {
      needs: [
        { family: 'coql', right: 'READ' },
        { family: 'modules', part: prepared.module.scope, right: 'READ' },
      ],
      cost: { credits: prepared.credits, isSub: true },
      run: () => runQuery(site.org, prepared),
    }
  },
  bulk: ({ site, request, steps }) => {
    const [, verb, id, part] = steps
    const isResult = part === 'result' && steps.length === 4
    if (!request.path.startsWith('/crm/bulk/') || verb !== 'read' || !(steps.length <= 3 || isResult)) throw wrongUrl()
    if (request.method !== (id === undefined ? 'POST' : 'GET')) throw wrongMethod()
    const { bulkReads } = site
    return {
      needs: [
        { family: 'bulk', right: 'READ' },
        { family: 'modules', right: 'READ' },
      ],
      cost: id === undefined ? { credits: BULK_CREDITS, isSub: false } : ONE,
      run: () => (id === undefined ? bulkReads.start(request) : isResult ? bulkReads.result(id) : bulkReads.status(id)),
    }
  },
  actions: ({ site, request, steps }) => {
    if (steps.length !== 2 || steps[1] !== 'watch') throw wrongUrl()
    const found = WATCH[request.method]
    if (!found) throw wrongMethod()
    return {
      needs: [{ family: 'notifications', right: found.right }],
      cost: ONE,
      run: () => site.channels[found.act](request),
    }
  },
}

const WATCH: Readonly<
  Record<string, { right: Right; act: 'subscribe' | 'replace' | 'patch' | 'list' | 'remove' } | undefined>
> = {
  POST: { right: 'CREATE', act: 'subscribe' },
  PUT: { right: 'UPDATE', act: 'replace' },
  PATCH: { right: 'UPDATE', act: 'patch' },
  GET: { right: 'READ', act: 'list' },
  DELETE: { right: 'DELETE', act: 'remove' },
}

function reading(
  at: { readonly request: SandboxRequest; readonly steps: readonly string[]; readonly length: number },
  need: Need,
  run: Route['run'],
): Route {
  if (at.steps.length !== at.length) throw wrongUrl()
  if (at.request.method !== 'GET') throw wrongMethod()
  return { needs: [need], cost: ONE, run }
}

interface RecordCall {
  readonly site: Site
  readonly request: SandboxRequest
  readonly module: ModuleDef
  readonly key: string
}

interface RecordRoute {
  readonly rights: readonly Right[]
  cost?(request: SandboxRequest): Cost
  run(call: RecordCall): SandboxAnswer
}

type Shape = 'all' | 'upsert' | 'deleted' | 'one'

const RECORDS: Record<Shape, Readonly<Record<string, RecordRoute | undefined>>> = {
  all: {
    GET: {
      rights: ['READ'],
      cost: ({ query }) => ({ credits: 1, isSub: query.has('sort_by') || query.has('cvid') }),
      run: ({ site, module, request }) => listRecords(site.org, module, { request, tokens: site.tokens }),
    },
    POST: {
      rights: ['CREATE'],
      cost: writeCost,
      run: ({ site, module, request }) => insertRecords(site.org, module, request),
    },
    PUT: {
      rights: ['UPDATE'],
      cost: writeCost,
      run: ({ site, module, request }) => updateRecords(site.org, module, request),
    },
    DELETE: {
      rights: ['DELETE'],
      run: ({ site, module, request }) => deleteRecords(site.org, module, { request, keys: idsOf(request) }),
    },
  },
  upsert: {
    POST: {
      rights: ['CREATE', 'UPDATE'],
      cost: writeCost,
      run: ({ site, module, request }) => upsertRecords(site.org, module, request),
    },
  },
  deleted: {
    GET: { rights: ['READ'], run: ({ site, module, request }) => listDeleted(site.org, module, request) },
  },
  one: {
    GET: { rights: ['READ'], run: ({ site, module, request, key }) => getRecord(site.org, module, { request, key }) },
    PUT: {
      rights: ['UPDATE'],
      run: ({ site, module, request, key }) => updateRecord(site.org, module, { request, key }),
    },
    DELETE: {
      rights: ['DELETE'],
      run: ({ site, module, request, key }) => deleteRecords(site.org, module, { request, keys: [key] }),
    },
  },
}

const idsOf = (request: SandboxRequest) => (request.query.get('ids') ?? '').split(',').filter(it => it !== '')

/** 1 credit per 10 records; more than 10 records take one of the shared slots (6.2). */
function writeCost(request: SandboxRequest): Cost {
  const count = countRecords(request)
  return { credits: Math.max(1, Math.ceil(count / 10)), isSub: count > 10 }
}

function countRecords(request: SandboxRequest): number {
  try {
    const { data } = readBody(request)
    return Array.isArray(data) ? data.length : 0
  } catch (thrown) {
    // a body that is none is refused by the call itself, and costs like one record
    if (thrown instanceof Refusal) return 0
    throw thrown
  }
}

export const wrongUrl = () =>
  refuse('INVALID_URL_PATTERN', 'Please check if the URL trying to access is a correct one', {}, 404)
const wrongMethod = () => refuse('INVALID_REQUEST_METHOD', 'The http request method type is not a valid one')
