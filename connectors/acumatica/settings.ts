import { EngineError, type JsonSchema, type Secret } from '../../engine/sdk/index.ts'

/** A connection to one tenant of an Acumatica instance (fact sheet 1, 2). */
export interface AcumaticaSettings {
  /** Address of the instance, which may have a path: `https://erp.acme.com/AcumaticaERP`. */
  readonly instanceUrl: string
  /** `GUID@Tenant login name`: the part after the @ chooses the tenant. */
  readonly clientId: string
  readonly clientSecret: Secret
  readonly grant?: Grant
  /** For the password grant. */
  readonly username?: string
  readonly password?: Secret
  /** Mandatory for `authorization_code`. With `password` it is used in place of the password. */
  readonly refreshToken?: Secret
  readonly endpoint?: string
  readonly endpointVersion?: string
  /** Value of the header that push notifications carry (fact sheet 9). */
  readonly webhookSecret?: Secret
  /** Name of the branch that calls act for. */
  readonly branch?: string
  readonly concurrency?: number
}

export type Grant = 'password' | 'authorization_code'

/** The most calls in flight that `concurrency` may ask for (fact sheet 8: one session, few at a time). */
export const MOST_CALLS_IN_FLIGHT = 4

export const DEFAULTS = {
  grant: 'authorization_code',
  endpoint: 'Default',
  endpointVersion: '24.200.001',
  concurrency: 1,
} as const

export const acumaticaSettings: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Acumatica connection',
  type: 'object',
  additionalProperties: false,
  required: ['instanceUrl', 'clientId', 'clientSecret'],
  properties: {
    instanceUrl: {
      title: 'Address of the instance',

      type: 'string',
      format: 'uri',
      examples: ['https://acme.acumatica.com', 'https://erp.acme.com/AcumaticaERP'],
      description: 'Address of the instance, with its path if it has one.',
    },
    clientId: {
      title: 'Client id with tenant',

      type: 'string',
      pattern: '^[^@]+@.+$',
      examples: ['8E0761D9-F4EC-2D4B-A60F-BCE2708C6FDD@Acme Live'],
      description: 'Client id of the connected application (SM303010), with @ and the login name of the tenant.',
    },
    clientSecret: {
      title: 'Client secret',

      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'Shared secret of the connected application; it is shown once.',
    },
    grant: {
      title: 'Way of signing in',

      type: 'string',
      enum: ['authorization_code', 'password'],
      default: DEFAULTS.grant,
      description:
        'How the application signs in: with a refresh token that a person granted, or as a user by password.',
    },
    username: {
      title: 'User name',
      type: 'string',
      minLength: 1,
      description: 'Login of the integration user, for the password grant.',
    },
    password: {
      title: 'Password',

      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'Password of the integration user, for the password grant.',
    },
    refreshToken: {
      title: 'Refresh token',

      type: 'string',
      minLength: 1,
      writeOnly: true,
      description:
        'Refresh token of the authorization code grant, scope "api offline_access". Each may be used once: the connector keeps the latest.',
    },
    endpoint: {
      title: 'Endpoint',

      type: 'string',
      pattern: '^[A-Za-z0-9_.-]+$',
      default: DEFAULTS.endpoint,
      description: 'Web service endpoint: Default, or one of your own that extends it with fields.',
    },
    endpointVersion: {
      title: 'Version of the endpoint',

      type: 'string',
      pattern: '^[0-9]{2}\\.[0-9]{3}\\.[0-9]{3}$',
      default: DEFAULTS.endpointVersion,
      description: 'Version of the endpoint. It stays what it is when the instance is upgraded.',
    },
    webhookSecret: {
      title: 'Secret of push notifications',
      type: 'string',
      minLength: 16,
      writeOnly: true,
      description:
        'Value of the header that the push notification (SM302000) sends along: a long random text of your own.',
    },
    branch: {
      title: 'Branch',
      type: 'string',
      minLength: 1,
      description: 'Branch that calls act for; default: that of the user.',
    },
    concurrency: {
      title: 'Calls in flight',

      type: 'integer',
      minimum: 1,
      maximum: MOST_CALLS_IN_FLIGHT,
      default: DEFAULTS.concurrency,
      description: 'Calls in flight at a time. All share one session of the licence.',
    },
  },
}

/** What the grant needs and the schema cannot demand. Throws a `configuration` error. */
export function checkGrant(settings: AcumaticaSettings): void {
  const { grant = DEFAULTS.grant, username, password, refreshToken } = settings
  if (grant === 'authorization_code') {
    if (refreshToken === undefined) throw missing('refreshToken', grant, 'ml-connector secret set')
    return
  }
  if (username === undefined) throw missing('username', grant, 'settings of the connection')
  if (password === undefined && refreshToken === undefined) throw missing('password', grant, 'ml-connector secret set')
}

const missing = (name: string, grant: Grant, where: string): EngineError =>
  new EngineError({
    kind: 'configuration',
    code: 'ACUMATICA_GRANT_INCOMPLETE',
    message: `grant: ${grant} needs ${name}`,
    remedy: `Give it (${where}), or choose the other grant.`,
  })

/** Major number of the endpoint version: 24 of `24.200.001`. */
export const majorOf = ({ endpointVersion = DEFAULTS.endpointVersion }: AcumaticaSettings): number =>
  Number(endpointVersion.slice(0, 2))

/** Login name of the tenant (fact sheet 1.2). */
export const tenantOf = ({ clientId }: AcumaticaSettings): string => clientId.slice(clientId.indexOf('@') + 1)
