import type { JsonObject } from '../../../../engine/sdk/index.ts'
import { ENTITIES } from '../entities/catalogue.ts'
import { type EntityDef, type FieldDef, fieldsIn, type ValueType, type ViewDef } from '../entities/definition.ts'
import { INSTANCE_PATH } from '../world.ts'

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })

const VALUE_SCHEMAS: Record<ValueType, string> = {
  string: 'StringValue',
  decimal: 'DecimalValue',
  int: 'IntValue',
  boolean: 'BooleanValue',
  datetime: 'DateTimeValue',
  date: 'DateTimeValue',
  guid: 'GuidValue',
}

const wrapped = (value: JsonObject): JsonObject => ({
  type: 'object',
  properties: { value, error: { type: 'string', readOnly: true } },
})

const VALUES: JsonObject = {
  StringValue: wrapped({ type: 'string', nullable: true }),
  DecimalValue: wrapped({ type: 'number', format: 'double', nullable: true }),
  IntValue: wrapped({ type: 'integer', format: 'int32', nullable: true }),
  BooleanValue: wrapped({ type: 'boolean', nullable: true }),
  DateTimeValue: wrapped({ type: 'string', format: 'date-time', nullable: true }),
  GuidValue: wrapped({ type: 'string', format: 'uuid', nullable: true }),
}

const ENTITY: JsonObject = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'The session identifier of the record.', format: 'uuid' },
    rowNumber: { type: 'integer', format: 'int64' },
    note: ref('StringValue'),
    custom: { type: 'object', additionalProperties: { type: 'object', additionalProperties: ref('CustomField') } },
    error: { type: 'string', readOnly: true },
    files: { type: 'array', items: ref('FileLink') },
    _links: { type: 'object', additionalProperties: { type: 'string' } },
  },
}

const PARAMETERS = ['select', 'filter', 'expand', 'custom', 'skip', 'top'].map(it => ({
  $ref: `#/components/parameters/${it}`,
}))

/** OpenAPI of one version of Default: what the vendor generates, without the parts that nobody asks for. */
export function openApi(versionText: string, version: number, isPatchable: boolean): JsonObject {
  const schemas: Record<string, JsonObject> = {
    Entity: ENTITY,
    CustomField: { type: 'object' },
    FileLink: { type: 'object' },
  }
  const add = (view: ViewDef): void => {
    if (schemas[view.name]) return
    const fields = fieldsIn(view, version)
    schemas[view.name] = {
      allOf: [
        ref('Entity'),
        { type: 'object', properties: Object.fromEntries(fields.map(([name, it]) => [name, propertyOf(it)])) },
      ],
    }
    for (const [, it] of fields) if (it.is !== 'value') add(it.of)
  }
  for (const it of ENTITIES) add(it)
  return {
    openapi: '3.0.1',
    info: { title: `Default/${versionText}`, version: '4' },
    servers: [{ url: `http://localhost${INSTANCE_PATH}/entity/Default/${versionText}` }],
    paths: Object.fromEntries(ENTITIES.flatMap(it => pathsOf(it, isPatchable))),
    components: { schemas: { ...schemas, ...VALUES }, parameters: parametersOf() },
  }
}

function propertyOf(field: FieldDef): JsonObject {
  if (field.is === 'value') return ref(VALUE_SCHEMAS[field.type])
  return field.is === 'linked' ? ref(field.of.name) : { type: 'array', items: ref(field.of.name) }
}

function pathsOf(entity: EntityDef, isPatchable: boolean): readonly (readonly [string, JsonObject])[] {
  const json = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } })
  const answer = (schema: JsonObject): JsonObject => ({ 200: { description: 'The record.', content: json(schema) } })
  const own = ref(entity.name)
  const write = (operationId: string): JsonObject => ({
    tags: [entity.name],
    operationId: `${entity.name}_${operationId}`,
    parameters: PARAMETERS.slice(0, 4),
    requestBody: { content: json(own), required: true },
    responses: answer(own),
  })
  const list: JsonObject = {
    tags: [entity.name],
    operationId: `${entity.name}_GetList`,
    parameters: PARAMETERS,
    responses: answer({ type: 'array', items: own }),
  }
  const single = (operationId: string): JsonObject => ({
    tags: [entity.name],
    operationId: `${entity.name}_${operationId}`,
    responses: answer(own),
  })
  const patch = isPatchable ? { patch: write('PatchEntity') } : {}
  return [
    [`/${entity.name}`, { get: list, put: write('PutEntity'), ...patch }],
    [`/${entity.name}/{ids}`, { get: single('GetByKeys'), delete: single('DeleteByKeys') }],
    [`/${entity.name}/{id}`, { get: single('GetById'), delete: single('DeleteById') }],
    [`/${entity.name}/$adHocSchema`, { get: single('GetAdHocSchema') }],
    ...entity.actions.map(it => [`/${entity.name}/${it}`, { post: single(`InvokeAction_${it}`) }] as const),
  ]
}

const parametersOf = (): JsonObject =>
  Object.fromEntries(
    ['select', 'filter', 'expand', 'custom', 'skip', 'top'].map(it => [
      it,
      { name: `$${it}`, in: 'query', schema: { type: it === 'skip' || it === 'top' ? 'integer' : 'string' } },
    ]),
  )

/** `$adHocSchema`: an empty record with every field, custom ones with their types. */
export function adHocSchema(entity: EntityDef, version: number): JsonObject {
  const custom: Record<string, Record<string, JsonObject>> = {}
  for (const name of entity.customs) {
    const [view = '', field = ''] = name.split('.')
    custom[view] = { ...custom[view], [field]: { type: 'CustomStringField', viewName: view, fieldName: field } }
  }
  return { ...emptyOf(entity, version), custom }
}

function emptyOf(view: ViewDef, version: number): JsonObject {
  return Object.fromEntries(
    fieldsIn(view, version).map(([name, it]) => {
      if (it.is === 'value') return [name, { type: VALUE_SCHEMAS[it.type] }]
      return [name, it.is === 'linked' ? emptyOf(it.of, version) : [emptyOf(it.of, version)]]
    }),
  )
}
