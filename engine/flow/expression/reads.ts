import type { AstNode } from './ast.ts'

/** Dotted source paths that an expression reads. */
export function readsOf(_ast: AstNode): readonly string[] | 'all' {
  return 'all'
}
