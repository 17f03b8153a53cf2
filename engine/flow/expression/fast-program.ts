import type { AstNode } from './ast.ts'
import { BUILTINS } from './builtins.ts'
import { FAST_FUNCTIONS } from './fast-functions.ts'
import { FAST_OPERATORS } from './fast-operators.ts'
import { type Fast, leave, truth } from './fast-values.ts'
import { type Knowledge, SCOPE_FUNCTIONS } from './scope-functions.ts'

/**
 * A closure for the expressions that mappings mostly consist of: paths over plain objects, literals, operators, `? :`, common
 * functions. Exactly JSONata's answer, or none: whatever could differ (a list on the path, a value that is an error, a function
 * that fails) leaves by throwing LEAVE, and JSONata itself evaluates that record. Undefined: not even compiled.
 */
export function fastProgram(ast: AstNode, knowledge: Knowledge): Fast | undefined {
  return compile(ast, knowledge)
}

type Compile = (node: AstNode, knowledge: Knowledge) => Fast | undefined

/** What each kind of node may hold; a node with anything more (predicates, stages, bindings …) is left to JSONata. */
const COMPILERS: Readonly<Record<string, { readonly keys: readonly string[]; readonly compile: Compile }>> = {
  string: { keys: [], compile: constant },
  number: { keys: [], compile: constant },
  value: { keys: [], compile: constant },
  variable: { keys: [], compile: variable },
  path: { keys: ['steps'], compile: path },
  function: { keys: ['arguments', 'procedure'], compile: call },
  binary: { keys: ['lhs', 'rhs'], compile: binary },
  condition: { keys: ['condition', 'then', 'else'], compile: condition },
  block: { keys: ['expressions'], compile: block },
  unary: { keys: ['expression', 'expressions', 'lhs'], compile: unary },
}
const ALWAYS: readonly string[] = ['type', 'value', 'position']

function compile(node: AstNode, knowledge: Knowledge): Fast | undefined {
  const kind = COMPILERS[node.type]
  if (!kind || holdsMore(node, kind.keys)) return undefined
  return kind.compile(node, knowledge)
}

/** Does the node hold anything that is not looked at here? The parser leaves some keys behind with nothing in them. */
function holdsMore(node: AstNode, keys: readonly string[]): boolean {
  return Object.entries(node).some(([key, held]) => held !== undefined && !ALWAYS.includes(key) && !keys.includes(key))
}

function constant({ value }: AstNode): Fast {
  return () => value
}

function variable(node: AstNode): Fast | undefined {
  const name = String(node.value)
  if (name === '' || name === '$') return ({ record }) => record
  if (Object.hasOwn(BUILTINS, name) || OWN.has(name)) return undefined
  return ({ variables }) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    return Array.isArray(value) ? leave() : value
  }
}

function path({ steps = [] }: AstNode, knowledge: Knowledge): Fast | undefined {
  const [first, ...rest] = steps
  if (!first || !rest.every(isPlainName)) return undefined
  const names = rest.map(it => String(it.value))
  if (isPlainName(first))
    return names.length === 0 ? oneName(String(first.value)) : manyNames([String(first.value), ...names])
  if (first.type !== 'variable' && first.type !== 'function') return undefined
  const start = compile(first, knowledge)
  return start && (scope => walk(start(scope), names))
}

function isPlainName(node: AstNode): boolean {
  return node.type === 'name' && !holdsMore(node, [])
}

function oneName(name: string): Fast {
  return ({ record }) => {
    const value: unknown = Object.hasOwn(record, name) ? record[name] : undefined
    return Array.isArray(value) ? leave() : value
  }
}

const manyNames =
  (names: readonly string[]): Fast =>
  scope =>
    walk(scope.record, names)

function walk(from: unknown, names: readonly string[]): unknown {
  let value = from
  if (Array.isArray(value)) return leave()
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[name]
    if (Array.isArray(value)) return leave()
  }
  return value
}

const OWN = new Map(SCOPE_FUNCTIONS.map(it => [it.name, it]))

