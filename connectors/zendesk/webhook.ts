import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import {
  type Delivery,
  EngineError,
  type JsonObject,
  type Notification,
  Secret,
  type Subscription,
  type Webhook,
} from '../../engine/sdk/index.ts'
import type { ZendeskClient } from './client.ts'
import { isCode } from './errors.ts'
import { idOf, isId, isObject, objectOf, objectsOf, parseJson, textOf } from './json.ts'

/** Deliveries signed longer ago, or further ahead, are refused (fact sheet 7.4). The time is that of the attempt, not of the event. */
const WINDOW_MS = 5 * 60_000

/** Complete for organizations, the documented part for the others (fact sheet 7.2); an unknown name may be refused. */
const EVENTS: Readonly<Record<string, { readonly word: string; readonly types: readonly string[] }>> = {
  organizations: {
    word: 'organization',
    types: ['created', 'deleted', 'name_changed', 'external_id_changed', 'tags_changed', 'custom_field_changed'],
  },
  users: {
    word: 'user',
    types: [
      'created',
      'deleted',
      'active_changed',
      'name_changed',
      'external_id_changed',
      'role_changed',
      'suspended_changed',
      'tags_changed',
      'custom_field_changed',
      'organization_membership_created',
      'organization_membership_deleted',
    ],
  },
  tickets: {
    word: 'ticket',
    types: [
      'created',
      'status_changed',
      'priority_changed',
      'subject_changed',
      'type_changed',
      'agent_assignment_changed',
      'brand_changed',
      'comment_added',
      'merged',
      'soft_deleted',
    ],
  },
}
const DELETIONS = new Set(['deleted', 'soft_deleted', 'permanently_deleted'])

/** A delivery is a hint to read the record again: order, repeats and what its body holds beside the id do not matter. */
export const zendeskWebhook: Webhook<ZendeskClient> = {
  entities: Object.keys(EVENTS),
  // every subscription is compared, whatever matched before
  verify: (delivery, subscriptions) => subscriptions.map(it => isSigned(delivery, it)).includes(true),
  parse: notificationsOf,
  secretSetting: 'webhookSecret',
  subscription: { create, renew, remove },
}

function headerOf({ headers }: Delivery, name: string): string {
  return headers[name] ?? Object.entries(headers).find(([it]) => it.toLowerCase() === name)?.[1] ?? ''
}

