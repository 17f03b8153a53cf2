import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  type Delivery,
  EngineError,
  type JsonObject,
  type Notification,
  Secret,
  type Subscription,
  type Webhook,
} from '../../engine/sdk/index.ts'
import type { ZohoClient } from './client.ts'
import { callError, faultOf } from './errors.ts'
import { isList, objectOf, objectsOf, parseJson, textOf } from './json.ts'
import { toUtc, toZohoTime } from './module.ts'

/** Asked for: at most a week is given, and anything beyond becomes one hour without a word (fact sheet 7). */
const LIFE_MS = 6 * 24 * 60 * 60_000
const MINUTE_MS = 60_000
const SILENT_LIFE_MS = 60 * 60_000
/** Subscribed as create/edit/delete, delivered under other names (fact sheet 7). */
const CHANGES: Readonly<Record<string, 'upsert' | 'delete'>> = { insert: 'upsert', update: 'upsert', delete: 'delete' }

/**
 * Zoho signs nothing: it sends back the token that the channel was given (fact sheet 7). A delivery is a hint to read records again, so one that
 * is replayed does no harm.
 */
export const zohoWebhook: Webhook<ZohoClient> = {
  verify: (delivery, subscriptions) => {
    const body = bodyOf(delivery)
    const token = textOf(body['token']) ?? ''
    // every channel is compared, whatever matched before
    return subscriptions.map(it => isFrom(it, body, token)).includes(true)
  },
  parse: delivery => notificationsOf(bodyOf(delivery)),
  subscription: { create, renew, remove },
}

function bodyOf(delivery: Delivery): JsonObject {
  return objectOf(parseJson(Buffer.from(delivery.body).toString('utf8')))
}

