import { refuseWith } from './answers.ts'

const RESOURCES = [
  'tickets',
  'users',
  'auditlogs',
  'organizations',
  'hc',
  'apps',
  'triggers',
  'automations',
  'targets',
  'webhooks',
]
const KNOWN: ReadonlySet<string> = new Set(['read', 'write', ...RESOURCES.flatMap(it => [`${it}:read`, `${it}:write`])])

export const FULL_SCOPE = 'read write'

/** `organizations:read` asks for that or for `read`; `write` alone for just that; '' for nothing. */
export type Need = string

export const splitScopes = (scope: string): string[] => scope.split(' ').filter(it => it !== '')

/** Known names, parted by single blanks, and within what the client may ask for. */
export function isScopeAllowed(scope: string, allowed: string): boolean {
  const asked = scope.split(' ')
  if (!asked.every(it => KNOWN.has(it))) return false
  return allowed === '' || asked.every(it => splitScopes(allowed).includes(it))
}

export function requireScope(scopes: readonly string[] | null, need: Need): void {
  if (scopes === null) return
  // a token without any scope may do nothing at all, even where no particular one is asked for
  if (need === '' && scopes.length > 0) return
  const blanket = need.slice(need.indexOf(':') + 1)
  if (need !== '' && (scopes.includes(need) || scopes.includes(blanket))) return
  throw refuseWith(403, 'Forbidden', `Missing the following required scopes: ${blanket === '' ? 'read' : blanket}`)
}
