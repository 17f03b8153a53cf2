/** The company's own metadata: `lookup` lists fields and relationships whatever the user may do with them (sheet 4). */
import {
  EngineError,
  type EntityDescription,
  type Field,
  type Fields,
  isEngineError,
  type Preflight,
  type PreflightRequest,
} from '../../engine/sdk/index.ts'
import type { IntacctClient } from './client.ts'
import type { IntacctObject } from './object.ts'
import { paceOf, runQuery } from './read/query.ts'
import { child, childrenOf, childText, descendant, textElement, type XmlElement } from './xml.ts'

const REMEMBERED_MS = 6 * 60 * 60_000

export async function describeObject(client: IntacctClient, object: IntacctObject): Promise<EntityDescription> {
  const fields = await lookUp(client, object)
  await client.context.facts.set(namesFact(object), Object.keys(fields), REMEMBERED_MS)
  return {
    entity: object.name,
    title: object.title,
    fields,
    describedAt: client.context.clock.now().toISOString(),
  }
}

const namesFact = (object: IntacctObject): string => `fields-${object.name}`

function lookUp(client: IntacctClient, object: IntacctObject): Promise<Fields> {
  return client.read({
    label: `lookup ${object.name}`,
    build: () => `<lookup>${textElement('object', object.name)}</lookup>`,
    check: ({ data }) => toFields(descendant(data, 'Type') ?? data, object),
  })
}

function toFields(type: XmlElement, object: IntacctObject): Fields {
  const fields: Record<string, Field> = {}
  for (const relation of childrenOf(child(type, 'Relationships'), 'Relationship'))
    fields[childText(relation, 'OBJECTPATH')] = {
      type: 'object',
      title: childText(relation, 'LABEL'),
      references: childText(relation, 'OBJECTNAME'),
    }
  for (const found of childrenOf(child(type, 'Fields'), 'Field')) {
    const [first = '', ...rest] = childText(found, 'ID').split('.')
    if (first === '') continue
    if (rest.length === 0) fields[first] = { ...toField(found), ...declared(object.fields[first]) }
    else fields[first] = { ...(fields[first] ?? { type: 'object' }), ...declared(object.fields[first]) }
  }
  return fields
}

// what records look like is what the connector declares; what it does not declare is read as the text that Intacct prints
const TYPES: Readonly<Record<string, Field['type']>> = {
  INTEGER: 'decimal',
  DECIMAL: 'decimal',
  CURRENCY: 'decimal',
  PERCENT: 'decimal',
}

function declared(field: Field | undefined): Partial<Field> {
  if (!field) return {}
  const { type, unique, references, fields } = field
  return {
    type,
    ...(unique === undefined ? {} : { unique }),
    ...(references === undefined ? {} : { references }),
    ...(fields === undefined ? {} : { fields }),
  }
}

function toField(found: XmlElement): Field {
  const says = (name: string) => childText(found, name).toLowerCase() === 'true'
  const values = childrenOf(child(found, 'VALIDVALUES'), 'VALIDVALUE').map(it => it.text)
  return {
    type: TYPES[childText(found, 'DATATYPE')] ?? 'string',
    title: childText(found, 'LABEL'),
    ...(says('READONLY') ? { readOnly: true } : {}),
    ...(says('REQUIRED') ? { mandatory: true } : {}),
    ...(says('ISCUSTOM') ? { custom: true } : {}),
    ...(values.length > 0 ? { values } : {}),
  }
}

/**
 * For writing, one cheap query tells whether the user may see the object at all; for reading, the first page tells as well and costs nothing extra.
 * Fields that the connector does not declare are looked up in the company's metadata. Answers are remembered for six hours.
 */
export async function preflightObject(
  client: IntacctClient,
  object: IntacctObject,
  request: PreflightRequest,
): Promise<Preflight> {
  try {
    if (request.use === 'write') await probe(client, object)
    const missing = await missingFields(client, object, request)
    const needed = missing.filter(name => !request.optional.includes(name))
    if (needed.length > 0) return { is: 'unavailable', error: lacksFields(object, needed) }
    return missing.length > 0 ? { is: 'available', absent: missing } : { is: 'available' }
  } catch (thrown) {
    if (isEngineError(thrown, 'unavailable')) return { is: 'unavailable', error: thrown }
    throw thrown
  }
}

async function probe(client: IntacctClient, object: IntacctObject): Promise<void> {
  const fact = `may-read-${object.name}`
  if ((await client.context.facts.get(fact)) !== undefined) return
  await runQuery(client, { object: object.name, select: ['RECORDNO'], orderBy: ['RECORDNO'], pace: paceOf(1) })
  await client.context.facts.set(fact, true, REMEMBERED_MS)
}

async function missingFields(
  client: IntacctClient,
  object: IntacctObject,
  request: PreflightRequest,
): Promise<readonly string[]> {
  const tops = new Set([...request.fields, ...(request.match ? [request.match] : [])].map(it => it.split('.')[0] ?? it))
  const unknown = [...tops].filter(name => !Object.hasOwn(object.fields, name))
  if (unknown.length === 0) return []
  const remembered = await client.context.facts.get(namesFact(object))
  const names = Array.isArray(remembered) ? remembered : Object.keys((await describeObject(client, object)).fields)
  return unknown.filter(name => !names.includes(name))
}

function lacksFields(object: IntacctObject, missing: readonly string[]): EngineError {
  const [first = ''] = missing
  return new EngineError({
    kind: 'configuration',
    code: 'INTACCT_FIELD_UNKNOWN',
    message: `${object.name} of this company has no field ${missing.join(', ')}`,
    remedy: 'An administrator adds custom fields under Platform Services > Objects, or the flow leaves them out.',
    field: first,
  })
}