function isFrom(subscription: Subscription, body: JsonObject, token: string): boolean {
  const expected = subscription.secret?.reveal() ?? ''
  const isToken = timingSafeEqual(digest(expected), digest(token)) && expected !== ''
  const isChannel = textOf(body['channel_id']) === subscription.id
  return isToken && isChannel && subscription.entities.includes(textOf(body['module']) ?? '')
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function notificationsOf(body: JsonObject): readonly Notification[] {
  const { module, operation, channel_id: channel, server_time: at, ids } = body
  const change = CHANGES[textOf(operation) ?? '']
  const entity = textOf(module)
  const keys = isList(ids) ? ids.filter(id => typeof id === 'string' && /^\d+$/.test(id)).map(String) : []
  if (change === undefined || entity === undefined || keys.length === 0) return []
  const told = JSON.stringify([channel ?? null, at ?? null, entity, operation ?? null, keys])
  return [{ deliveryId: digest(told).toString('hex').slice(0, 32), entity, change, keys }]
}

async function create(
  client: ZohoClient,
  wish: { readonly callbackUrl: string; readonly entities: readonly string[] },
): Promise<Subscription> {
  const token = `v1.${randomBytes(30).toString('base64url')}`
  return replace(client, { id: channelOf(wish), token, ...wish })
}

/**
 * The same wish has the same channel: one whose answer was lost is taken over, and not made twice. A long, and beyond 2^53 it would not survive
 * as a number: 15 digits.
 */
function channelOf({ callbackUrl, entities }: Pick<Channel, 'callbackUrl' | 'entities'>): string {
  const told = digest(JSON.stringify([callbackUrl, [...entities].sort()]))
  return `1${String(told.readBigUInt64BE() % 10n ** 14n).padStart(14, '0')}`
}

/** A full replacement that also extends the expiry; a channel that Zoho has forgotten is made again under the same id and token. */
async function renew(client: ZohoClient, held: Subscription, callbackUrl: string): Promise<Subscription> {
  if (held.secret === undefined) return create(client, { callbackUrl, entities: held.entities })
  const token = held.secret.reveal()
  return replace(client, { id: held.id, token, entities: held.entities, callbackUrl }, () => {
    client.context.log.warn('the notification channel had lapsed and is made again', { channel: held.id })
  })
}

async function replace(
  client: ZohoClient,
  channel: Omit<Channel, 'method'>,
  onLapsed: () => void = () => {},
): Promise<Subscription> {
  try {
    return await enable(client, { method: 'PUT', ...channel })
  } catch (thrown) {
    if (!(thrown instanceof EngineError) || thrown.code !== 'ZOHO_NOT_SUBSCRIBED') throw thrown
    onLapsed()
    return enable(client, { method: 'POST', ...channel })
  }
}

async function remove(client: ZohoClient, held: Subscription): Promise<void> {
  try {
    const reply = await client.call({
      method: 'DELETE',
      path: 'actions/watch',
      query: { channel_ids: held.id },
      expect: 'watch',
      effect: 'repeatable',
    })
    refuseFaults(client, objectsOf(reply.body?.['watch']), reply.status)
  } catch (thrown) {
    if (!(thrown instanceof EngineError) || thrown.code !== 'ZOHO_NOT_SUBSCRIBED') throw thrown
  }
}

interface Channel {
  readonly method: 'POST' | 'PUT'
  readonly id: string
  readonly token: string
  readonly callbackUrl: string
  readonly entities: readonly string[]
}

async function enable(client: ZohoClient, channel: Channel): Promise<Subscription> {
  const asked = wishedExpiry(client)
  const granted = await watch(client, channel, asked)
  // the answer told Zoho's time: where our clock had misled us, it is asked again by Zoho's
  const better = wishedExpiry(client)
  const isShort = Date.parse(granted) < Date.parse(asked) - MINUTE_MS
  const wasMisled = Math.abs(Date.parse(better) - Date.parse(asked)) > MINUTE_MS
  const expiresAt = isShort && wasMisled ? await watch(client, { ...channel, method: 'PUT' }, better) : granted
  if (Date.parse(expiresAt) < Date.parse(better) - MINUTE_MS)
    client.context.log.warn('Zoho gave the notification channel less time than was asked for', {
      asked: better,
      expiresAt,
    })
  return { id: channel.id, entities: channel.entities, expiresAt, secret: new Secret(channel.token) }
}

const wishedExpiry = (client: ZohoClient) => new Date(client.serverNow().getTime() + LIFE_MS).toISOString()

/** Answers the expiry that was granted. */
async function watch(client: ZohoClient, channel: Channel, asked: string): Promise<string> {
  const entry = {
    channel_id: channel.id,
    events: channel.entities.map(entity => `${entity}.all`),
    notify_url: channel.callbackUrl,
    token: channel.token,
    channel_expiry: toZohoTime(asked),
    return_affected_field_values: false,
    notify_on_related_action: false,
  }
  const reply = await client.call({
    method: channel.method,
    path: 'actions/watch',
    body: { watch: [entry] },
    expect: 'watch',
    // the id is ours: the same call twice is one channel
    effect: 'repeatable',
  })
  const items = objectsOf(reply.body?.['watch'])
  refuseFaults(client, items, reply.status)
  return grantedExpiry(client, items)
}

function refuseFaults(client: ZohoClient, items: readonly JsonObject[], status: number): void {
  const failed = items.find(item => item['status'] !== 'success')
  if (failed === undefined && items.length > 0) return
  throw callError(client.redact(faultOf(failed ?? {}, status)), { where: 'actions/watch', isWrite: false })
}

/** What the answer says counts, not what was asked: the earliest expiry of its events; without one, the silent hour. */
function grantedExpiry(client: ZohoClient, items: readonly JsonObject[]): string {
  const events = items.flatMap(item => objectsOf(objectOf(item['details'])['events']))
  const told = events.flatMap(event => toUtc(event['channel_expiry']) ?? []).sort()
  return told[0] ?? new Date(client.serverNow().getTime() + SILENT_LIFE_MS).toISOString()
}
