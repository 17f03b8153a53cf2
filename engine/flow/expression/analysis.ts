import type { Field, Fields } from '../../core/fields.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { AstNode } from './ast.ts'

/** What is known of a value: where in the source record it comes from, and which fields it has. */
export interface Shape {
  /** Dotted path in the source record (''), or in a variable (`$account`). Absent: computed. */
  readonly path?: string
  /** Absent: anything goes. */
  readonly fields?: Fields
  /** The field that the value is, when it is one. */
  readonly field?: Field
  /** What has these fields, for messages: `VENDOR`, `CONTACT`. */
  readonly owner?: string
}

export const UNKNOWN: Shape = {}

/** Something wrong in an expression; offsets are of its text. */
export interface ExpressionFinding {
  readonly code: DiagnosticCode
  readonly start: number
  readonly end: number
  readonly message: string
  readonly remedy?: string
  readonly suggestions?: readonly string[]
}

/** A call of one of the engine's functions, for checks of its literal arguments. */
export interface FunctionCall {
  readonly name: string
  readonly args: readonly AstNode[]
}

export interface Analysis {
  readonly findings: readonly ExpressionFinding[]
  readonly calls: readonly FunctionCall[]
  /** Dotted source paths, or 'all'. */
  readonly reads: readonly string[] | 'all'
  /** The same of each variable that holds a record. */
  readonly variableReads: ReadonlyMap<string, readonly string[] | 'all'>
  /** What the expression yields. */
  readonly yields: Shape
}

/** What an expression sees. */
export interface View {
  readonly text: string
  readonly root: Shape
  readonly variables: ReadonlyMap<string, Shape>
  /** May the result be, or hold, `$link`, `$sinkId` and `$omit`? Only mappings may. */
  readonly isMapping: boolean
}

/** The mutable part of one analysis. */
export interface Notes {
  readonly view: View
  readonly findings: ExpressionFinding[]
  readonly calls: FunctionCall[]
  /** '' is the source record, '$name' a variable. */
  readonly reads: Map<string, Set<string> | 'all'>
}

/** Names in scope, innermost first. */
export interface Names {
  readonly own: Map<string, Shape>
  readonly outer: Names | undefined
}

/** Where a node stands: what it is evaluated on, which names it sees, and whether its value is the expression's. */
export interface Here {
  readonly context: Shape
  readonly names: Names
  /** `member`: the value of a field, where `$omit` may stand; `element`: of a list; `inner`: computed with. */
  readonly as: 'member' | 'element' | 'inner'
}

export function nameShape(names: Names | undefined, name: string): Shape | undefined {
  for (let here = names; here; here = here.outer) {
    const found = here.own.get(name)
    if (found) return found
  }
  return undefined
}

export function allNames(names: Names | undefined): readonly string[] {
  const found: string[] = []
  for (let here = names; here; here = here.outer) found.push(...here.own.keys())
  return found
}

/** Remembers that the value at this path is read, as a whole. */
export function noteRead(notes: Notes, shape: Shape): void {
  if (shape.path === undefined) return
  const [head, ...rest] = shape.path.split('.')
  const isVariable = head?.startsWith('$') ?? false
  const root = isVariable ? (head ?? '') : ''
  const path = isVariable ? rest.join('.') : shape.path
  if (path === '') {
    notes.reads.set(root, 'all')
    return
  }
  const known = notes.reads.get(root) ?? new Set<string>()
  if (known === 'all') return
  known.add(path)
  notes.reads.set(root, known)
}

export function joinPath(base: string | undefined, name: string): string | undefined {
  if (base === undefined) return undefined
  return base === '' ? name : `${base}.${name}`
}
