import { invalidParameters } from '../answers.ts'
import type { Knobs } from '../knobs.ts'
import type { FieldDef, ResourceDef } from '../resources/definition.ts'
import type { Condition } from './condition.ts'
import { parseFilter } from './filter.ts'

/** The query options of a collection, checked. */
export interface ListOptions {
  readonly filter: Condition | undefined
  readonly select: readonly FieldDef[] | undefined
  readonly top: number | undefined
  readonly skip: number
  readonly count: boolean
}

const OF_COLLECTION: ReadonlySet<string> = new Set(['$filter', '$select', '$top', '$skip', '$count'])
const OF_ENTRY: ReadonlySet<string> = new Set(['$select'])
/** Neither documented nor in the swagger: refused, or passed over by a lenient server. */
const UNDOCUMENTED: ReadonlySet<string> = new Set(['$orderby', '$expand'])

export function listOptions(def: ResourceDef, query: URLSearchParams, { lenient }: Knobs): ListOptions {
  checkNames(query, OF_COLLECTION, lenient)
  const filter = query.get('$filter')
  const top = query.get('$top')
  const count = query.get('$count') ?? 'false'
  if (count !== 'true' && count !== 'false') throw invalidParameters(`'${count}' is not a valid $count.`)
  return {
    filter: filter === null ? undefined : parseFilter(def, filter, lenient),
    select: selectOf(def, query),
    top: top === null ? undefined : wholeNumber('$top', top),
    skip: wholeNumber('$skip', query.get('$skip') ?? '0'),
    count: count === 'true',
  }
}

export function entryOptions(def: ResourceDef, query: URLSearchParams, { lenient }: Knobs): ListOptions['select'] {
  checkNames(query, OF_ENTRY, lenient)
  return selectOf(def, query)
}

/** Names without `$` are the client's own and say nothing to OData. */
function checkNames(query: URLSearchParams, allowed: ReadonlySet<string>, lenient: boolean): void {
  const seen = new Set<string>()
  for (const name of query.keys()) {
    if (!name.startsWith('$')) continue
    if (seen.has(name)) throw invalidParameters(`The query option '${name}' was given more than once.`)
    seen.add(name)
    if (allowed.has(name) || (lenient && UNDOCUMENTED.has(name))) continue
    throw invalidParameters(`The query option '${name}' is not supported.`)
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw invalidParameters(`Invalid value '${text}' for ${option}.`)
  return Number(text)
}

function selectOf(def: ResourceDef, query: URLSearchParams): readonly FieldDef[] | undefined {
  const given = query.get('$select')
  if (given === null || given.trim() === '*') return undefined
  const names = new Set(given.split(',').map(it => it.trim()))
  for (const name of names)
    if (!def.fields.has(name))
      throw invalidParameters(`Could not find a property named '${name}' on type '${def.name}'.`)
  return [...def.fields.values()].filter(it => names.has(it.name))
}
