import type { AstNode } from '../expression/ast.ts'

/** What an expression can yield, as far as its text tells: a fixed value, or a kind of value. */
export type Result =
  | { readonly is: 'fixed'; readonly value: string | number | boolean | null; readonly node: AstNode }
  | { readonly is: 'boolean' | 'text' | 'id'; readonly node: AstNode }
  | { readonly is: 'object'; readonly node: AstNode; readonly members: readonly Member[] }

export interface Member {
  readonly name: string
  readonly key: AstNode
  readonly value: AstNode
}

const BOOLEAN_OPERATORS: ReadonlySet<unknown> = new Set(['=', '!=', '<', '<=', '>', '>=', 'in', 'and', 'or'])
const BOOLEAN_FUNCTIONS: ReadonlySet<unknown> = new Set(['exists', 'not', 'boolean', 'contains'])

const ID_FUNCTIONS: ReadonlySet<unknown> = new Set(['sinkId', 'link'])

/** All values that the expression may yield and that can be known now; anything else is left out. */
export function resultsOf(node: AstNode): readonly Result[] {
  if (node.predicate || node.group || node.stages) return []
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return isScalar(node.value) ? [{ is: 'fixed', value: node.value, node }] : []
    case 'condition':
      return [node.then, node.else].flatMap(it => (it ? resultsOf(it) : []))
    case 'block': {
      const last = node.expressions?.at(-1)
      return last ? resultsOf(last) : []
    }
    case 'binary':
      if (node.value === '&') return [{ is: 'text', node }]
      return BOOLEAN_OPERATORS.has(node.value) ? [{ is: 'boolean', node }] : []
    case 'function':
      if (ID_FUNCTIONS.has(node.procedure?.value)) return [{ is: 'id', node }]
      return BOOLEAN_FUNCTIONS.has(node.procedure?.value) ? [{ is: 'boolean', node }] : []
    case 'unary':
      return node.value === '{' ? objectResult(node) : []
    case 'path': {
      // LINES.{ … }: what each element becomes
      const last = node.steps?.at(-1)
      return last?.type === 'unary' ? resultsOf(last) : []
    }
    default:
      return []
  }
}

/** An object constructor whose keys are all fixed. */
function objectResult(node: AstNode): readonly Result[] {
  if (!Array.isArray(node.lhs)) return []
  const pairs: readonly (readonly [AstNode, AstNode])[] = node.lhs
  if (!pairs.every(([key]) => key.type === 'string')) return []
  return [{ is: 'object', node, members: pairs.map(([key, value]) => ({ name: String(key.value), key, value })) }]
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
