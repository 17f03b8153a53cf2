import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { Json, JsonObject } from '../../../../core/record.ts'
import { BUILTINS } from '../../../../flow/expression/builtins.ts'
import { SCOPE_FUNCTIONS } from '../../../../flow/expression/scope-functions.ts'
import { type CursorPlace, cursorPlace } from './cursor-place.ts'
import { outline } from './outline.ts'
import { keysAt, type Offer, valuesAt } from './schema-at.ts'

/** What is known of an entity, for completion. */
export interface EntityNames {
  readonly name: string
  readonly title: string
  readonly canRead: boolean
  readonly canWrite: boolean
  readonly fields: readonly { readonly name: string; readonly type: string; readonly isReadOnly: boolean }[]
}

export interface FlowKnowledge {
  schema(): JsonObject | undefined
  /** Entities of a connector; asked for as they are needed. */
  entities(connector: string): Promise<readonly EntityNames[]>
}

const FUNCTIONS: readonly Completion[] = [
  ...SCOPE_FUNCTIONS.map(it => ({
    label: `$${it.name}`,
    detail: it.usage.replace(/^\$\w+/, ''),
    info: `${it.does}\n\n${it.example.text} → ${it.example.yields}`,
    type: 'function',
    boost: 5,
  })),
  ...Object.keys(BUILTINS).map(name => ({ label: `$${name}`, detail: 'JSONata', type: 'function' })),
]

const EXPRESSIONS = new Set(['filter', 'when', 'each'])

/** Completion of a flow file: keys and values by its schema, fields and functions in expressions. */
export function completeFlow(knows: FlowKnowledge) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.state.sliceDoc(0, context.pos)
    const place = cursorPlace(before)
    const word = context.matchBefore(/[$\w.]*/)
    const from = word?.from ?? context.pos
    // nobody asked, and nothing is begun: only an empty value waits for one
    const isWaiting = place.keyOfValue !== null && place.typed === ''
    if (from === context.pos && !context.explicit && !isWaiting) return null
    const data = outline(context.state.doc.toString())
    const options = isExpression(place) ? await inExpression(knows, data, place) : await inYaml(knows, data, place)
    return options.length === 0 ? null : { from, options, validFor: /^[$\w.-]*$/ }
  }
}

function isExpression({ path, keyOfValue }: CursorPlace): boolean {
  if (keyOfValue === null) return false
  return path.includes('map') || keyOfValue === 'map' || EXPRESSIONS.has(keyOfValue)
}

async function inExpression(knows: FlowKnowledge, data: Json, place: CursorPlace): Promise<readonly Completion[]> {
  const source = objectAt(data, 'source')
  const fields = await fieldsOf(knows, source)
  const own = fields.map(it => ({ label: it.name, detail: it.type, type: 'property', boost: 10 }))
  return place.typed.endsWith('$') ? FUNCTIONS : [...own, ...FUNCTIONS]
}

async function inYaml(knows: FlowKnowledge, data: Json, place: CursorPlace): Promise<readonly Completion[]> {
  const schema = knows.schema()
  if (!schema) return []
  const { path, keyOfValue } = place
  if (keyOfValue !== null) {
    const values = valuesAt(schema, data, [...path, keyOfValue])
    const entities = keyOfValue === 'entity' ? await entitiesOf(knows, objectIn(data, path), path.includes('sink')) : []
    return unique([...entities, ...values.map(it => completion(it, 'enum'))])
  }
  const keys = keysAt(schema, data, path).map(it => ({ ...completion(it, 'keyword'), apply: `${it.label}: ` }))
  return path.at(-1) === 'map' ? unique([...(await sinkFields(knows, data, path)), ...keys]) : keys
}

/** What the workspace knows goes before what the schema says of the same. */
function unique(options: readonly Completion[]): readonly Completion[] {
  return [...new Map(options.toReversed().map(it => [it.label, it])).values()].toReversed()
}

const completion = ({ label, detail, info }: Offer, type: string): Completion => ({
  ...{ label, type },
  ...(detail === '' ? {} : { detail }),
  ...(info === '' ? {} : { info }),
})

async function sinkFields(knows: FlowKnowledge, data: Json, path: readonly string[]): Promise<readonly Completion[]> {
  const sink = objectAt(objectIn(data, path.slice(0, -1)), 'sink')
  const fields = await fieldsOf(knows, sink)
  return fields
    .filter(it => !it.isReadOnly)
    .map(it => ({ label: it.name, detail: it.type, type: 'property', apply: `${it.name}: `, boost: 5 }))
}

async function fieldsOf(knows: FlowKnowledge, end: JsonObject): Promise<EntityNames['fields']> {
  const { connector, entity } = end
  if (typeof connector !== 'string') return []
  const names = Array.isArray(entity) ? entity : [entity]
  const found = (await knows.entities(connector)).filter(it => names.includes(it.name)).flatMap(it => it.fields)
  return [...new Map(found.map(it => [it.name, it])).values()]
}

async function entitiesOf(knows: FlowKnowledge, end: JsonObject, isSink: boolean): Promise<readonly Completion[]> {
  const { connector } = end
  if (typeof connector !== 'string') return []
  const fit = (await knows.entities(connector)).filter(it => (isSink ? it.canWrite : it.canRead))
  return fit.map(it => ({ label: it.name, detail: it.title, type: 'class' }))
}

function objectAt(data: Json, name: string): JsonObject {
  return objectIn(data, [name])
}

function objectIn(data: Json, path: readonly string[]): JsonObject {
  const found = path.reduce<Json | undefined>((held, step) => {
    if (step === '[]') return Array.isArray(held) ? held.at(-1) : undefined
    return isObject(held) ? held[step] : undefined
  }, data)
  return isObject(found) ? found : {}
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
