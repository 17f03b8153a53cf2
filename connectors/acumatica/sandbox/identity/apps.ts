import { TENANT } from '../world.ts'

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly username: string
  readonly password: string
  readonly redirectUri: string
}

/** The one connected application, and the one user that it signs in as. */
export const CREDENTIALS: Credentials = {
  clientId: `88358B02-A48D-A50E-F710-39C1636C30F6@${TENANT}`,
  clientSecret: 'sandbox-client-secret',
  username: 'integration',
  password: 'sandbox-password',
  redirectUri: 'https://localhost/ml-connector/callback',
}
