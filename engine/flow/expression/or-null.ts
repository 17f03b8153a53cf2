import type { AstNode } from './ast.ts'

/** Inner function: nothing becomes null. No name that a person can write. */
export const OR_NULL = ' or null'

type Pair = [AstNode, AstNode]

/**
 * In a mapping, a member of an object constructor that yields nothing is to clear the field, where JSONata would leave the member
 * out. Wraps such members, but only where the object is (part of) the result: objects that are computed with stay JSONata's.
 */
export function clearMembers(node: AstNode): void {
  switch (node.type) {
    case 'unary':
      if (node.value === '{' && Array.isArray(node.lhs)) for (const pair of node.lhs as Pair[]) wrap(pair)
      else if (node.value === '[') node.expressions?.forEach(clearMembers)
      return
    case 'condition':
      for (const branch of [node.then, node.else]) if (branch) clearMembers(branch)
      return
    case 'block': {
      const last = node.expressions?.at(-1)
      if (last) clearMembers(last)
      return
    }
    case 'path': {
      const last = node.steps?.at(-1)
      if (last && !node.group && !last.stages) clearMembers(last)
      return
    }
    case 'function':
      if (node.procedure?.value === 'map') for (const arg of node.arguments ?? []) if (arg.body) clearMembers(arg.body)
  }
}

function wrap(pair: Pair): void {
  const [, value] = pair
  clearMembers(value)
  const position = value.position ?? 0
  pair[1] = {
    type: 'function',
    value: '(',
    position,
    arguments: [value],
    procedure: { type: 'variable', value: OR_NULL, position },
  }
}