function call({ arguments: written = [], procedure }: AstNode, knowledge: Knowledge): Fast | undefined {
  if (procedure?.type !== 'variable') return undefined
  const name = String(procedure.value)
  const args: Fast[] = []
  for (const it of written) {
    const arg = compile(it, knowledge)
    if (!arg) return undefined
    args.push(arg)
  }
  const own = OWN.get(name)
  if (own) return ownCall(own.call, args, knowledge)
  return FAST_FUNCTIONS[name]?.(args)
}

function ownCall(
  implementation: (args: readonly unknown[], knowledge: Knowledge) => unknown,
  args: readonly Fast[],
  knowledge: Knowledge,
): Fast {
  return scope => {
    const values = args.map(it => it(scope))
    let value: unknown
    try {
      value = implementation(values, knowledge)
    } catch {
      // fails once more inside JSONata, which knows the place
      return leave()
    }
    return Array.isArray(value) ? leave() : value
  }
}

function binary({ lhs, rhs, value }: AstNode, knowledge: Knowledge): Fast | undefined {
  const operator = FAST_OPERATORS[String(value)]
  if (!operator || !isNode(lhs) || !isNode(rhs)) return undefined
  const left = compile(lhs, knowledge)
  const right = compile(rhs, knowledge)
  return left && right && operator(left, right)
}

function isNode(value: AstNode['lhs']): value is AstNode {
  return value !== undefined && !Array.isArray(value)
}

function condition(node: AstNode, knowledge: Knowledge): Fast | undefined {
  const test = node.condition && compile(node.condition, knowledge)
  const then = node.then && compile(node.then, knowledge)
  const otherwise = node.else ? compile(node.else, knowledge) : NOTHING
  return test && then && otherwise && (scope => (truth(test(scope)) ? then(scope) : otherwise(scope)))
}

const NOTHING: Fast = () => undefined

function block({ expressions = [] }: AstNode, knowledge: Knowledge): Fast | undefined {
  const [only, ...more] = expressions
  return only && more.length === 0 ? compile(only, knowledge) : undefined
}

function unary(node: AstNode, knowledge: Knowledge): Fast | undefined {
  if (node.value === '[') return list(node.expressions ?? [], knowledge)
  if (node.value === '{' && Array.isArray(node.lhs)) return object(node.lhs, knowledge)
  const operand = node.value === '-' && node.expression ? compile(node.expression, knowledge) : undefined
  return (
    operand &&
    (scope => {
      const value = operand(scope)
      return value === undefined ? undefined : typeof value === 'number' && Number.isFinite(value) ? -value : leave()
    })
  )
}

/** `[A, B]`: what yields nothing is not in the list. Lists inside lists flatten, so they are left to JSONata. */
function list(expressions: readonly AstNode[], knowledge: Knowledge): Fast | undefined {
  const items: Fast[] = []
  for (const it of expressions) {
    const item = compile(it, knowledge)
    if (!item) return undefined
    items.push(item)
  }
  return scope => {
    const values: unknown[] = []
    for (const item of items) {
      const value = item(scope)
      if (Array.isArray(value)) leave()
      if (value !== undefined) values.push(value)
    }
    return values
  }
}

/** `{ "a": A }` with fixed keys: members that yield nothing are not there. */
function object(pairs: readonly (readonly [AstNode, AstNode])[], knowledge: Knowledge): Fast | undefined {
  const members: { readonly name: string; readonly value: Fast }[] = []
  for (const [key, node] of pairs) {
    const name = key.type === 'string' ? String(key.value) : undefined
    const value = compile(node, knowledge)
    if (name === undefined || !value || name.startsWith('_jsonata_') || name === '__proto__') return undefined
    if (members.some(it => it.name === name)) return undefined
    members.push({ name, value })
  }
  return scope => {
    const made: Record<string, unknown> = {}
    for (const { name, value } of members) {
      const member = value(scope)
      if (member !== undefined) made[name] = member
    }
    return made
  }
}
