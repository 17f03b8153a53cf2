import { refuse } from './answers.ts'

export type Right = 'READ' | 'CREATE' | 'UPDATE' | 'DELETE'

/** What a call needs: `modules` of a module, or one of the other families (fact sheet 1.5). */
export type Need = {
  readonly family: 'modules' | 'settings' | 'org' | 'users' | 'coql' | 'notifications' | 'bulk'
  /** Module for `modules`, `fields` or `modules` for `settings`. */
  readonly part?: string
  readonly right: Right
}

// WRITE of a module stands for both ways of writing, not for deleting
const WRITES: readonly Right[] = ['CREATE', 'UPDATE']

function satisfying({ family, part, right }: Need): readonly string[] {
  const base = `ZohoCRM.${family}`
  if (part === undefined) return [`${base}.ALL`, `${base}.${right}`]
  const write = WRITES.includes(right) ? [`${base}.${part}.WRITE`] : []
  return [`${base}.ALL`, `${base}.${part}.ALL`, `${base}.${part}.${right}`, ...write]
}

/** Throws OAUTH_SCOPE_MISMATCH unless the token has a scope for each need. */
export function requireScopes(granted: readonly string[], needs: readonly Need[]): void {
  for (const need of needs)
    if (!satisfying(need).some(scope => granted.includes(scope)))
      throw refuse('OAUTH_SCOPE_MISMATCH', 'invalid oauth scope to access this URL', {}, 401)
}
