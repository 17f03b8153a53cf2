import type { Json } from '../../core/record.ts'
import type { Span } from '../diagnostics/source-file.ts'

/** A YAML value that knows where it stands. Aliases are resolved, keys are strings. */
export type Tree = ScalarTree | MapTree | ListTree

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

export interface ScalarTree {
  readonly is: 'scalar'
  readonly value: string | number | boolean | null
  readonly style: ScalarStyle
  /** Of the scalar in the source text, quotes and block header included. */
  readonly span: Span
}
export interface MapTree {
  readonly is: 'map'
  readonly entries: readonly Entry[]
  readonly span: Span
}
export interface ListTree {
  readonly is: 'list'
  readonly items: readonly Tree[]
  readonly span: Span
}
export interface Entry {
  readonly key: string
  readonly keySpan: Span
  readonly value: Tree
}

export type Path = readonly (string | number)[]

export function entryOf(tree: Tree | undefined, key: string): Entry | undefined {
  return tree?.is === 'map' ? tree.entries.find(it => it.key === key) : undefined
}

export function childOf(tree: Tree | undefined, step: string | number): Tree | undefined {
  if (tree?.is === 'list') return tree.items[Number(step)]
  return entryOf(tree, String(step))?.value
}

export function treeAt(tree: Tree | undefined, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>(childOf, tree)
}

/** Where the value at a path stands; where it is absent, the nearest thing that is there. */
export function spanAt(tree: Tree, path: Path): Span {
  let here: Tree = tree
  for (const step of path) {
    const next = childOf(here, step)
    if (next === undefined) return here.span
    here = next
  }
  return here.span
}

/** Where the key at the end of a path stands. */
export function keySpanAt(tree: Tree, path: Path): Span {
  const last = path.at(-1)
  const parent = treeAt(tree, path.slice(0, -1))
  return (last === undefined ? undefined : entryOf(parent, String(last))?.keySpan) ?? spanAt(tree, path)
}

export function toJson(tree: Tree): Json {
  if (tree.is === 'scalar') return tree.value
  if (tree.is === 'list') return tree.items.map(toJson)
  const members: Record<string, Json> = {}
  // defined as an own property even when the key is "__proto__"
  for (const { key, value } of tree.entries)
    Object.defineProperty(members, key, {
      value: toJson(value),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  return members
}
