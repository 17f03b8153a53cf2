import type { JsonSchema, Secret } from '../../engine/sdk/index.ts'
import { DATACENTERS, type DatacenterCode, type Environment } from './datacenters.ts'

export interface ZohoSettings {
  readonly datacenter: DatacenterCode
  /** Default production. */
  readonly environment?: Environment
  readonly clientId: string
  readonly clientSecret: Secret
  readonly refreshToken: Secret
  /** Development only: where a local sandbox signs in. */
  readonly accountsUrl?: string
  /** When given, an account of any other org is refused. */
  readonly orgId?: string
  /** Calls in flight; default 3. */
  readonly concurrency?: number
  readonly unconfirmedDatacenters?: boolean
}

/** The most calls in flight that `concurrency` may ask for: the lowest edition allows 5 per org and app (fact sheet 6.1). */
export const MOST_CALLS_IN_FLIGHT = 5

export const zohoSettings: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Zoho CRM connection',
  type: 'object',
  additionalProperties: false,
  required: ['datacenter', 'clientId', 'clientSecret', 'refreshToken'],
  properties: {
    datacenter: {
      title: 'Data centre',
      type: 'string',
      enum: Object.keys(DATACENTERS),
      description: 'Where the account lives: the ending of the address that its users sign in at (crm.zoho.eu is eu).',
    },
    environment: {
      title: 'Kind of org',
      type: 'string',
      enum: ['production', 'sandbox', 'developer'],
      default: 'production',
      description: 'Kind of org that the refresh token was made for. A token of another kind is refused.',
    },
    clientId: {
      title: 'Client id',
      type: 'string',
      minLength: 1,
      examples: ['1000.ABC'],
      description: 'Client id of the self client, from the API console of the same data centre.',
    },
    clientSecret: {
      title: 'Client secret',
      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'Client secret of the self client.',
    },
    refreshToken: {
      title: 'Refresh token',
      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'Refresh token with the scopes that the README lists.',
    },
    accountsUrl: {
      title: 'Address of a local sandbox',
      type: 'string',
      description: 'Development only: address of a local sandbox. Refused unless the workspace allows loopback.',
    },
    orgId: {
      title: 'Org id',
      type: 'string',
      pattern: '^[0-9]+$',
      description: 'Id of the org that is meant. Another one, after a reconnect by mistake, is refused.',
    },
    concurrency: {
      title: 'Calls in flight',
      type: 'integer',
      minimum: 1,
      maximum: MOST_CALLS_IN_FLIGHT,
      default: 3,
      description: 'Calls in flight at a time. Zoho counts them per org and app.',
    },
    unconfirmedDatacenters: {
      title: 'Unconfirmed data centres',
      type: 'boolean',
      default: false,
      description: 'Allows uk and ae, whose addresses no document of Zoho CRM confirms.',
    },
  },
}
