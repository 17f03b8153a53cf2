import { forbidden, Refusal } from './answers.ts'
import type { KnobBoard } from './knobs.ts'

export interface User {
  readonly id: string
  readonly password: string
  /** Modules in which the user's security group ticks "Sage 300 Web API". */
  readonly modules: readonly string[]
  readonly mayWrite: boolean
}

const ALL = ['AP', 'AR', 'GL', 'IC', 'OE', 'TX']

export const API_USER: User = { id: 'SYNC', password: 'Sync-Pass-300', modules: ALL, mayWrite: true }

/** `CLERK` sees payables only, `VIEWER` changes nothing; ADMIN is refused until somebody allows it (fact sheet 1). */
export const USERS: readonly User[] = [
  API_USER,
  { id: 'CLERK', password: 'Clerk-Pass-300', modules: ['AP'], mayWrite: true },
  { id: 'VIEWER', password: 'Viewer-Pass-300', modules: ALL, mayWrite: false },
  { id: 'ADMIN', password: 'Admin-Pass-300', modules: ALL, mayWrite: true },
]

const unauthorized = () => new Refusal(401, 'Unauthorized', 'The user ID or password is not valid.')

export interface SignIn {
  /** The user of an Authorization header; throws 401, or 403 for ADMIN. */
  authorise(header: string | undefined): User
  refusedCount(): number
}

export function createSignIn(knobs: KnobBoard): SignIn {
  const failures = new Map<string, number>()
  let refused = 0
  const refuse = (user?: User): never => {
    refused += 1
    if (user) failures.set(user.id, (failures.get(user.id) ?? 0) + 1)
    throw unauthorized()
  }
  return {
    refusedCount: () => refused,
    authorise: header => {
      const given = credentialsOf(header)
      if (!given) return refuse()
      const { foldUserId, passwordCase, lockAfter, adminAllowed } = knobs.now()
      const id = foldUserId ? given.id.toUpperCase() : given.id
      const user = USERS.find(it => it.id === id)
      if (!user) return refuse()
      const isLocked = lockAfter > 0 && (failures.get(user.id) ?? 0) >= lockAfter
      const held = passwordCase === 'upper' ? user.password.toUpperCase() : user.password
      if (given.password !== held || isLocked) return refuse(user)
      failures.delete(user.id)
      if (user.id === 'ADMIN' && !adminAllowed)
        throw forbidden('User does not have sufficient security rights to use the Web API.')
      return user
    },
  }
}

function credentialsOf(header: string | undefined): { readonly id: string; readonly password: string } | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '') ?? []
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return encoded === undefined || colon < 0 ? undefined : { id: text.slice(0, colon), password: text.slice(colon + 1) }
}
