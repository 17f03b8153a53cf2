import { createHash, timingSafeEqual } from 'node:crypto'
import type { Json, JsonObject, Notification, Subscription, Webhook } from '../../engine/sdk/index.ts'
import type { AcumaticaClient } from './client.ts'
import { isObject, objectOf, objectsOf, parseJson, textOf } from './json.ts'

/** Queries are named after the entity, with anything before it: `ML-Customer`. The longer name first: one ends like another. */
const ENTITIES: readonly { readonly name: string; readonly keys: readonly string[] }[] = [
  { name: 'NonStockItem', keys: ['InventoryID'] },
  { name: 'StockItem', keys: ['InventoryID'] },
  { name: 'SalesInvoice', keys: ['Type', 'ReferenceNbr'] },
  { name: 'SalesOrder', keys: ['OrderType', 'OrderNbr'] },
  { name: 'Customer', keys: ['CustomerID'] },
  { name: 'Vendor', keys: ['VendorID'] },
  { name: 'Contact', keys: ['ContactID'] },
]

/**
 * Push notifications of form SM302000 (fact sheet 9). Nothing is signed: the destination carries one fixed header, whose name the administrator
 * chooses and whose value is the secret. A delivery is a hint to read records again, so one that is replayed does no harm.
 */
export const acumaticaWebhook: Webhook<AcumaticaClient> = {
  entities: ENTITIES.map(it => it.name),
  secretSetting: 'webhookSecret',
  verify: (delivery, subscriptions) => {
    const digests = Object.values(delivery.headers).map(digest)
    // every subscription is compared with every header, whatever matched before
    return subscriptions.map(it => holds(it, digests)).includes(true)
  },
  parse: delivery => notificationsOf(Buffer.from(delivery.body).toString('utf8')),
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function holds(subscription: Subscription, digests: readonly Buffer[]): boolean {
  const secret = subscription.secret?.reveal() ?? ''
  const expected = digest(secret)
  return digests.map(it => timingSafeEqual(it, expected)).includes(true) && secret !== ''
}

/** Inquiries may give the code of a type in place of its label (unconfirmed). */
const TYPE_LABELS: Readonly<Record<string, string>> = {
  INV: 'Invoice',
  CRM: 'Credit Memo',
  DRM: 'Debit Memo',
  FCH: 'Overdue Charge',
  CSL: 'Cash Sale',
  RCS: 'Cash Return',
}

function notificationsOf(text: string): readonly Notification[] {
  const body = objectOf(parseJson(withTextTimeStamp(text)))
  const query = textOf(body['Query']) ?? ''
  const entity = ENTITIES.find(it => plain(query).endsWith(it.name.toLowerCase()))
  if (entity === undefined) return []
  const halves = { inserted: keysOf(body['Inserted'], entity.keys), deleted: keysOf(body['Deleted'], entity.keys) }
  const keys = [...new Set([...halves.inserted, ...halves.deleted])]
  if (keys.length === 0) return []
  // several queries tell of one transaction, and the halves of one update may come apart: each counts once
  const told = JSON.stringify([body['Id'] ?? null, query, body['TimeStamp'] ?? null, halves])
  const deliveryId = digest(told).toString('hex').slice(0, 32)
  // a lone old half may be the first half of an update: what has become of the record, the read tells
  return [{ deliveryId, entity: entity.name, change: 'upsert', keys }]
}

const plain = (query: string) =>
  query
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase()
    .replace(/s$/, '')

/** The time stamp is beyond 2^53, where numbers lose their last digits: it is kept as text (fact sheet 9). A quote within a text is escaped, so none is hit. */
export const withTextTimeStamp = (text: string): string => text.replace(/("TimeStamp"\s*:\s*)(-?\d+)/g, '$1"$2"')

function keysOf(rows: Json | undefined, names: readonly string[]): readonly string[] {
  return objectsOf(rows).flatMap(row => {
    const values = names.map(name => valueIn(row, name))
    return values.includes(undefined) ? [] : [values.join('/')]
  })
}

/** Columns of joined tables are called `Alias_field`. */
function valueIn(row: JsonObject, name: string): string | undefined {
  const lower = name.toLowerCase()
  const column =
    Object.keys(row).find(it => it.toLowerCase() === lower) ??
    Object.keys(row).find(it => it.toLowerCase().endsWith(`_${lower}`))
  const value = column === undefined ? undefined : row[column]
  const text = typeof value === 'number' ? String(value) : textOf(isObject(value) ? value['value'] : value)
  return name === 'Type' && text !== undefined ? (TYPE_LABELS[text] ?? text) : text
}
