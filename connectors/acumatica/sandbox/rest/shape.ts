import { httpError } from '../answers.ts'
import { type EntityDef, fieldIn, type ViewDef } from '../entities/definition.ts'

/** What of a node is wanted: its own fields, and the nested parts that `$expand` names. */
export interface Shape {
  /** Undefined: all. */
  readonly fields?: ReadonlySet<string>
  readonly parts: ReadonlyMap<string, Shape>
}

export interface Wanted {
  readonly shape: Shape
  readonly files: boolean
  /** `View.Field` of custom fields. */
  readonly customs: readonly string[]
  /** Was there a `$select`? */
  readonly isNarrow: boolean
}

const names = (text: string | null): readonly string[] =>
  (text ?? '')
    .split(',')
    .map(it => it.trim())
    .filter(it => it !== '')

export const unknownName = (name: string) =>
  httpError(
    500,
    'System.Collections.Generic.KeyNotFoundException',
    `The given key '${name}' was not present in the dictionary.`,
  )

/** Reads `$select`, `$expand` and `$custom`; `alsoFields` are returned beyond the selection (fact sheet 5.3). */
export function readWanted(
  entity: EntityDef,
  version: number,
  query: URLSearchParams,
  alsoFields: readonly string[] = [],
): Wanted {
  const selected = names(query.get('$select'))
  const expanded = names(query.get('$expand'))
  for (const name of selected) checkPath(entity, name, version)
  const parts = expanded.filter(it => it !== 'files')
  for (const name of parts) checkPath(entity, name, version, 'nested')
  const paths = selected.length === 0 ? undefined : [...selected, ...alsoFields]
  const customs = names(query.get('$custom'))
  for (const name of customs) if (!entity.customs.includes(name)) throw unknownName(name)
  return {
    shape: shapeOf(paths, parts),
    files: expanded.includes('files'),
    customs,
    isNarrow: paths !== undefined,
  }
}

/** Each level of an expansion is named by itself; what is below a level that is not named is left out. */
function shapeOf(paths: readonly string[] | undefined, expanded: readonly string[]): Shape {
  const heads = new Set(expanded.filter(it => !it.includes('/')))
  const below = (list: readonly string[], head: string) =>
    list.filter(it => it.startsWith(`${head}/`)).map(it => it.slice(head.length + 1))
  const parts = [...heads].map(head => {
    const inner = paths === undefined || paths.includes(head) ? [] : below(paths, head)
    return [head, shapeOf(inner.length > 0 ? inner : undefined, below(expanded, head))] as const
  })
  return {
    ...(paths === undefined ? {} : { fields: new Set(paths.filter(it => !it.includes('/'))) }),
    parts: new Map(parts),
  }
}

function checkPath(view: ViewDef, path: string, version: number, mode: 'any' | 'nested' = 'any'): void {
  const [head = '', ...rest] = path.split('/')
  if (['id', 'note', 'rowNumber', 'custom'].includes(head) && rest.length === 0) return
  const field = fieldIn(view, head, version)
  if (!field || (mode === 'nested' && field.is === 'value')) throw unknownName(head)
  if (rest.length === 0) return
  if (field.is === 'value') throw unknownName(path)
  checkPath(field.of, rest.join('/'), version, mode)
}
