import { suggest } from '../diagnostics/suggest.ts'
import { analyseCall } from './analyse-call.ts'
import { noteForeignValues, stepInto } from './analyse-fields.ts'
import {
  type Analysis,
  allNames,
  type Here,
  type Names,
  type Notes,
  nameShape,
  noteRead,
  type Shape,
  UNKNOWN,
  type View,
} from './analysis.ts'
import type { AstNode } from './ast.ts'
import { tokenStart } from './ast.ts'
import { BUILTINS } from './builtins.ts'
import { isUnsafeRegex } from './unsafe-regex.ts'

/** Walks an expression once: what it reads, which functions it calls, and what is wrong with it. */
export function analyse(ast: AstNode, view: View): Analysis {
  const notes: Notes = { view, findings: [], calls: [], reads: new Map() }
  const names: Names = { own: new Map(view.variables), outer: undefined }
  const yields = visit(ast, { context: view.root, names, as: view.isMapping ? 'member' : 'inner' }, notes)
  noteRead(notes, yields)
  const listed = (root: string) => {
    const found = notes.reads.get(root)
    return found === 'all' ? 'all' : [...(found ?? [])].sort()
  }
  const variables = [...notes.reads.keys()].filter(it => it.startsWith('$'))
  return {
    findings: notes.findings,
    calls: notes.calls,
    reads: listed(''),
    variableReads: new Map(variables.map(it => [it.slice(1), listed(it)])),
    yields,
  }
}

const inner = (here: Here): Here => ({ ...here, as: 'inner' })

type Visitor = (node: AstNode, here: Here, notes: Notes) => Shape

const VISITORS: Readonly<Record<string, Visitor>> = {
  path: visitPath,
  name: (node, here, notes) => stepInto(node, here.context, notes),
  variable: visitVariable,
  function: (node, here, notes) => analyseCall(node, here, notes, { visit, used, extra: 0 }),
  partial: (node, here, notes) => analyseCall(node, here, notes, { visit, used, extra: 0 }),
  apply: visitApply,
  lambda: (node, here, notes) => visitLambda(node, here, notes, []),
  block: visitBlock,
  bind: visitBind,
  condition: (node, here, notes) => {
    used(node.condition, inner(here), notes)
    const then = node.then ? visit(node.then, here, notes) : UNKNOWN
    noteRead(notes, then)
    if (node.else) used(node.else, here, notes)
    return node.else ? UNKNOWN : then
  },
  unary: visitUnary,
  binary: visitBinary,
  regex: visitRegex,
  wildcard: (_node, here, notes) => everything(here.context, notes),
  descendant: (_node, here, notes) => everything(here.context, notes),
  parent: (_node, _here, notes) => everything(notes.view.root, notes),
  transform: (node, here, notes) => {
    const open: Here = { ...inner(here), context: UNKNOWN }
    for (const part of [node.pattern, node.update, node.delete]) if (part) visit(part, open, notes)
    return everything(notes.view.root, notes)
  },
  sort: (node, here, notes) => {
    for (const term of node.terms ?? []) used(term.expression, inner(here), notes)
    return here.context
  },
}

export function visit(node: AstNode, here: Here, notes: Notes): Shape {
  let shape = VISITORS[node.type]?.(node, here, notes) ?? UNKNOWN
  for (const it of node.predicate ?? []) {
    if (it.expr) used(it.expr, { ...inner(here), context: shape }, notes)
    shape = { ...shape }
  }
  if (node.type !== 'path' && node.group) visitMembers(node.group.lhs, { ...inner(here), context: shape }, notes)
  return shape
}

/** Visits and notes the value as read. */
function used(node: AstNode | undefined, here: Here, notes: Notes): Shape {
  if (!node) return UNKNOWN
  const shape = visit(node, here, notes)
  noteRead(notes, shape)
  return shape
}

function everything(shape: Shape, notes: Notes): Shape {
  noteRead(notes, shape)
  return UNKNOWN
}

function visitBinary(node: AstNode, here: Here, notes: Notes): Shape {
  const [left, right] = [node.lhs, node.rhs].map(it =>
    isNode(it) ? { node: it, shape: used(it, inner(here), notes) } : undefined,
  )
  if (left && right && COMPARES.has(String(node.value))) {
    noteForeignValues(left.shape, right.node, notes)
    noteForeignValues(right.shape, left.node, notes)
  }
  return UNKNOWN
}

const COMPARES: ReadonlySet<string> = new Set(['=', '!=', 'in'])

function isNode(value: AstNode['lhs']): value is AstNode {
  return value !== undefined && !Array.isArray(value)
}

