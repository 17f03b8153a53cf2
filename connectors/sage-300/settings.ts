import { EngineError, type JsonSchema, type Secret } from '../../engine/sdk/index.ts'

/** A connection to one company of a Sage 300 installation (fact sheet 1, 2). */
export interface Sage300Settings {
  /** Ends in `/Sage300WebApi`. */
  readonly baseUrl: string
  /** Database ID of the company, in capitals: `SAMLTD`. */
  readonly company: string
  /** In capitals. */
  readonly userId: string
  readonly password: Secret
  /** PEM text of one or more certificates: the authority's, or the server's own. */
  readonly caCertificate?: string
  /** SHA-256, hexadecimal, colons or not. */
  readonly certificateFingerprint?: string
  readonly allowPlainHttp?: boolean
  /** IANA zone of the server: its dates of maintenance are days there. */
  readonly timeZone?: string
  readonly upperCasePassword?: boolean
  readonly pageSize?: number
  readonly concurrency?: number
  /** Orders and invoices dated further back than so many days are read by full reads only; absent: each run reads all of them. */
  readonly documentDays?: number
}

/** At most 2 calls for one company and user (fact sheet 7). */
export const MOST_CALLS_IN_FLIGHT = 2
/** What the reference advises as `PageSize` of the server for big reads (fact sheet 4, "Paging"). */
export const MOST_PER_PAGE = 1_000

export const DEFAULTS = { timeZone: 'UTC', pageSize: 100, concurrency: 1 } as const

export const sage300Settings: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Sage 300 connection',
  type: 'object',
  additionalProperties: false,
  required: ['baseUrl', 'company', 'userId', 'password'],
  properties: {
    baseUrl: {
      type: 'string',
      format: 'uri',
      title: 'Address of the Web API',
      examples: ['https://erp.acme.example/Sage300WebApi'],
      description: 'Address of the Web API as the browser opens it; it ends in /Sage300WebApi.',
    },
    company: {
      type: 'string',
      pattern: '^[^a-z/?#]+$',
      title: 'Company',
      examples: ['SAMLTD'],
      description: 'Database ID of the company, in capitals.',
    },
    userId: {
      type: 'string',
      pattern: '^[^a-z:]+$',
      title: 'User ID',
      examples: ['SYNC'],
      description:
        'Sage 300 user ID in capitals. ADMIN is refused by most installations: give the connection a user of its own.',
    },
    password: {
      type: 'string',
      minLength: 1,
      writeOnly: true,
      title: 'Password',
      description: 'Password of the user, in exactly the case that Sage 300 holds.',
    },
    caCertificate: {
      type: 'string',
      pattern: '-----BEGIN CERTIFICATE-----',
      title: 'Certificate to trust',
      description:
        'PEM text of the authority that signed the certificate of the server, or of that certificate itself.',
    },
    certificateFingerprint: {
      type: 'string',
      pattern: '^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$',
      title: 'Fingerprint of the certificate',
      description:
        'SHA-256 fingerprint of the certificate of the server. Alone, it takes the place of authority and host name.',
    },
    allowPlainHttp: {
      type: 'boolean',
      default: false,
      title: 'Allow http',
      description: 'The server has no TLS: user ID and password travel readable through your network.',
    },
    timeZone: {
      type: 'string',
      default: DEFAULTS.timeZone,
      title: 'Time zone of the server',
      examples: ['America/Vancouver'],
      description: 'IANA name of the zone that the clock of the server is set to.',
    },
    upperCasePassword: {
      type: 'boolean',
      default: false,
      title: 'Password in capitals',
      description: 'Older installations hold passwords in capitals: the password is then sent in capitals.',
    },
    pageSize: {
      type: 'integer',
      minimum: 1,
      maximum: MOST_PER_PAGE,
      default: DEFAULTS.pageSize,
      title: 'Page size',
      description:
        'Records asked for at a time. More than 100 has an effect only where PageSize of the server was raised.',
    },
    concurrency: {
      type: 'integer',
      minimum: 1,
      maximum: MOST_CALLS_IN_FLIGHT,
      default: DEFAULTS.concurrency,
      title: 'Calls in flight',
      description: 'Calls in flight at a time.',
    },
    documentDays: {
      type: 'integer',
      minimum: 1,
      title: 'Days of documents',
      description:
        'Orders and invoices dated further back are read by full reads (sweeps) only. Without it each run reads all of them.',
    },
  },
}

/** What the schema says less clearly, told before anything is sent: a wrong sign-in may lock the user. Throws a `configuration` error. */
export function checkSettings({ userId, company, timeZone = DEFAULTS.timeZone }: Sage300Settings): void {
  if (/\p{Ll}/u.test(userId) || userId.includes(':'))
    throw wrong(
      'SAGE300_USER_ID',
      `userId "${userId}" is not a Sage 300 user ID`,
      `Write it in capitals: ${userId.toUpperCase()}.`,
    )
  if (/\p{Ll}/u.test(company) || /[/?#]/.test(company))
    throw wrong(
      'SAGE300_COMPANY',
      `company "${company}" is not a database ID`,
      `Write it in capitals: ${company.toUpperCase()}.`,
    )
  try {
    new Intl.DateTimeFormat('en-CA', { timeZone })
  } catch {
    throw wrong('SAGE300_TIME_ZONE', `timeZone "${timeZone}" is not known`, 'Give an IANA name: America/Vancouver.')
  }
}

const wrong = (code: string, message: string, remedy: string): EngineError =>
  new EngineError({ kind: 'configuration', code, message: `settings.${message}`, remedy })
