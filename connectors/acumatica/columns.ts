import type { Field, Fields } from '../../engine/sdk/index.ts'
import { nameIn } from './filter.ts'
import type { AcumaticaObject } from './object.ts'

/** Web servers refuse long addresses: a longer selection is left out, and everything comes (2,048 characters of query are common). */
const MOST_SELECTED = 800

/** `$select` and `$expand`, ready for a query. Without `$select` all top-level fields come (fact sheet 5.3). */
export type Columns = Readonly<Partial<Record<'$select' | '$expand', string>>>

/** What to ask for: the fields wanted, keys and change field in any case, and the linked entities and lists that they are in. */
export function columnsOf(
  object: AcumaticaObject,
  select: readonly string[] | 'all',
  modified: string | undefined,
): Columns {
  const paths = select === 'all' ? leavesOf(object.fields) : select.flatMap(path => leavesAt(object.fields, path))
  const real = paths.filter(path => path !== object.key || object.keys.includes(path))
  const wanted = [...new Set([...object.keys, ...(modified === undefined ? [] : [modified]), ...real])]
  const expand = [...new Set(wanted.flatMap(parentsOf))].map(nameIn).sort()
  const names = wanted.map(nameIn).join(',')
  return {
    ...(select === 'all' || encodeURIComponent(names).length > MOST_SELECTED ? {} : { $select: names }),
    ...(expand.length > 0 ? { $expand: expand.join(',') } : {}),
  }
}

/** A linked entity comes empty unless fields of it are named, or everything is. */
function leavesAt(fields: Fields, path: string): readonly string[] {
  let field: Field | undefined
  let inner: Fields | undefined = fields
  for (const part of path.split('.')) {
    field = inner && Object.hasOwn(inner, part) ? inner[part] : undefined
    inner = field?.fields
  }
  return field?.fields ? leavesOf(field.fields).map(it => `${path}.${it}`) : [path]
}

const leavesOf = (fields: Fields): readonly string[] =>
  Object.entries(fields).flatMap(([name, it]) =>
    it.fields ? leavesOf(it.fields).map(leaf => `${name}.${leaf}`) : [name],
  )

/** `MainContact`, `MainContact.Address` of `MainContact.Address.City`: each level is named (fact sheet 5.3). */
const parentsOf = (path: string): readonly string[] => {
  const parts = path.split('.')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'))
}
