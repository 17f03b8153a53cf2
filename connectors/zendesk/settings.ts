import type { JsonSchema, Secret } from '../../engine/sdk/index.ts'

export type AuthKind = 'client-credentials' | 'refresh-token' | 'api-token'

export interface ZendeskSettings {
  readonly subdomain: string
  /** Development only: where a local sandbox listens, in place of `https://{subdomain}.zendesk.com`. */
  readonly url?: string
  /** Default client-credentials. */
  readonly auth?: AuthKind
  /** Unique identifier of the OAuth client; for both OAuth ways. */
  readonly clientId?: string
  /** Whose API token it is; for `api-token`. */
  readonly email?: string
  /** OAuth scopes, separated by blanks; default `DEFAULT_SCOPE`. */
  readonly scope?: string
  /** Calls in flight; default 3. */
  readonly concurrency?: number
  /** Incremental exports a minute: 10, or 30 with the High Volume add-on. */
  readonly exportsPerMinute?: number
  readonly clientSecret?: Secret
  readonly refreshToken?: Secret
  readonly apiToken?: Secret
  /** Signing secret of a webhook for triggers that was made by hand (fact sheet 7.3). */
  readonly webhookSecret?: Secret
}

export const MOST_CALLS_IN_FLIGHT = 10
export const DEFAULT_CALLS_IN_FLIGHT = 3
/** For all `/incremental/*` together (fact sheet 6). */
export const DEFAULT_EXPORTS_PER_MINUTE = 10

/**
 * Left out, a scope may mean everything (fact sheet 1.3), so it is always sent. `read` is whole: job statuses, field definitions and the export
 * have no narrower word.
 */
export const DEFAULT_SCOPE = 'read organizations:write users:write webhooks:write'

/** Without `auth` the first way is meant, also where no default has been filled in yet. */
const needs = (auth: AuthKind, ...required: readonly string[]): JsonSchema => ({
  if: { type: 'object', properties: { auth: { const: auth } }, ...(auth === 'client-credentials' ? {} : HAS_AUTH) },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  then: { type: 'object', required, properties: Object.fromEntries(required.map(name => [name, {}])) },
})
const HAS_AUTH = { required: ['auth'] }

export const zendeskSettings: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Zendesk Support connection',
  type: 'object',
  additionalProperties: false,
  required: ['subdomain'],
  properties: {
    subdomain: {
      title: 'Subdomain',
      type: 'string',
      pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      examples: ['acme'],
      description: 'First part of the address that agents sign in at: acme of acme.zendesk.com.',
    },
    url: {
      title: 'Address of a sandbox',
      type: 'string',
      description: 'Development only: address of a local sandbox. Refused unless the workspace allows loopback.',
    },
    auth: {
      title: 'Way of signing in',
      type: 'string',
      enum: ['client-credentials', 'refresh-token', 'api-token'],
      default: 'client-credentials',
      description: 'How to sign in. API tokens stop working on 30 April 2027, and after 30 days without use.',
    },
    clientId: {
      title: 'Client id',
      type: 'string',
      minLength: 1,
      examples: ['acme_sync'],
      description: 'Identifier of the OAuth client (client-credentials, refresh-token).',
    },
    email: {
      title: 'E-mail address',
      type: 'string',
      minLength: 3,
      examples: ['sync@acme.example'],
      description: 'E-mail address of the admin whose API token it is (api-token).',
    },
    scope: {
      title: 'Scopes',
      type: 'string',
      minLength: 1,
      default: DEFAULT_SCOPE,
      description: 'OAuth scopes to ask for, separated by blanks.',
    },
    concurrency: {
      title: 'Calls in flight',
      type: 'integer',
      minimum: 1,
      maximum: MOST_CALLS_IN_FLIGHT,
      default: DEFAULT_CALLS_IN_FLIGHT,
      description: 'Calls in flight at a time.',
    },
    exportsPerMinute: {
      title: 'Exports a minute',
      type: 'integer',
      minimum: 1,
      maximum: 30,
      default: DEFAULT_EXPORTS_PER_MINUTE,
      description: 'Incremental exports a minute, of all kinds together: 10, or 30 with the High Volume add-on.',
    },
    clientSecret: {
      title: 'Client secret',
      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'Secret of the OAuth client (client-credentials, refresh-token).',
    },
    refreshToken: {
      title: 'Refresh token',
      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'First refresh token (refresh-token). Its successors are kept in the vault.',
    },
    apiToken: {
      title: 'API token',
      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'API token of that admin (api-token).',
    },
    webhookSecret: {
      title: 'Signing secret',
      type: 'string',
      minLength: 16,
      writeOnly: true,
      description: 'Signing secret of a webhook for triggers that was made by hand; others need none.',
    },
  },
  allOf: [
    needs('client-credentials', 'clientId', 'clientSecret'),
    needs('refresh-token', 'clientId', 'clientSecret', 'refreshToken'),
    needs('api-token', 'email', 'apiToken'),
  ],
}
