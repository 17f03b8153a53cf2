import type { Field, Fields } from '../core/fields.ts'
import { FLOW_SCHEMA, type Schema } from '../flow/index.ts'
import type { Connector, EntitySummary } from '../sdk/index.ts'
import { changedAt, editorSchema } from './editor-schema.ts'

export const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

type Use = 'read' | 'write'
type Registry = readonly Connector[]

/** The flow language with the connectors, entities and fields that there are: what editors complete and check. */
export function flowSchema(registry: Registry): Schema {
  const source = (it: Schema) => withEntities(it, registry, 'read')
  const sink = (it: Schema) => withEntities(it, registry, 'write')
  let schema = editorSchema(FLOW_SCHEMA)
  schema = changedAt(schema, ['properties', 'source'], source)
  schema = changedAt(schema, ['properties', 'sink'], sink)
  schema = changedAt(schema, ['properties', 'enrich', 'additionalProperties'], source)
  schema = changedAt(schema, ['properties', 'steps', 'items'], step =>
    withFields(changedAt(step, ['properties', 'sink'], sink), registry),
  )
  return {
    $schema: DRAFT,
    $id: 'https://ml-connector.example/schemas/flow.schema.json',
    ...withFields(schema, registry),
    oneOf: [{ required: ['map', 'sink'] }, { required: ['steps'] }],
    $defs: fieldDefinitions(registry),
  }
}

/** `connector` gets the list of names; `entity` that of the chosen connector. */
function withEntities(end: Schema, registry: Registry, use: Use): Schema {
  const able = registry.filter(it => entitiesOf(it, use).length > 0)
  const names = able.map(it => it.name)
  const listed = changedAt(end, ['properties', 'connector'], it => ({
    ...it,
    enum: names,
    examples: names.slice(0, 1),
  }))
  // editors offer examples: only those of the chosen connector help
  const open = changedAt(listed, ['properties', 'entity'], ({ examples: _, ...it }) => it)
  return { ...open, allOf: able.map(it => entitiesOfConnector(it, use)) }
}

function entitiesOf(connector: Connector, use: Use): readonly (readonly [string, EntitySummary])[] {
  return Object.entries(connector.entities).filter(([, it]) => it[use] !== undefined)
}

function entitiesOfConnector(connector: Connector, use: Use): Schema {
  const names = entitiesOf(connector, use).map(([name]) => name)
  // an entity that only one account has is any name
  const isCustom = connector.customEntity
    ? { not: { properties: { custom: { const: true } }, required: ['custom'] } }
    : {}
  const one: readonly Schema[] = [
    { type: 'string', enum: names },
    { type: 'string', pattern: '\\$\\{' },
  ]
  const several: readonly Schema[] = use === 'read' ? [{ type: 'array', items: { anyOf: one } }] : []
  return {
    if: { properties: { connector: { const: connector.name } }, required: ['connector'], ...isCustom },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { entity: { anyOf: [...one, ...several], examples: names.slice(0, 1) } } },
  }
}

/** The fields of the sink's entity as keys of `map`: completion and hover; other keys stay possible (custom fields). */
function withFields(step: Schema, registry: Registry): Schema {
  const cases = registry.flatMap(connector =>
    entitiesOf(connector, 'write').map(
      ([entity]): Schema => ({
        if: {
          properties: {
            sink: {
              properties: { connector: { const: connector.name }, entity: { const: entity } },
              required: ['connector', 'entity'],
            },
          },
          required: ['sink'],
        },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { properties: { map: { $ref: `#/$defs/${definitionName(connector, entity)}` } } },
      }),
    ),
  )
  return { ...step, allOf: cases }
}

/** A slash would end the name where a `$ref` points at it: `OE/OEOrders`. */
const definitionName = (connector: Connector, entity: string) =>
  `fields-${connector.name}-${entity.replaceAll('/', '-')}`

function fieldDefinitions(registry: Registry): Schema {
  return Object.fromEntries(
    registry.flatMap(connector =>
      entitiesOf(connector, 'write').map(([entity, { fields }]) => [
        definitionName(connector, entity),
        fieldKeys(fields),
      ]),
    ),
  )
}

function fieldKeys(fields: Fields): Schema {
  const writable = Object.entries(fields).filter(([, it]) => it.readOnly !== true)
  return {
    properties: Object.fromEntries(
      writable.map(([name, it]) => [name, { title: it.title ?? name, description: described(it) }]),
    ),
  }
}

function described(field: Field): string {
  const parts = [
    field.type,
    ...(field.mandatory ? ['mandatory'] : []),
    ...(field.unique ? ['unique'] : []),
    ...(field.maxLength === undefined ? [] : [`at most ${field.maxLength} characters`]),
    ...(field.references === undefined ? [] : [`points at ${field.references}`]),
    ...(field.values ? [`one of ${field.values.slice(0, 20).join(', ')}`] : []),
  ]
  return parts.join(', ')
}
