import type { JsonSchema, Secret } from '../../engine/sdk/index.ts'

/** A connection to one Sage Intacct company (or one entity of it), signed in as a Web Services user. */
export interface IntacctSettings {
  readonly companyId: string
  /** A *Web Services only* user: its role decides what can be read and written. */
  readonly userId: string
  readonly userPassword: Secret
  /** Identifies the integration; must stand on the company's Web Services authorizations list. */
  readonly senderId: string
  readonly senderPassword: Secret
  /** Entity to sign in to. Absent: the top level. */
  readonly locationId?: string
  readonly url: string
  /** Offset in which the user's timestamps are printed, `-08:00`; `auto` reads it from the user's preferences once a day. */
  readonly gmtOffset: string
  /** Separator and order of the user's dates, `/mdY`; `auto` reads it. */
  readonly dateFormat: string
  /** Calls in flight. Intacct counts them per company, over all of its integrations. */
  readonly concurrency: 1 | 2
  /** At the top level: also records that belong to one entity only. */
  readonly showPrivate: boolean
  /** How far each run looks back before the mark of the last one. */
  readonly overlapMinutes: number
  /** Rows may become visible this late: every so often a run looks back that far. */
  readonly secondPassMinutes: number
  readonly timeoutSeconds: number
}

export const INTACCT_URL = 'https://api.intacct.com/ia/xml/xmlgw.phtml'

/** What a setting is when the workspace does not name it. */
export const INTACCT_DEFAULTS = {
  url: INTACCT_URL,
  gmtOffset: 'auto',
  dateFormat: 'auto',
  concurrency: 1,
  showPrivate: true,
  overlapMinutes: 10,
  secondPassMinutes: 120,
  timeoutSeconds: 120,
} as const

export const intacctSettings: JsonSchema = {
  type: 'object',
  required: ['companyId', 'userId', 'userPassword', 'senderId', 'senderPassword'],
  additionalProperties: false,
  properties: {
    companyId: {
      type: 'string',
      minLength: 1,
      title: 'Company ID',
      description: 'The company as people sign in to it. Test and live companies have different ones.',
      examples: ['ACME-PROD'],
    },
    userId: {
      type: 'string',
      minLength: 1,
      title: 'Web Services user',
      description:
        'A user made for this, of the type "Web Services only" and with the least rights that the flows need.',
      examples: ['ws_sync'],
    },
    userPassword: {
      type: 'string',
      minLength: 1,
      title: "The user's password",
      description: 'Password of the Web Services user.',
      writeOnly: true,
    },
    senderId: {
      type: 'string',
      minLength: 1,
      title: 'Sender ID',
      description:
        'Identifies the integration; case sensitive. It must be on the list of Web Services authorizations of the company.',
      examples: ['acme_sync'],
    },
    senderPassword: {
      type: 'string',
      minLength: 1,
      title: "The sender's password",
      description: 'Password of the sender ID, given by Sage with it.',
      writeOnly: true,
    },
    locationId: {
      type: 'string',
      minLength: 1,
      title: 'Entity',
      description:
        'Location ID of the entity to sign in to. Leave it out for the top level, which sees shared records and, with showPrivate, those of all entities.',
      examples: ['E100'],
    },
    url: {
      type: 'string',
      format: 'uri',
      title: 'Address of the first call',
      description:
        'The gateway that is signed in at; it names the one for all further calls. Only hosts of intacct.com are allowed.',
      default: INTACCT_DEFAULTS.url,
    },
    gmtOffset: {
      type: 'string',
      pattern: '^(auto|[+-](0\\d|1[0-4]):[0-5]\\d)$',
      title: "The user's GMT offset",
      description: "Times are printed in the user's own offset. auto reads it from the user's preferences once a day.",
      default: INTACCT_DEFAULTS.gmtOffset,
      examples: ['auto', '+00:00', '-08:00'],
    },
    dateFormat: {
      type: 'string',
      pattern: '^(auto|[^A-Za-z0-9](mdY|dmY|Ymd|mdy|dmy|ymd))$',
      title: "The user's date format",
      description:
        'Separator, then order: /mdY prints 12/31/2026. auto reads it from the preferences of the user once a day.',
      default: INTACCT_DEFAULTS.dateFormat,
      examples: ['auto', '/mdY', '.dmY'],
    },
    concurrency: {
      type: 'integer',
      enum: [1, 2],
      title: 'Calls in flight',
      description:
        'Sage Intacct counts them per company, over all integrations: leave it at 1 unless this is the only one.',
      default: INTACCT_DEFAULTS.concurrency,
    },
    showPrivate: {
      type: 'boolean',
      title: 'Private records',
      description: 'At the top level: read records that are private to an entity, too.',
      default: INTACCT_DEFAULTS.showPrivate,
    },
    overlapMinutes: {
      type: 'integer',
      minimum: 1,
      maximum: 1440,
      title: 'Overlap in minutes',
      description: 'Each run reads this much before its mark again: rows appear late, and clocks differ.',
      default: INTACCT_DEFAULTS.overlapMinutes,
    },
    secondPassMinutes: {
      type: 'integer',
      minimum: 1,
      maximum: 10080,
      title: 'Second pass in minutes',
      description: 'Rows may become visible this late; a run looks back that far once per such span.',
      default: INTACCT_DEFAULTS.secondPassMinutes,
    },
    timeoutSeconds: {
      type: 'integer',
      minimum: 1,
      maximum: 900,
      title: 'Time-out in seconds',
      description: 'How long to wait for an answer.',
      default: INTACCT_DEFAULTS.timeoutSeconds,
    },
  },
}
