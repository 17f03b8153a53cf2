import { hash } from 'node:crypto'
import type { Field, Fields } from '../../engine/core/fields.ts'
import type { Json, JsonObject } from '../../engine/core/record.ts'
import type { Connector, EntitySummary } from '../../engine/sdk/connector.ts'
import type { Rig, Subject } from './rig.ts'

/** How records of one entity are made: derived from its declaration and from what the account itself describes. */
export interface Samples {
  readonly entity: string
  readonly key: string
  /** A plain text that a person may edit. */
  readonly textField: string
  /** False where the system lists the values of `textField`. */
  readonly isFreeText: boolean
  /** A field that no two records share and that may be written: what flows match on. Of an entity that is only read: its key. */
  readonly uniqueField: string
  readonly mandatory: readonly string[]
  /** The n-th record of its own: all mandatory fields, the unique one, the text. */
  make(n: number | string): JsonObject
}

export async function samplesOf(rig: Rig, { connector, fixture }: Subject, entity: string): Promise<Samples> {
  const summary = entityOf(connector, entity)
  const fields = (await rig.connection.describe(entity))?.fields ?? summary.fields
  const unique = Object.entries(fields).find(([, it]) => it.unique && !it.readOnly)?.[0]
  if (unique === undefined && summary.write) throw new Error(`${entity} has no unique field that may be written`)
  const mandatory = Object.keys(fields).filter(name => fields[name]?.mandatory)
  const textField = textFieldOf(summary, fields)
  const isFreeText = !summary.fields[textField]?.values && !fields[textField]?.values
  const ids = await referencedIds(rig, fields, mandatory)
  const given = fixture.values?.[entity] ?? {}
  const make = (n: number | string): JsonObject => {
    const values = mandatory.map(name => [
      name,
      given[name] ?? valueFor(fields[name] ?? { type: 'string' }, `${n}`, ids),
    ])
    const text = textField === unique ? {} : { [textField]: `Text ${n}` }
    return {
      ...Object.fromEntries(values),
      ...given,
      ...text,
      ...(unique === undefined ? {} : { [unique]: keyFor(`${n}`, fields[unique]?.maxLength) }),
    }
  }
  return { entity, key: summary.key, textField, isFreeText, uniqueField: unique ?? summary.key, mandatory, make }
}

/** One text per n; where there is no room for it, a letter and a hash of it. */
function keyFor(n: string, room = 100): string {
  const text = `K${n}`
  return text.length <= room
    ? text
    : `K${hash('sha256', n, 'hex')
        .slice(0, room - 1)
        .toUpperCase()}`
}

export function entityOf(connector: Connector, entity: string): EntitySummary {
  const summary = connector.entities[entity]
  if (!summary) throw new Error(`${connector.name} has no ${entity}`)
  return summary
}

/** A mandatory text if there is one, else free text, else any text; one that may be written before one that may not. */
function textFieldOf({ key, fields: declared }: EntitySummary, fields: Fields): string {
  const texts = Object.keys(declared).filter(name => {
    const it = declared[name]
    return name !== key && it?.type === 'string' && !it.unique && !it.references && !fields[name]?.readOnly
  })
  const free = texts.filter(name => !declared[name]?.values && !fields[name]?.values)
  const writable = free.filter(name => !declared[name]?.readOnly)
  const found = free.find(name => fields[name]?.mandatory) ?? writable[0] ?? free[0] ?? texts[0]
  if (found === undefined) throw new Error(`no text field beside the key: ${Object.keys(declared).join(', ')}`)
  return found
}

/** Entity → id of one of its records, for the mandatory references, also inside lines. */
async function referencedIds(
  rig: Rig,
  fields: Fields,
  mandatory: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const targets = new Set<string>()
  const collect = (field: Field | undefined): void => {
    if (field?.references) targets.add(field.references)
    for (const inner of Object.values(field?.fields ?? {})) if (inner.mandatory) collect(inner)
  }
  for (const name of mandatory) collect(fields[name])
  const ids = new Map<string, string>()
  for (const target of targets) ids.set(target, String((await rig.at.records(target))[0]?.['id']))
  return ids
}

const VALUES: Readonly<Partial<Record<Field['type'], Json>>> = {
  number: 1,
  integer: 1,
  decimal: '1.00',
  boolean: true,
  date: '2026-01-15',
  datetime: '2026-01-15T10:00:00Z',
}

function valueFor(field: Field, n: string, ids: ReadonlyMap<string, string>): Json {
  if (field.references && field.type === 'object') return { id: ids.get(field.references) ?? '' }
  if (field.type === 'list') return [insideOf(field, n, ids)]
  if (field.type === 'object') return insideOf(field, n, ids)
  return field.values?.[0] ?? VALUES[field.type] ?? `Text ${n}`.slice(0, field.maxLength ?? 100)
}

function insideOf(field: Field, n: string, ids: ReadonlyMap<string, string>): JsonObject {
  const inner = Object.entries(field.fields ?? {}).filter(
    ([, it]) => !it.readOnly && (it.mandatory || it.type === 'number'),
  )
  return Object.fromEntries(inner.map(([name, it]) => [name, valueFor(it, n, ids)]))
}
