import type { JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import type { Account } from './account.ts'
import { badRequest, notFound, refuseWith } from './answers.ts'
import type { Deliveries } from './deliveries.ts'
import type { Identity } from './identity.ts'
import { asObject, listOf, toId } from './input.ts'
import type { Jobs } from './jobs.ts'
import type { LimitName, Limits } from './limits.ts'
import type { Oauth } from './oauth.ts'
import type { Need } from './scopes.ts'
import type { Webhooks } from './webhooks.ts'

/** The parts that answer calls together; one per running sandbox. */
export interface Site {
  readonly account: Account
  readonly oauth: Oauth
  readonly limits: Limits
  readonly jobs: Jobs
  readonly webhooks: Webhooks
  readonly deliveries: Deliveries
  /** Tickets that were deleted and not yet scrubbed. */
  readonly deletedTickets: Set<number>
  /** Idempotency-Key → what was asked and answered. */
  readonly idempotent: Map<string, { readonly asked: string; readonly answer: SandboxAnswer; readonly until: number }>
}

export interface Call extends Site {
  readonly request: SandboxRequest
  readonly query: URLSearchParams
  readonly who: Identity
  /** As the client wrote it: absolute addresses are built from it. */
  readonly origin: string
  /** What the wildcards of the path stand for. */
  readonly params: readonly string[]
  /** Adds headers to the answer. */
  readonly headers: Record<string, string>
}

/** What the caller must be: anyone signed in, an agent or an admin; anyone at all only where it is said. */
export type Rank = 'anyone' | 'agent' | 'admin'

export interface Route {
  readonly method: string
  /** Parts after /api/v2/; `*` is any one part. */
  readonly path: string
  readonly needs: Need
  readonly rank: Rank
  readonly limits?: readonly LimitName[]
  readonly run: (call: Call) => SandboxAnswer | Promise<SandboxAnswer>
}

/** The JSON body; anything else is refused before it is looked at (5). */
export function bodyOf({ request }: Call): JsonObject {
  if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
    throw badRequest('The request body must be JSON: set Content-Type to application/json')
  try {
    const body = asObject(JSON.parse(request.body.toString('utf8')))
    if (body) return body
  } catch {
    // told below, as any other body that is no JSON object
  }
  throw badRequest('The syntax of the request is incorrect: unexpected token in the JSON body')
}

/** What a write call wraps its record in: `{"organization": {…}}`. */
export function wrapped(call: Call, wrapper: string): JsonObject {
  const found = asObject(bodyOf(call)[wrapper])
  if (!found) throw refuseWith(400, 'InvalidParameters', `Missing or invalid parameter: ${wrapper}`)
  return found
}

export function wrappedMany(call: Call, wrapper: string): readonly JsonObject[] {
  const found = bodyOf(call)[wrapper]
  if (!Array.isArray(found) || found.length === 0)
    throw refuseWith(400, 'InvalidParameters', `Missing or invalid parameter: ${wrapper}`)
  return found.map(it => asObject(it) ?? {})
}

export function idParam({ params }: Call, index = 0): number {
  const id = toId(params[index])
  if (id === undefined) throw notFound()
  return id
}

export const idsOf = (query: URLSearchParams, name: string): number[] =>
  listOf(query.get(name)).flatMap(it => toId(it) ?? [])

/** Names that were not taken, as the API says it of whatever it drops. */
export function warnOf(call: Call, given: JsonObject, known: readonly string[]): void {
  const dropped = Object.keys(given).filter(it => !known.includes(it))
  if (dropped.length === 0) return
  call.headers['x-zendesk-api-warn'] =
    `Removed restricted keys ${JSON.stringify(dropped)} from parameters according to whitelist`
}
