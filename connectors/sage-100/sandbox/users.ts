import type { Knobs } from './knobs.ts'

/** A Sage 100 user (SY_User). */
export interface User {
  readonly name: string
  readonly password: string
  /** UserUpdatedKey of what it changes. */
  readonly key: string
  readonly companies: readonly string[]
}

export const SYNC_USER: User = {
  name: 'websvc',
  password: 'Web-Svc-100!',
  key: '0000000007',
  companies: ['ABC', 'ABX'],
}

/** `clerk` may open ABX only. */
export const USERS: readonly User[] = [
  SYNC_USER,
  { name: 'clerk', password: 'Clerk-100!', key: '0000000008', companies: ['ABX'] },
]

/** Who sits at the screens: changes by the control routes are theirs. */
export const PERSON_KEY = '0000000002'

export const AGENT_KEY = 'agent-key-7f3c9b'

export type Logon =
  | { readonly is: 'user'; readonly user: User }
  | { readonly is: 'refused' }
  | { readonly is: 'locked' }

export interface Logons {
  check(name: string, password: string): Logon
  refusedCount(): number
}

export function createLogons(knobs: () => Knobs): Logons {
  const failures = new Map<string, number>()
  let refused = 0
  return {
    refusedCount: () => refused,
    check: (name, password) => {
      const user = USERS.find(it => it.name === name)
      const { lockUserAfter } = knobs()
      if (lockUserAfter > 0 && (failures.get(name) ?? 0) >= lockUserAfter) {
        refused += 1
        return { is: 'locked' }
      }
      if (user?.password === password) {
        failures.delete(name)
        return { is: 'user', user }
      }
      refused += 1
      failures.set(name, (failures.get(name) ?? 0) + 1)
      return { is: 'refused' }
    },
  }
}
