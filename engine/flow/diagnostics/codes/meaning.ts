import type { CodeEntry } from './entry.ts'

/** What a flow says about connectors, entities, fields and times. */
export const MEANING_CODES = {
  FLOW_DUPLICATE_FLOW: {
    severity: 'error',
    title: 'Two flows of a workspace have the same name',
    explanation:
      'Checkpoints and audit belong to the name. Rename one; a library flow used twice takes flow: under use.',
    example: 'flow: vendors   # in two files',
  },
  FLOW_DUPLICATE_STEP: {
    severity: 'error',
    title: 'Two steps have the same name',
    explanation: 'The ledger keeps what a step wrote under its name.',
    example: 'steps: [{ name: account, … }, { name: account, … }]',
  },
  FLOW_NAME_RESERVED: {
    severity: 'error',
    title: 'An enrichment takes the name of a function or variable',
    explanation: 'The name becomes a variable; $key, $item, $string and the others are taken.',
    example: 'enrich: { key: { connector: crm, entity: Accounts, key: ACCOUNT } }',
  },
  FLOW_UNKNOWN_CONNECTOR: {
    severity: 'error',
    title: 'No connector of this name',
    explanation: 'The message lists the connectors that there are.',
    example: 'source: { connector: epr, entity: VENDOR }',
  },
  FLOW_UNKNOWN_CONNECTION: {
    severity: 'error',
    title: 'No connection of this name, or it is of another connector',
    explanation: 'connection: names an entry under connections of the workspace, of the same connector.',
    example: 'source: { connector: crm, connection: crmm, entity: Accounts }',
  },
  FLOW_AMBIGUOUS_CONNECTION: {
    severity: 'error',
    title: 'Several connections of this connector',
    explanation: 'The workspace has more than one: say which with connection:.',
    example: 'source: { connector: crm, entity: Accounts }   # connections crm-eu and crm-us',
  },
  FLOW_NO_CONNECTION: {
    severity: 'error',
    title: 'The workspace has no connection of this connector',
    explanation: 'Add one under connections.',
    example: 'source: { connector: erp, entity: Customer }',
  },
  FLOW_UNKNOWN_ENTITY: {
    severity: 'error',
    title: 'The connector has no entity of this name',
    explanation: 'An entity that only this account has is written with custom: true where the connector knows such.',
    example: 'source: { connector: erp, entity: VENDORS }',
  },
  FLOW_NOT_READABLE: {
    severity: 'error',
    title: 'The entity cannot be read',
    explanation: 'The connector can write it, but not read it.',
    example: 'source: { connector: toy-erp, entity: DROPBOX }',
  },
  FLOW_NOT_WRITABLE: {
    severity: 'error',
    title: 'The entity cannot be written',
    explanation: 'The connector can read it, but not write it.',
    example: 'sink: { connector: erp, entity: GLACCOUNT, operation: upsert, match: ACCOUNTNO }',
  },
  FLOW_OPERATION: {
    severity: 'error',
    title: 'The entity does not know this operation',
    explanation: 'The message lists those that it knows.',
    example: 'sink: { connector: crm, entity: Users, operation: delete }',
  },
  FLOW_CANNOT_LISTEN: {
    severity: 'error',
    title: 'The source sends no push events',
    explanation: 'The connector has no webhook: use schedule: alone.',
    example: 'listen: { events: [VENDOR] }',
  },
  FLOW_LISTEN_ENTITY: {
    severity: 'error',
    title: 'Not an entity that this flow can listen to',
    explanation: 'Events are named after the entities that the flow reads, as far as the connector is told of them.',
    example: 'listen: { events: [Deals.edit] }',
  },
  FLOW_UNKNOWN_SINK_FIELD: {
    severity: 'error',
    title: 'The sink entity has no field of this name',
    explanation:
      'Correct the name. A field that only this account has is declared under sink.customFields, or known from saved metadata.',
    example: 'map: { Vendor_Nmae: NAME }',
  },
  FLOW_READ_ONLY_FIELD: {
    severity: 'error',
    title: 'The field is set by the system',
    explanation: 'Writing it is refused over there: remove it from the mapping.',
    example: 'map: { Modified_Time: WHENMODIFIED }',
  },
  FLOW_MANDATORY_UNMAPPED: {
    severity: 'error',
    title: 'A mandatory field is not mapped',
    explanation: 'No record can be created without it. Map it, with a defined value for records that have none.',
    example: 'map: { Email: EMAIL }   # Vendor_Name is mandatory',
  },
  FLOW_MATCH_MISSING: {
    severity: 'error',
    title: 'upsert and update need match',
    explanation:
      'match names the sink field that holds the external key: by it the engine finds the record before it writes.',
    example: 'sink: { connector: crm, entity: Vendors, operation: upsert }',
  },
  FLOW_MATCH_UNMAPPED: {
    severity: 'error',
    title: 'The match field is not mapped',
    explanation: 'Without a value in it the record could not be found again, and would be doubled.',
    example: 'map: { Vendor_Name: NAME }\nsink: { …, match: ERP_ID }',
  },
  FLOW_MATCH_NOT_UNIQUE: {
    severity: 'error',
    title: 'The match field is not unique',
    explanation:
      'Two records may share a value of it, so the wrong one could be overwritten. Use a field that the system keeps unique.',
    example: 'sink: { …, match: Phone }',
  },
  FLOW_SHARED: {
    severity: 'error',
    title: 'A target record that is shared cannot be created or deleted by one of those that share it',
    explanation:
      'With shared: true several source records write to one target record. Update records that something else makes, and leave them when a source record is deleted.',
    example: 'sink: { …, operation: upsert, match: ERP_ID, shared: true }',
  },
  FLOW_LITERAL_TYPE: {
    severity: 'error',
    title: 'A fixed value has the wrong type for the field',
    explanation: 'The expression is a literal, or always yields this type, and the field takes another.',
    example: 'map: { Active: "\'yes\'" }   # a boolean field',
  },
  FLOW_LITERAL_TOO_LONG: {
    severity: 'error',
    title: 'A fixed value is longer than the field',
    explanation: 'The system would refuse or cut it.',
    example: 'map: { Currency: "\'EURO\'" }   # at most 3 characters',
  },
  FLOW_LITERAL_VALUE: {
    severity: 'error',
    title: 'A fixed value is not one that the field takes',
    explanation: 'The system refuses values that are not in its list.',
    example: 'map: { Stage: "\'Won\'" }   # Closed Won',
  },
  FLOW_CREATE_ONLY_UNMAPPED: {
    severity: 'error',
    title: 'A createOnly field is not mapped',
    explanation: 'createOnly lists mapped fields that are sent only when the record is created.',
    example: 'sink: { …, createOnly: [Owner] }   # map has no Owner',
  },
  FLOW_CRON: {
    severity: 'error',
    title: 'Not a cron expression',
    explanation: 'Five fields: minute, hour, day of month, month, day of week.',
    example: 'schedule: { cron: "61 * * * *" }',
  },
  FLOW_TIMEZONE: {
    severity: 'error',
    title: 'Not a time zone',
    explanation: 'Use an IANA name such as Europe/Berlin or America/Chicago.',
    example: 'schedule: { cron: "0 6 * * *", timezone: Berlin }',
  },
  FLOW_JITTER: {
    severity: 'error',
    title: 'Not a time',
    explanation: 'How much later than its tick a run may start: a whole number and s or m, up to 60m.',
    example: 'schedule: { cron: "0 6 * * *", jitter: soon }',
  },
  FLOW_EVERY: {
    severity: 'error',
    title: 'Not an interval',
    explanation: 'A whole number and s, m, h or d: 30s, 15m, 2h, 1d. At least 10 seconds, at most 31 days.',
    example: 'schedule: { every: 15 minutes }',
  },
  FLOW_SCHEDULE_BOTH: {
    severity: 'error',
    title: 'cron and every together',
    explanation: 'A flow has one cadence. sweep may stand beside either.',
    example: 'schedule: { cron: "0 6 * * *", every: 15m }',
  },
  FLOW_DELETES_UNSEEN: {
    severity: 'error',
    title: 'Deletions at the source would never be seen',
    explanation:
      'The source tells nothing about deleted records: only a full read finds them. Give the flow a schedule.sweep, or onDelete: ignore.',
    example: 'onDelete: delete   # and no schedule.sweep',
  },
  FLOW_FULL_READS: {
    severity: 'info',
    title: 'The source is read in full each time',
    explanation:
      'It has no change time to continue from. Unchanged records cost no write, but every run reads them all.',
    example: 'source: { connector: erp, entity: VENDTYPE }',
  },
  FLOW_TEST_UNKNOWN: {
    severity: 'error',
    title: 'A test names something that the flow does not have',
    explanation: 'expect.steps holds names of steps, enrich names of enrichments, entity one of the source entities.',
    example: 'tests: [{ name: x, given: [], expect: { steps: { acount: [] } } }]',
  },
} as const satisfies Record<string, CodeEntry>
