import { EngineError, type JsonSchema, type Secret } from '../../engine/sdk/index.ts'
import { isZone } from './zone.ts'

/** A connection to one company of a Sage 100 installation, over one of its two access paths or both (fact sheet 1). */
export interface Sage100Settings {
  /** 3 characters, in capitals: `ABC`. */
  readonly companyCode: string
  /** A Sage 100 user. */
  readonly username: string
  /** May be left out where the agent stores a logon of its own (fact sheet 7). */
  readonly password?: Secret
  /** Address of the eBusiness Web Services: ends in `.svc`. */
  readonly soapUrl?: string
  /** Address of an agent that speaks `sage100-boi/1`. */
  readonly agentUrl?: string
  /** What the agent wants in `X-Agent-Key`. */
  readonly agentKey?: Secret
  /** IANA zone of the customer's server: change times are its local time, without an offset. */
  readonly timeZone: string
  /** PEM text of one or more certificates: the authority's, or the server's own. */
  readonly caCertificate?: string
  /** SHA-256, hexadecimal, colons or not. */
  readonly certificateFingerprint?: string
  readonly allowPlainHttp?: boolean
  /** Tries in all for a record that somebody else holds. */
  readonly lockAttempts?: number
  readonly concurrency?: number
}

/** Fact sheet 11: the agent has 2 sessions, the service stands 1 to 3 calls. */
export const MOST_CALLS_IN_FLIGHT = 3
export const DEFAULTS = { lockAttempts: 6, concurrency: 2 } as const

export const sage100Settings: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Sage 100 connection',
  type: 'object',
  additionalProperties: false,
  required: ['companyCode', 'username', 'timeZone'],
  anyOf: [
    { properties: { agentUrl: true }, required: ['agentUrl'] },
    { properties: { soapUrl: true }, required: ['soapUrl'] },
  ],
  properties: {
    companyCode: {
      type: 'string',
      pattern: '^[A-Z0-9]{3}$',
      title: 'Company code',
      examples: ['ABC'],
      description: 'Code of the company, 3 characters in capitals.',
    },
    username: {
      type: 'string',
      pattern: '^[^:]+$',
      title: 'User',
      examples: ['websvc'],
      description: 'Logon of a Sage 100 user of its own. "Enable Web Services" is ticked for it where soapUrl is used.',
    },
    password: {
      type: 'string',
      minLength: 1,
      writeOnly: true,
      title: 'Password',
      description: 'Password of the user. Only an agent that stores a logon of its own does without.',
    },
    soapUrl: {
      type: 'string',
      format: 'uri',
      title: 'Address of the eBusiness Web Services',
      examples: ['https://erp.acme.example/eBusinessWebServices/MasService.svc'],
      description: 'Reads records whose key is known and writes customers. It cannot list anything.',
    },
    agentUrl: {
      type: 'string',
      format: 'uri',
      title: 'Address of the agent',
      examples: ['https://erp.acme.example:8443/v1'],
      description:
        'Lists and polls customers, contacts, vendors, orders and accounts. Without it only known keys are read.',
    },
    agentKey: {
      type: 'string',
      minLength: 1,
      writeOnly: true,
      title: 'Key of the agent',
      description: 'What the agent was told to expect of us.',
    },
    timeZone: {
      type: 'string',
      title: 'Time zone of the server',
      examples: ['America/Chicago'],
      description: 'IANA name of the zone that the clock of the Sage 100 server is set to.',
    },
    caCertificate: {
      type: 'string',
      pattern: '-----BEGIN CERTIFICATE-----',
      title: 'Certificate to trust',
      description:
        'PEM text of the authority that signed the certificates of service and agent, or of those certificates themselves.',
    },
    certificateFingerprint: {
      type: 'string',
      pattern: '^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$',
      title: 'Fingerprint of the certificate',
      description:
        'SHA-256 fingerprint of the certificate that service and agent share. Alone, it takes the place of authority and host name.',
    },
    allowPlainHttp: {
      type: 'boolean',
      default: false,
      title: 'Allow http',
      description: 'There is no TLS: user, password and key travel readable through your network.',
    },
    lockAttempts: {
      type: 'integer',
      minimum: 1,
      maximum: 20,
      default: DEFAULTS.lockAttempts,
      title: 'Tries of a locked record',
      description: 'How often a record that somebody is editing is tried in all, with longer and longer waits.',
    },
    concurrency: {
      type: 'integer',
      minimum: 1,
      maximum: MOST_CALLS_IN_FLIGHT,
      default: DEFAULTS.concurrency,
      title: 'Calls in flight',
      description: 'Calls in flight at a time, over both paths together.',
    },
  },
}

/** What the schema says less clearly, told before anything is sent. Throws a `configuration` error. */
export function checkSettings({ companyCode, username, timeZone, soapUrl, agentUrl, password }: Sage100Settings): void {
  if (!/^[A-Z0-9]{3}$/.test(companyCode))
    throw wrong('SAGE100_COMPANY', `companyCode "${companyCode}" is not a company code`, 'It has 3 characters: ABC.')
  if (username === '' || username.includes(':'))
    throw wrong('SAGE100_USER', `username "${username}" cannot be sent`, 'Give a user whose logon has no colon.')
  if (!isZone(timeZone))
    throw wrong('SAGE100_TIME_ZONE', `timeZone "${timeZone}" is not known`, 'Give an IANA name: America/Chicago.')
  if (soapUrl === undefined && agentUrl === undefined)
    throw wrong(
      'SAGE100_NO_PATH',
      'agentUrl and soapUrl are both missing',
      'Give the address of the agent, of the eBusiness Web Services, or of both.',
    )
  if (soapUrl !== undefined && password === undefined)
    throw wrong(
      'SAGE100_PASSWORD_MISSING',
      'password is missing',
      'The eBusiness Web Services want one with every call: "ml-connector secret set <connection> password".',
    )
}

const wrong = (code: string, message: string, remedy: string): EngineError =>
  new EngineError({ kind: 'configuration', code, message: `settings.${message}`, remedy })
