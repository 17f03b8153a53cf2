/** Who may use the service: tokens, the sessions that browsers begin with them, and roles. */
export { lapsesAt } from './lifetime.ts'
export { newToken } from './token.ts'
