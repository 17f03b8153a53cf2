import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import { invalidRequest } from '../answers.ts'
import { type EntityDef, type FieldDef, fieldIn, type ValueField, type ViewDef } from '../entities/definition.ts'
import type { Scalar } from '../store/row.ts'
import { dayOf, parseStamp } from '../times.ts'

/** What a body says of a node; a field that it does not name is absent, null clears. Names that are not known are gone: nobody is told (fact sheet 6.1). */
export interface Given {
  readonly id?: string
  readonly isDeleted: boolean
  readonly note?: string
  readonly values: ReadonlyMap<string, Scalar | null>
  readonly linked: ReadonlyMap<string, Given>
  readonly lists: ReadonlyMap<string, readonly Given[]>
  readonly custom: ReadonlyMap<string, string>
}

interface Reading {
  readonly version: number
  readonly zone: string
  readonly customs: readonly string[]
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The body of PUT and PATCH; one that is none is refused with 400. */
export function readBody(body: Buffer): JsonObject {
  const text = body.toString('utf8')
  if (text.trim() === '') throw invalidRequest('', 'The request body should not be empty.')
  let parsed: Json
  try {
    parsed = JSON.parse(text) as Json
  } catch {
    // the text of the parser is of no use to a caller
    throw invalidRequest('entity', 'Unexpected character encountered while parsing the body.')
  }
  if (!isObject(parsed)) throw invalidRequest('entity', 'The body must be an object.')
  return parsed
}

export function readGiven(entity: EntityDef, body: JsonObject, reading: Omit<Reading, 'customs'>): Given {
  return givenOf(entity, body, 'entity', { ...reading, customs: entity.customs })
}

function givenOf(view: ViewDef, body: JsonObject, place: string, reading: Reading): Given {
  const values = new Map<string, Scalar | null>()
  const linked = new Map<string, Given>()
  const lists = new Map<string, readonly Given[]>()
  for (const [name, held] of Object.entries(body)) {
    const field = fieldIn(view, name, reading.version)
    if (!field || held === null) continue
    const at = `${place}.${name}`
    if (field.is === 'value') {
      const value = valueIn(field, held, at, reading)
      if (value !== undefined && !field.computed) values.set(name, value)
    } else if (field.is === 'linked') linked.set(name, givenOf(field.of, objectAt(held, at), at, reading))
    else lists.set(name, rowsAt(field, held, at, reading))
  }
  const { id, note } = body
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(isObject(note) && typeof note['value'] === 'string' ? { note: note['value'] } : {}),
    isDeleted: body['delete'] === true,
    values,
    linked,
    lists,
    custom: customOf(body['custom'], reading.customs),
  }
}

function objectAt(held: Json, at: string): JsonObject {
  if (!isObject(held)) throw invalidRequest(at, 'Error converting value: an object is expected.')
  return held
}

function rowsAt(field: Extract<FieldDef, { is: 'list' }>, held: Json, at: string, reading: Reading): readonly Given[] {
  if (!Array.isArray(held)) throw invalidRequest(at, 'Error converting value: an array is expected.')
  return held.map((it: Json, n) => givenOf(field.of, objectAt(it, `${at}[${n}]`), `${at}[${n}]`, reading))
}

/** `{}` says nothing, `{ "value": null }` clears; a value of another JSON type is refused. */
function valueIn(field: ValueField, held: Json, at: string, reading: Reading): Scalar | null | undefined {
  const wrapped = objectAt(held, at)
  const value = wrapped['value']
  if (value === undefined) return undefined
  if (value === null) return null
  const parsed = PARSERS[field.type](value, reading)
  if (parsed === undefined)
    throw invalidRequest(`${at}.value`, `Could not convert ${JSON.stringify(value)} to the type of the field.`)
  return typeof parsed === 'string' && field.key ? parsed.trim() : parsed
}

const PARSERS: Record<ValueField['type'], (value: Json, reading: Reading) => Scalar | undefined> = {
  string: value => (typeof value === 'string' ? value : undefined),
  guid: value => (typeof value === 'string' ? value : undefined),
  decimal: value => (typeof value === 'number' ? value : undefined),
  int: value => (typeof value === 'number' && Number.isInteger(value) ? value : undefined),
  boolean: value => (typeof value === 'boolean' ? value : undefined),
  datetime: (value, { zone }) => (typeof value === 'string' ? parseStamp(value, zone) : undefined),
  date: value => {
    const at = typeof value === 'string' ? parseStamp(value, 'UTC') : undefined
    return at === undefined ? undefined : dayOf(at)
  },
}

function customOf(held: Json | undefined, known: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (!isObject(held)) return found
  for (const [view, fields] of Object.entries(held))
    for (const [name, field] of Object.entries(isObject(fields) ? fields : {}))
      if (known.includes(`${view}.${name}`) && isObject(field) && typeof field['value'] === 'string')
        found.set(`${view}.${name}`, field['value'])
  return found
}
