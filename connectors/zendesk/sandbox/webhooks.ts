import { randomBytes } from 'node:crypto'
import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import { type Account, SYNC_USER_ID } from './account.ts'
import { notFound, refuse } from './answers.ts'
import { isEventName } from './events.ts'
import { asObject, nullableText } from './input.ts'
import { iso } from './times.ts'
import { ulid } from './ulid.ts'

/** Called by triggers and automations, not by events; which of the two is fixed for ever (7.1). */
export const CONDITIONAL = 'conditional_ticket_events'

export interface Webhook {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly status: 'active' | 'inactive'
  readonly endpoint: string
  readonly http_method: string
  readonly request_format: string
  readonly subscriptions: readonly string[]
  /** As it was sent, secrets included; never shown so. */
  readonly authentication: JsonObject | null
  readonly custom_headers: JsonObject | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly secret: string
}

export interface Webhooks {
  all(): readonly Webhook[]
  /** Throws the 404. */
  get(id: string): Webhook
  create(given: JsonObject): Webhook
  clone(id: string): Webhook
  /** PUT gives everything anew, PATCH what is named. */
  change(id: string, given: JsonObject, isPartial: boolean): void
  resetSecret(id: string): Webhook
  remove(id: string): void
}

const invalid = (detail: string) => refuse(400, { errors: [{ code: 'BadRequest', title: 'Invalid webhook', detail }] })
const TRIAL_WEBHOOKS = 10

/** 44 characters: 32 bytes as base64. The text itself is the key. */
const newSecret = () => randomBytes(32).toString('base64')

export function createWebhooks(account: Account): Webhooks {
  const held = new Map<string, Webhook>()
  const get = (id: string) => {
    const found = held.get(id)
    if (!found) throw notFound()
    return found
  }
  const add = (given: JsonObject): Webhook => {
    if (account.knobs.trialAccount && held.size >= TRIAL_WEBHOOKS)
      throw invalid('A trial account has at most 10 webhooks')
    const now = account.clock.now()
    const made: Webhook = { ...parse(given), id: ulid(now), createdAt: now, updatedAt: now, secret: newSecret() }
    held.set(made.id, made)
    return made
  }
  return {
    all: () => [...held.values()],
    get,
    create: add,
    clone: id => add(asSent(get(id))),
    change: (id, given, isPartial) => {
      const before = get(id)
      const after = parse(isPartial ? { ...asSent(before), ...given } : given)
      if (isConditional(after.subscriptions) !== isConditional(before.subscriptions))
        throw invalid('A webhook is connected to events or to triggers; this cannot be changed')
      held.set(id, { ...before, ...after, updatedAt: account.clock.now() })
    },
    resetSecret: id => {
      const after = { ...get(id), secret: newSecret() }
      held.set(id, after)
      return after
    },
    remove: id => {
      get(id)
      held.delete(id)
    },
  }
}

const asSent = (it: Webhook): JsonObject => ({
  name: it.name,
  description: it.description,
  status: it.status,
  endpoint: it.endpoint,
  http_method: it.http_method,
  request_format: it.request_format,
  subscriptions: it.subscriptions,
  authentication: it.authentication,
  custom_headers: it.custom_headers,
})

export const isConditional = (subscriptions: readonly string[]) => subscriptions.includes(CONDITIONAL)

type Sent = Omit<Webhook, 'id' | 'createdAt' | 'updatedAt' | 'secret'>

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const FORMATS = ['json', 'xml', 'form_encoded']

function parse(given: JsonObject): Sent {
  const name = nullableText(given['name'])
  const endpoint = URL.parse(nullableText(given['endpoint']) ?? '')
  const [method, format] = [String(given['http_method']), String(given['request_format'])]
  if (name === null) throw invalid('name is required')
  if (!endpoint || !/^https?:$/.test(endpoint.protocol)) throw invalid('endpoint is not a valid address')
  if (given['status'] !== 'active' && given['status'] !== 'inactive') throw invalid('status must be active or inactive')
  if (!METHODS.includes(method)) throw invalid('http_method is not valid')
  if (!FORMATS.includes(format)) throw invalid('request_format is not valid')
  const subscriptions = parseSubscriptions(given['subscriptions'])
  if (!isConditional(subscriptions) && (method !== 'POST' || format !== 'json'))
    throw invalid('A webhook that is connected to events must use POST and json')
  return {
    name,
    endpoint: endpoint.href,
    status: given['status'],
    http_method: method,
    request_format: format,
    subscriptions,
    description: nullableText(given['description']),
    authentication: asObject(given['authentication']) ?? null,
    custom_headers: asObject(given['custom_headers']) ?? null,
  }
}

function parseSubscriptions(given: Json | undefined): readonly string[] {
  const names = given === undefined ? [CONDITIONAL] : Array.isArray(given) ? given.map(String) : []
  if (names.length === 0) throw invalid('subscriptions is not valid')
  if (isConditional(names) && names.length > 1)
    throw invalid('A webhook is connected to events or to triggers, not to both')
  const unknown = isConditional(names) ? undefined : names.find(it => !isEventName(it))
  if (unknown !== undefined) throw invalid(`subscriptions: ${unknown} is not an event type`)
  return names
}

/** Secrets of `authentication.data` are never shown; a user name is (7.1). */
export function renderWebhook(it: Webhook, isNew = false): JsonObject {
  const { authentication, custom_headers: headers, description } = it
  const username = asObject(authentication?.['data'])?.['username']
  const seconds = iso(Math.floor(it.createdAt.getTime() / 1000))
  return {
    id: it.id,
    name: it.name,
    ...(description === null ? {} : { description }),
    status: it.status,
    endpoint: it.endpoint,
    http_method: it.http_method,
    request_format: it.request_format,
    subscriptions: it.subscriptions,
    ...(authentication
      ? { authentication: { ...authentication, data: username === undefined ? {} : { username } } }
      : {}),
    ...(headers ? { custom_headers: headers } : {}),
    created_by: String(SYNC_USER_ID),
    updated_by: String(SYNC_USER_ID),
    // with nanoseconds in the answer to the create, in seconds later
    created_at: isNew ? it.createdAt.toISOString().replace('Z', '123456Z') : seconds,
    updated_at: iso(Math.floor(it.updatedAt.getTime() / 1000)),
  }
}
