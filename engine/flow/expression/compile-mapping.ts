import type { Failure } from '../../core/errors.ts'
import type { Evaluated, Expression, Scope } from '../../core/expression.ts'
import type { Json } from '../../core/record.ts'
import { DEFAULT_LIMITS, type Limits } from './ast.ts'
import type { CompiledExpression } from './compile-expression.ts'
import { fault } from './fault.ts'
import { OMITTED, plainResult } from './result.ts'

/** A mapping as it is written: expressions in objects and lists. */
export type Template =
  | ExpressionTemplate
  | { readonly is: 'literal'; readonly value: Json }
  | { readonly is: 'object'; readonly members: readonly TemplateMember[] }
  | { readonly is: 'list'; readonly items: readonly Template[] }

export interface ExpressionTemplate {
  readonly is: 'expression'
  readonly compiled: CompiledExpression
  /** The sink field is a list: a single value is wrapped. JSONata yields one element as itself. */
  readonly list: boolean
  /** Of an expression that yields the whole record: its fields that are lists. */
  readonly lists?: ReadonlySet<string>
}

export interface TemplateMember {
  readonly name: string
  readonly value: Template
}

/** What is still awaited for one record, and the first failure in the order of the mapping. */
interface Filling {
  readonly scope: Scope
  readonly limits: Limits
  readonly pending: Promise<void>[]
  failure: { readonly order: number; readonly failure: Failure } | undefined
  order: number
}

type Put = (value: Json | undefined | typeof OMITTED) => void

/** A whole mapping as one `Expression`: every record yields an object, or fails with the field that failed. */
export function compileMapping(template: Template, text: string, limits: Limits = DEFAULT_LIMITS): Expression {
  const reads = readsOfTemplate(template)
  return {
    text,
    reads,
    evaluate: async scopes => {
      const ended: Evaluated[] = []
      for (const scope of scopes) {
        const one = mapRecord(template, scope, limits)
        ended.push(one instanceof Promise ? await one : one)
      }
      return ended
    },
  }
}

function mapRecord(template: Template, scope: Scope, limits: Limits): Evaluated | Promise<Evaluated> {
  const filling: Filling = { scope, limits, pending: [], failure: undefined, order: 0 }
  let mapped: Json | undefined | typeof OMITTED
  fill(template, filling, value => {
    mapped = value
  })
  const end = (): Evaluated => {
    if (filling.failure) return { ok: false, failure: filling.failure.failure }
    return ending(template, mapped)
  }
  return filling.pending.length === 0 ? end() : Promise.all(filling.pending).then(end)
}

function ending(template: Template, mapped: Json | undefined | typeof OMITTED): Evaluated {
  if (typeof mapped === 'object' && mapped !== null && !Array.isArray(mapped)) return { ok: true, value: mapped }
  const thrown = fault('EXPRESSION_NOT_OBJECT', 'the mapping yields no object')
  if (template.is === 'expression') return { ok: false, failure: template.compiled.failure(thrown) }
  return { ok: false, failure: { kind: 'record', code: thrown.code, message: thrown.message } }
}

function fill(template: Template, filling: Filling, put: Put): void {
  if (template.is === 'literal') put(template.value)
  else if (template.is === 'object') fillObject(template.members, filling, put)
  else if (template.is === 'list') fillList(template.items, filling, put)
  else fillExpression(template, filling, put)
}

function fillObject(members: readonly TemplateMember[], filling: Filling, put: Put): void {
  const target: Record<string, Json> = {}
  for (const { name, value } of members) {
    // holds the place, so that late values do not change the order of the fields
    target[name] = null
    fill(value, filling, it => {
      if (it === OMITTED) delete target[name]
      else target[name] = it ?? null
    })
  }
  put(target)
}

function fillList(items: readonly Template[], filling: Filling, put: Put): void {
  const target: Json[] = items.map(() => null)
  items.forEach((item, at) => {
    fill(item, filling, it => {
      if (it === OMITTED) throw fault('EXPRESSION_OMIT_MISPLACED', '$omit() is an element of a list')
      target[at] = it ?? null
    })
  })
  put(target)
}

function fillExpression(template: ExpressionTemplate, filling: Filling, put: Put): void {
  const { compiled } = template
  const order = filling.order++
  const fail = (thrown: unknown): void => {
    if (!filling.failure || filling.failure.order > order)
      filling.failure = { order, failure: compiled.failure(thrown) }
  }
  const settle = (value: unknown): void => put(asLists(template, plainResult(value, filling.limits)))
  try {
    const value = compiled.run(filling.scope)
    if (value instanceof Promise) filling.pending.push(value.then(settle).catch(fail))
    else settle(value)
  } catch (thrown) {
    fail(thrown)
  }
}

type Settled = Json | undefined | typeof OMITTED

function asLists({ list, lists }: ExpressionTemplate, value: Settled): Settled {
  if (value === undefined || value === null || value === OMITTED) return value
  if (list) return Array.isArray(value) ? value : [value]
  if (!lists || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, it]: [string, Json]) => [
      name,
      lists.has(name) && it !== null && !Array.isArray(it) ? [it] : it,
    ]),
  )
}

export function readsOfTemplate(template: Template): readonly string[] | 'all' {
  switch (template.is) {
    case 'literal':
      return []
    case 'expression':
      return template.compiled.reads
    case 'object':
      return joinReads(template.members.map(it => readsOfTemplate(it.value)))
    case 'list':
      return joinReads(template.items.map(readsOfTemplate))
  }
}

export function joinReads(all: readonly (readonly string[] | 'all')[]): readonly string[] | 'all' {
  const paths = new Set<string>()
  for (const reads of all) {
    if (reads === 'all') return 'all'
    for (const path of reads) paths.add(path)
  }
  return [...paths].sort()
}