function visitPath(node: AstNode, here: Here, notes: Notes): Shape {
  const steps = node.steps ?? []
  let shape = here.context
  let names = here.names
  for (const [at, step] of steps.entries()) {
    const last = at === steps.length - 1
    const stepHere: Here = { context: shape, names, as: last ? here.as : 'inner' }
    const reached = visit(step, stepHere, notes)
    for (const stage of step.stages ?? []) {
      if (stage.expr) used(stage.expr, { context: reached, names, as: 'inner' }, notes)
      if (stage.type === 'index' && stage.value) names = withName(names, stage.value, UNKNOWN)
    }
    if (step.focus !== undefined) names = withName(names, step.focus, reached)
    if (step.index !== undefined) names = withName(names, step.index, UNKNOWN)
    if (step.focus === undefined) shape = reached
  }
  if (node.group) visitMembers(node.group.lhs, { context: shape, names, as: 'inner' }, notes)
  return node.group ? UNKNOWN : shape
}

const withName = (outer: Names, name: string, shape: Shape): Names => ({ own: new Map([[name, shape]]), outer })

function visitVariable(node: AstNode, here: Here, notes: Notes): Shape {
  const name = String(node.value)
  if (name === '') return here.context
  if (name === '$') return notes.view.root
  const known = nameShape(here.names, name)
  if (known) return known
  if (Object.hasOwn(BUILTINS, name)) return UNKNOWN
  const valid = allNames(here.names)
  const suggestions = suggest(name, valid).map(it => `$${it}`)
  const start = tokenStart(notes.view.text, node)
  notes.findings.push({
    code: 'FLOW_UNKNOWN_VARIABLE',
    start,
    end: node.position ?? start + name.length + 1,
    message: `there is no variable $${name}`,
    remedy: suggestions[0] ? `Did you mean ${suggestions[0]}?` : `Valid: ${valid.map(it => `$${it}`).join(', ')}.`,
    suggestions,
  })
  return UNKNOWN
}

function visitApply(node: AstNode, here: Here, notes: Notes): Shape {
  if (isNode(node.lhs)) used(node.lhs, inner(here), notes)
  if (!isNode(node.rhs)) return UNKNOWN
  if (node.rhs.type === 'function') analyseCall(node.rhs, inner(here), notes, { visit, used, extra: 1 })
  else visit(node.rhs, inner(here), notes)
  return UNKNOWN
}

export function visitLambda(node: AstNode, here: Here, notes: Notes, given: readonly Shape[]): Shape {
  const own = new Map((node.arguments ?? []).map((it, at) => [String(it.value), given[at] ?? UNKNOWN]))
  used(node.body, { ...here, names: { own, outer: here.names } }, notes)
  return UNKNOWN
}

function visitBlock(node: AstNode, here: Here, notes: Notes): Shape {
  const names: Names = { own: new Map(), outer: here.names }
  const all = node.expressions ?? []
  let last: Shape = UNKNOWN
  for (const [at, it] of all.entries()) {
    const isLast = at === all.length - 1
    last = visit(it, { ...here, names, as: isLast || it.type === 'bind' ? here.as : 'inner' }, notes)
  }
  return last
}

function visitBind(node: AstNode, here: Here, notes: Notes): Shape {
  const name = isNode(node.lhs) ? String(node.lhs.value) : ''
  // a function may call itself by the name it is bound to
  here.names.own.set(name, UNKNOWN)
  const shape = isNode(node.rhs) ? visit(node.rhs, here, notes) : UNKNOWN
  here.names.own.set(name, shape)
  return shape
}

function visitUnary(node: AstNode, here: Here, notes: Notes): Shape {
  if (node.value === '{' && Array.isArray(node.lhs)) visitMembers(node.lhs, here, notes)
  else if (node.value === '[')
    for (const it of node.expressions ?? []) used(it, here.as === 'inner' ? here : { ...here, as: 'element' }, notes)
  else used(node.expression, inner(here), notes)
  return UNKNOWN
}

function visitMembers(members: readonly (readonly [AstNode, AstNode])[], here: Here, notes: Notes): void {
  for (const [key, value] of members) {
    used(key, inner(here), notes)
    used(value, here.as === 'inner' ? here : { ...here, as: 'member' }, notes)
  }
}

function visitRegex(node: AstNode, _here: Here, notes: Notes): Shape {
  if (node.value instanceof RegExp && isUnsafeRegex(node.value.source)) {
    const end = node.position ?? 0
    const start = Math.max(0, notes.view.text.lastIndexOf(`/${node.value.source}/`, end))
    notes.findings.push({
      code: 'FLOW_REGEX_UNSAFE',
      start,
      end,
      message: 'the regular expression may take for ever: a repeated group repeats inside',
      remedy: 'Write it without the inner or the outer repetition.',
    })
  }
  return UNKNOWN
}
