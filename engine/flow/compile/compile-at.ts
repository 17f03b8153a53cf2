import type { Expression } from '../../core/expression.ts'
import type { Field, Fields } from '../../core/fields.ts'
import type { Place, StepPlan } from '../../core/plan.ts'
import type { OpenFlow } from '../context.ts'
import { positionAt } from '../diagnostics/source-file.ts'
import { compileExpression, compileText, type ExpressionOptions } from '../expression/compile-expression.ts'
import { compileMapping, type Template } from '../expression/compile-mapping.ts'
import { sourceOffsets } from '../expression/text-position.ts'
import { type Path, type ScalarTree, type Tree, toJson, treeAt } from '../read/tree.ts'

/** The expression at a path of the flow. */
export function compileAt(flow: OpenFlow, path: Path): Expression {
  const tree = treeAt(flow.tree, path)
  if (tree?.is !== 'scalar') throw new RangeError(`no expression at ${path.join('.')}`)
  return compileExpression(String(tree.value ?? ''), optionsFor(flow, tree))
}

/** The mapping at a path of the flow: one text, or an object of expressions. */
export function compileMap(flow: OpenFlow, path: Path, fields: Fields): Expression {
  const tree = treeAt(flow.tree, path)
  if (!tree) throw new RangeError(`no mapping at ${path.join('.')}`)
  const template = templateOf(flow, tree, { fields, field: undefined, list: false })
  return compileMapping(template, textOf(tree), flow.context.limits)
}

interface Target {
  readonly fields: Fields | undefined
  /** Top-level sink field. */
  readonly field: string | undefined
  readonly list: boolean
}

function templateOf(flow: OpenFlow, tree: Tree, target: Target): Template {
  if (tree.is === 'list')
    return { is: 'list', items: tree.items.map(it => templateOf(flow, it, { ...target, list: false })) }
  if (tree.is === 'map') {
    const members = tree.entries.map(({ key, value }) => ({
      name: key,
      value: templateOf(flow, value, inside(target, key)),
    }))
    const object: Template = { is: 'object', members }
    return target.list ? { is: 'list', items: [object] } : object
  }
  if (typeof tree.value !== 'string') return { is: 'literal', value: tree.value }
  const options = { ...optionsFor(flow, tree), clears: true }
  const field = target.field === undefined ? {} : { field: target.field }
  // the whole mapping as one text
  const lists = target.field === undefined && target.fields ? { lists: listFields(target.fields) } : {}
  return { is: 'expression', compiled: compileText(tree.value, { ...options, ...field }), list: target.list, ...lists }
}

const isList = (field: Field | undefined): boolean => field?.type === 'list' || field?.type === 'strings'

function listFields(fields: Fields): ReadonlySet<string> {
  return new Set(Object.keys(fields).filter(name => isList(fields[name])))
}

function inside(target: Target, key: string): Target {
  const field = target.fields && Object.hasOwn(target.fields, key) ? target.fields[key] : undefined
  return {
    fields: field?.fields,
    field: target.field ?? key,
    list: isList(field),
  }
}

function optionsFor(flow: OpenFlow, tree: ScalarTree): ExpressionOptions {
  return {
    knowledge: { tables: flow.tables, params: flow.params },
    limits: flow.context.limits,
    placeOf: placeIn(flow, tree),
  }
}

/** Turns offsets of an expression's text into places of the file; computed when something fails. */
function placeIn(flow: OpenFlow, tree: ScalarTree): (offset: number) => Place {
  return offset => {
    const offsets = sourceOffsets(flow.source.text, tree)
    const at = offsets[Math.min(offset, offsets.length - 1)] ?? tree.span.start
    return { file: flow.context.file, ...positionAt(flow.source, at) }
  }
}

/** Where each top-level sink field is mapped. */
export function placesOf(flow: OpenFlow, path: Path): StepPlan['places'] {
  const tree = treeAt(flow.tree, path)
  if (tree?.is !== 'map') return {}
  return Object.fromEntries(
    tree.entries.map(({ key, keySpan, value }) => [
      key,
      { place: { file: flow.context.file, ...positionAt(flow.source, keySpan.start) }, text: textOf(value) },
    ]),
  )
}

function textOf(tree: Tree): string {
  return tree.is === 'scalar' && typeof tree.value === 'string' ? tree.value : JSON.stringify(toJson(tree))
}
