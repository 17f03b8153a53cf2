import type { Json, JsonObject } from '../../../../core/record.ts'

/** What may stand at a place, by a JSON Schema. */
export interface Offer {
  readonly label: string
  readonly detail: string
  readonly info: string
}

/** Keys that the mapping at this path may have and does not have yet. */
export function keysAt(schema: JsonObject, data: Json, path: readonly string[]): readonly Offer[] {
  const has = at(data, path)
  const offers = new Map<string, Offer>()
  for (const node of nodesAt(schema, data, path))
    for (const [name, of] of Object.entries(asObject(node['properties'])))
      if (!(isObject(has) && name in has) && !offers.has(name)) offers.set(name, offer(name, asObject(of)))
  return [...offers.values()]
}

/** Values that the key may have, where the schema names them. */
export function valuesAt(schema: JsonObject, data: Json, path: readonly string[]): readonly Offer[] {
  const offers = new Map<string, Offer>()
  for (const node of nodesAt(schema, data, path)) {
    const constant = node['const']
    const named = [...asList(node['enum']), ...(constant === undefined ? [] : [constant])]
    const isFlag = node['type'] === 'boolean'
    for (const value of isFlag ? [true, false] : named)
      offers.set(String(value), { ...offer(String(value), node), detail: '' })
  }
  return [...offers.values()]
}

/** All parts of the schema that have a say at the path, by what the rest of the text holds. */
function nodesAt(schema: JsonObject, data: Json, path: readonly string[]): readonly JsonObject[] {
  let nodes = expand(schema, schema, data)
  let here: Json | undefined = data
  for (const step of path) {
    here = down(here, step)
    const below = nodes.flatMap(node => stepInto(node, step))
    nodes = below.flatMap(node => expand(schema, node, here))
  }
  return nodes
}

function stepInto(node: JsonObject, step: string): readonly JsonObject[] {
  if (step === '[]') return isObject(node['items']) ? [node['items']] : []
  const named = asObject(node['properties'])[step]
  if (isObject(named)) return [named]
  return isObject(node['additionalProperties']) ? [node['additionalProperties']] : []
}

const MOST_DEEP = 12

/** A schema and everything that it refers to or combines, of which conditions hold. */
function expand(root: JsonObject, node: JsonObject, data: Json | undefined, deep = 0): readonly JsonObject[] {
  if (deep > MOST_DEEP) return []
  const more: Json[] = [...asList(node['allOf']), ...asList(node['anyOf']), ...asList(node['oneOf'])]
  const reference = node['$ref']
  if (typeof reference === 'string') more.push(at(root, reference.replace(/^#\//, '').split('/')) ?? null)
  if (isObject(node['if'])) more.push((matches(node['if'], data) ? node['then'] : node['else']) ?? null)
  return [node, ...more.filter(isObject).flatMap(it => expand(root, it, data, deep + 1))]
}

/** As much of JSON Schema as conditions of our schemas use. */
function matches(schema: JsonObject, data: Json | undefined): boolean {
  if (schema['const'] !== undefined && schema['const'] !== data) return false
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(data ?? null)) return false
  const has = isObject(data) ? data : {}
  if (asList(schema['required']).some(it => !(String(it) in has))) return false
  if (isObject(schema['not']) && matches(schema['not'], data)) return false
  const properties = Object.entries(asObject(schema['properties']))
  return properties.every(([name, of]) => !(name in has) || matches(asObject(of), has[name]))
}

function offer(label: string, node: JsonObject): Offer {
  const { title, description } = node
  return {
    label,
    detail: typeof title === 'string' && title !== label ? title : '',
    info: typeof description === 'string' ? description : '',
  }
}

function at(data: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(down, data)
}

/** Of a list, the last item: the one that is being written in most cases. */
function down(data: Json | undefined, step: string): Json | undefined {
  if (step === '[]') return Array.isArray(data) ? data.at(-1) : undefined
  return isObject(data) ? data[step] : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {})
const asList = (value: unknown): readonly Json[] => (Array.isArray(value) ? value : [])
