import { type EntityDescription, type Field, isObject, type Json } from '../../engine/sdk/index.ts'
import { listPage } from './agent.ts'
import type { Sage100Client } from './client.ts'
import { isOwnField, KEY, type Sage100Object, STAMP_COLUMNS } from './object.ts'
import { serviceContract } from './soap-contract.ts'

/** Fields are added by people: a flow that uses a new one should not wait for days. */
const REMEMBERED_MS = 60 * 60_000

/** Columns that the agent gives; undefined: it gave no record to see them in. Asking proves that the entity is open to this user. */
export async function columnsOver(
  client: Sage100Client,
  object: Sage100Object,
  { fresh }: { readonly fresh: boolean },
): Promise<readonly string[] | undefined> {
  const fact = `columns:${object.name}`
  const held = fresh ? undefined : await client.facts.get(fact)
  if (Array.isArray(held)) return held.filter((it: Json) => typeof it === 'string')
  const { items } = await listPage(client, object, { limit: '1' })
  const [first] = items
  if (!isObject(first)) return undefined
  const columns = Object.keys(first).filter(it => it !== KEY)
  await client.facts.set(fact, columns, REMEMBERED_MS)
  return columns
}

/** Members that the web services have for a record of this entity. */
async function membersOver(client: Sage100Client, { soap }: Sage100Object): Promise<readonly string[]> {
  if (client.soap === undefined || soap === undefined) return []
  const { types } = await serviceContract(client)
  const type = soap.get.slice('Get'.length)
  const members = Object.entries(types).find(([name]) => name.endsWith(`}${type}`))?.[1] ?? []
  return members.map(it => it.name).filter(it => it !== 'OtherFields')
}

const HIDDEN = new Set<string>(STAMP_COLUMNS)
/** What is not declared is text, and read: nobody said what Sage 100 takes there. Own fields are written. */
const unknownField = (name: string): Field =>
  isOwnField(name) ? { type: 'string', custom: true } : { type: 'string', readOnly: true }

/** What the declaration says, and the further columns of this company. */
export async function describeObject(client: Sage100Client, object: Sage100Object): Promise<EntityDescription> {
  const seen = client.agent === undefined ? [] : ((await columnsOver(client, object, { fresh: true })) ?? [])
  const names = [...new Set([...seen, ...(await membersOver(client, object))])]
  const more = names.filter(it => !Object.hasOwn(object.fields, it) && !HIDDEN.has(it))
  return {
    entity: object.name,
    title: object.title,
    fields: { ...object.fields, ...Object.fromEntries(more.map(it => [it, unknownField(it)])) },
    describedAt: client.context.clock.now().toISOString(),
  }
}
