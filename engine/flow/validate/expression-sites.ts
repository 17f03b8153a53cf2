import type { Fields } from '../../core/fields.ts'
import type { OpenFlow } from '../context.ts'
import type { Shape } from '../expression/analysis.ts'
import { UNKNOWN } from '../expression/analysis.ts'
import { SCOPE_VARIABLES } from '../expression/scope-functions.ts'
import { childOf, type Path, type ScalarTree, type Tree, treeAt } from '../read/tree.ts'
import type { ResolvedFlow, ResolvedStep } from './resolve-flow.ts'

/** One JSONata text of a flow, and what it sees. */
export interface ExpressionSite {
  readonly path: Path
  readonly tree: ScalarTree
  readonly root: Shape
  readonly variables: ReadonlyMap<string, Shape>
  readonly isMapping: boolean
  /** Of a step's when, each or map. */
  readonly step?: ResolvedStep
  /** Set on `each`: what it yields is `$item` of the step. */
  readonly isEach?: boolean
}

/** Every expression of the flow. `itemOf` tells what a step's `each` yields. */
export function expressionSites(
  flow: OpenFlow,
  ends: ResolvedFlow,
  itemOf: (step: ResolvedStep) => Shape,
): readonly ExpressionSite[] {
  const root = sourceShape(ends)
  const basic = variablesFor('everywhere')
  const shapes = ends.enrich.map((it): [string, Shape] => [it.name, enrichShape(it.name, it.end?.fields)])
  const enriched = new Map([...basic, ...shapes])
  const one = (path: Path, more: Partial<ExpressionSite> = {}): readonly ExpressionSite[] => {
    const tree = treeAt(flow.tree, path)
    if (tree?.is !== 'scalar' || typeof tree.value !== 'string') return []
    return [{ path, tree, root, variables: enriched, isMapping: false, ...more }]
  }
  return [
    ...one(['filter']),
    // they are read one after the other: a key may depend on what was found before
    ...ends.enrich.flatMap((it, at) =>
      one([...it.path, 'key'], { variables: new Map([...basic, ...shapes.slice(0, at)]) }),
    ),
    ...ends.steps.flatMap(step => {
      const inStep = (): ReadonlyMap<string, Shape> =>
        step.each === undefined
          ? enriched
          : new Map([...enriched, ...variablesFor('each'), ['item', itemOf(step)] as const])
      return [
        ...one([...step.path, 'when'], { step }),
        ...one([...step.path, 'each'], { step, isEach: true }),
        ...scalarsUnder(treeAt(flow.tree, [...step.path, 'map']), [...step.path, 'map']).flatMap(it =>
          one(it, { step, isMapping: true, variables: inStep() }),
        ),
      ]
    }),
    ...scalarsUnder(treeAt(flow.tree, ['onDelete', 'map']), ['onDelete', 'map']).flatMap(it =>
      one(it, { isMapping: true, variables: basic }),
    ),
  ]
}

/** Paths of all values below, the tree's own included when it is one. */
export function scalarsUnder(tree: Tree | undefined, path: Path): readonly Path[] {
  if (!tree) return []
  if (tree.is === 'scalar') return [path]
  const steps = tree.is === 'list' ? tree.items.map((_, at) => at) : tree.entries.map(it => it.key)
  return steps.flatMap(step => scalarsUnder(childOf(tree, step), [...path, step]))
}

/** A flow over several entities may name the fields of any of them. */
export function sourceShape(ends: ResolvedFlow): Shape {
  const sources = ends.source ?? []
  const fields: Fields = Object.assign({}, ...sources.map(it => it.fields))
  const isKnown = sources.length > 0 && sources.every(it => Object.keys(it.fields).length > 0)
  return { path: '', ...(isKnown ? { fields, owner: sources.map(it => it.entityName).join(', ') } : {}) }
}

function enrichShape(name: string, fields: Fields | undefined): Shape {
  const isKnown = fields !== undefined && Object.keys(fields).length > 0
  return { path: `$${name}`, ...(isKnown ? { fields, owner: `$${name}` } : {}) }
}

function variablesFor(where: 'everywhere' | 'each'): ReadonlyMap<string, Shape> {
  return new Map(SCOPE_VARIABLES.filter(it => it.where === where).map(it => [it.name, UNKNOWN]))
}