/** base64(HMAC-SHA256(secret as text, timestamp + raw body)), compared in constant time (fact sheet 7.4). */
function isSigned(delivery: Delivery, { id, secret }: Subscription): boolean {
  const timestamp = headerOf(delivery, 'x-zendesk-webhook-signature-timestamp')
  const key = secret?.reveal() ?? ''
  const expected = createHmac('sha256', key).update(timestamp).update(delivery.body).digest('base64')
  const isRight = timingSafeEqual(digest(expected), digest(headerOf(delivery, 'x-zendesk-webhook-signature')))
  // of a webhook made by hand only the secret is known
  const isIts = id === '' || headerOf(delivery, 'x-zendesk-webhook-id') === id
  const ageMs = delivery.receivedAt.getTime() - Date.parse(timestamp)
  return isRight && isIts && key !== '' && Math.abs(ageMs) <= WINDOW_MS
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function notificationsOf(delivery: Delivery): readonly Notification[] {
  const body = parseJson(Buffer.from(delivery.body).toString('utf8'))
  if (!isObject(body)) return []
  const invocation = headerOf(delivery, 'x-zendesk-webhook-invocation-id')
  const found = eventOf(body) ?? triggerOf(body)
  // attempts of one invocation carry its id, events their own (fact sheet 7.5)
  const deliveryId = textOf(body['id']) ?? invocation
  return found === undefined || deliveryId === '' ? [] : [{ deliveryId, ...found }]
}

type Heard = Omit<Notification, 'deliveryId'>

function eventOf(body: JsonObject): Heard | undefined {
  const [, word, what] = /^zen:event-type:([a-z_]+)\.([a-z_]+)$/.exec(textOf(body['type']) ?? '') ?? []
  const entity = Object.keys(EVENTS).find(name => EVENTS[name]?.word === word)
  const [, subject = ''] = /^zen:[a-z_]+:(\d+)$/.exec(textOf(body['subject']) ?? '') ?? []
  const key = idOf(objectOf(body['detail'])['id']) ?? subject
  if (entity === undefined || what === undefined || !isId(key)) return undefined
  return { entity, change: DELETIONS.has(what) ? 'delete' : 'upsert', keys: [key] }
}

/** A webhook that triggers call has the body that an admin typed: ours has the id of the ticket (README, "Triggers"). */
function triggerOf(body: JsonObject): Heard | undefined {
  const key = body['type'] === undefined ? idOf(body['ticket_id']) : undefined
  return key === undefined ? undefined : { entity: 'tickets', change: 'upsert', keys: [key] }
}

interface Wish {
  readonly callbackUrl: string
  readonly entities: readonly string[]
}

/** Named after what it is for, so that one whose answer was lost is found and not made twice. */
async function create(client: ZendeskClient, wish: Wish): Promise<Subscription> {
  const subscriptions = wish.entities.flatMap(eventsOf)
  const told = createHash('sha256').update(JSON.stringify([wish.callbackUrl, [...wish.entities].sort()]))
  const name = `ml-connector ${told.digest('hex').slice(0, 16)}`
  const id = (await heldOf(client, name, wish)) ?? (await make(client, { name, subscriptions, ...wish }))
  return { id, entities: wish.entities, secret: await secretOf(client, id) }
}

/** It has no end; one that was removed or switched off over there is made again. */
function renew(client: ZendeskClient, { entities }: Subscription, callbackUrl: string): Promise<Subscription> {
  return create(client, { callbackUrl, entities })
}

function eventsOf(entity: string): string[] {
  const events = EVENTS[entity]
  if (events) return events.types.map(it => `zen:event-type:${events.word}.${it}`)
  throw new EngineError({
    kind: 'configuration',
    code: 'ZENDESK_NO_EVENTS',
    message: `Zendesk sends no events about ${entity}`,
    remedy: `Listen to ${Object.keys(EVENTS).join(', ')}, or leave listen out.`,
  })
}

async function heldOf(client: ZendeskClient, name: string, { callbackUrl }: Wish): Promise<string | undefined> {
  const query = { 'filter[name_contains]': name }
  const { body } = await client.call({
    method: 'GET',
    path: 'webhooks',
    query,
    expect: { list: 'webhooks' },
    effect: 'none',
  })
  const own = objectsOf(body['webhooks']).filter(it => it['name'] === name && it['endpoint'] === callbackUrl)
  // a webhook that is switched off delivers nothing: another one is made
  return own.flatMap(it => (it['status'] === 'active' ? (textOf(it['id']) ?? []) : []))[0]
}

async function make(
  client: ZendeskClient,
  wish: Wish & { readonly name: string; readonly subscriptions: readonly string[] },
): Promise<string> {
  const webhook = {
    name: wish.name,
    status: 'active',
    endpoint: wish.callbackUrl,
    http_method: 'POST',
    request_format: 'json',
    subscriptions: wish.subscriptions,
  }
  try {
    const { body } = await client.call({
      method: 'POST',
      path: 'webhooks',
      body: { webhook },
      expect: { object: 'webhook' },
      effect: 'once',
      isSetUp: true,
    })
    const id = textOf(objectOf(body['webhook'])['id'])
    if (id !== undefined) return id
    throw unnamed()
  } catch (thrown) {
    const held = isCode(thrown, 'ZENDESK_OUTCOME_UNKNOWN') ? await heldOf(client, wish.name, wish) : undefined
    if (held === undefined) throw thrown
    return held
  }
}

const unnamed = (): EngineError =>
  new EngineError({
    kind: 'contract',
    code: 'ZENDESK_WEBHOOK_SHAPE',
    message: 'POST webhooks: the webhook that was made has no id',
    remedy: 'Remove it in the Admin Center (its name begins with ml-connector) and report this.',
  })

async function secretOf(client: ZendeskClient, id: string): Promise<Secret> {
  const { body } = await client.call({
    method: 'GET',
    path: `webhooks/${encodeURIComponent(id)}/signing_secret`,
    label: 'webhooks/{id}/signing_secret',
    expect: { object: 'signing_secret' },
    effect: 'none',
  })
  const secret = textOf(objectOf(body['signing_secret'])['secret'])
  if (secret !== undefined) return new Secret(secret)
  throw new EngineError({
    kind: 'contract',
    code: 'ZENDESK_WEBHOOK_SHAPE',
    message: 'webhooks/{id}/signing_secret: the answer holds no secret',
    remedy: 'Report this: without the secret no delivery can be believed.',
  })
}

async function remove(client: ZendeskClient, { id }: Subscription): Promise<void> {
  try {
    await client.call({
      method: 'DELETE',
      path: `webhooks/${encodeURIComponent(id)}`,
      label: 'webhooks/{id}',
      expect: 'nothing',
      effect: 'repeatable',
    })
  } catch (thrown) {
    if (!isCode(thrown, 'ZENDESK_NOT_FOUND')) throw thrown
  }
}
