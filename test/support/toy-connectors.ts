import type { CursorContract } from '../../engine/core/contracts.ts'
import type { Fields } from '../../engine/core/fields.ts'
import {
  type Connector,
  defineConnector,
  EngineError,
  type Entity,
  type Operation,
  type SandboxSpec,
} from '../../engine/sdk/index.ts'

/** Two small systems that exist only as declarations: what the flow language needs to check a flow. */
const cursor: CursorContract = {
  field: 'CHANGED',
  type: 'timestamp',
  resolution: 's',
  timeZone: 'utc',
  clock: 'server',
  boundary: 'inclusive',
  order: 'ascending',
  tieBreaker: 'ID',
  nulls: 'never',
  settleLag: { overlapMs: 0, secondPassMs: 0 },
  futureSkewMs: 0,
  paging: { style: 'keyset', pageSize: 100, cap: null },
  editsMoveRows: false,
  childEditsTouchParent: true,
  deletes: 'sweep',
}

const unused = (): never => {
  throw new EngineError({ kind: 'defect', code: 'TOY_CALLED', message: 'a toy connector is never called' })
}

const sandbox: SandboxSpec = { summary: 'none', options: {}, start: unused }

interface EntityParts {
  readonly title: string
  readonly key: string
  readonly fields: Fields
  readonly customFields?: boolean
  readonly reads?: Partial<CursorContract> | false
  readonly full?: boolean
  readonly writes?: readonly Operation[]
}

function entity({
  title,
  key,
  fields,
  customFields = false,
  reads = {},
  full = false,
  writes = [],
}: EntityParts): Entity<null> {
  return {
    title,
    key,
    fields,
    customFields,
    ...(reads === false
      ? {}
      : {
          read: {
            modes: full ? ['full'] : ['full', 'incremental', 'by-key'],
            cursor: { ...cursor, ...reads },
            pages: unused,
          },
        }),
    ...(writes.length === 0
      ? {}
      : { write: { operations: writes, maxBatch: 100, repeat: {}, partial: true, write: unused, find: unused } }),
  }
}

const VENDOR: Fields = {
  VENDORID: { type: 'string', title: 'Vendor number', unique: true },
  NAME: { type: 'string', title: 'Name' },
  STATUS: { type: 'string', values: ['active', 'inactive'], strictValues: true },
  VENDTYPE: { type: 'string' },
  PARENTID: { type: 'string' },
  TOTALDUE: { type: 'decimal' },
  ONHOLD: { type: 'boolean' },
  CHANGED: { type: 'datetime', readOnly: true },
  CONTACT: {
    type: 'object',
    fields: {
      EMAIL1: { type: 'string' },
      PHONE1: { type: 'string' },
      ADDRESS: { type: 'object', fields: { CITY: { type: 'string' }, ZIP: { type: 'string' } } },
    },
  },
  LINES: { type: 'list', fields: { ITEM: { type: 'string' }, QTY: { type: 'number' } } },
}

export const toyErp: Connector = defineConnector<Record<string, never>, null>({
  name: 'toy-erp',
  title: 'Toy ERP',
  summary: 'Vendors and orders.',
  settings: {
    type: 'object',
    required: ['company', 'password'],
    additionalProperties: false,
    properties: {
      company: { type: 'string', title: 'Company', description: 'Its short name.', examples: ['ACME'], minLength: 1 },
      password: { type: 'string', title: 'Password', description: 'Of the user.', writeOnly: true },
      pageSize: { type: 'integer', title: 'Page size', description: 'Records per page.', default: 100, minimum: 1 },
    },
  },
  limits: { concurrency: 1, cost: 'one call', throttled: 'never' },
  open: async () => null,
  ping: async () => ({ account: 'toy' }),
  entities: {
    VENDOR: entity({ title: 'Vendors', key: 'VENDORID', fields: VENDOR, customFields: true }),
    TYPE: entity({
      title: 'Types',
      key: 'CODE',
      fields: { CODE: { type: 'string' }, NAME: { type: 'string' } },
      full: true,
    }),
    LOGGED: entity({
      title: 'Logged',
      key: 'ID',
      fields: { ID: { type: 'string' } },
      reads: { deletes: 'tombstones' },
    }),
    DROPBOX: entity({
      title: 'Dropbox',
      key: 'ID',
      fields: { ID: { type: 'string', unique: true }, NOTE: { type: 'string' } },
      reads: false,
      writes: ['create'],
    }),
  },
  classify: () => undefined,
  sandbox,
})

const ACCOUNT: Fields = {
  id: { type: 'id', readOnly: true, unique: true },
  Account_Name: { type: 'string', title: 'Account name', mandatory: true, maxLength: 20 },
  ERP_ID: { type: 'string', title: 'ERP number', unique: true },
  Stage: { type: 'string', values: ['Open', 'Closed Won'], strictValues: true },
  Phone: { type: 'string', maxLength: 30 },
  Currency: { type: 'string', maxLength: 3 },
  Active: { type: 'boolean' },
  Rating: { type: 'integer' },
  Since: { type: 'date' },
  Owner: { type: 'object', fields: { id: { type: 'id' } } },
  Parent_Account: { type: 'object', references: 'Accounts', fields: { id: { type: 'id' } } },
  Modified_Time: { type: 'datetime', readOnly: true },
  Items: { type: 'list', fields: { Name: { type: 'string' }, Quantity: { type: 'number' } } },
  Tags: { type: 'strings' },
}

export const toyCrm: Connector = defineConnector<Record<string, never>, null>({
  name: 'toy-crm',
  title: 'Toy CRM',
  summary: 'Accounts and contacts.',
  settings: {
    type: 'object',
    required: ['region', 'token'],
    additionalProperties: false,
    properties: {
      region: { type: 'string', title: 'Region', description: 'Data centre.', enum: ['eu', 'us'], examples: ['eu'] },
      token: { type: 'string', title: 'Token', description: 'API token.', writeOnly: true },
    },
    // as a system with several ways of signing in
    allOf: [
      {
        if: { type: 'object', properties: { region: { const: 'eu' } } },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
        then: { type: 'object', required: ['token'] },
      },
    ],
  },
  limits: { concurrency: 4, cost: 'one call', throttled: '429' },
  open: async () => null,
  ping: async () => ({ account: 'toy' }),
  entities: {
    Accounts: entity({
      title: 'Accounts',
      key: 'id',
      fields: ACCOUNT,
      customFields: true,
      reads: { deletes: 'list' },
      writes: ['create', 'update', 'upsert', 'delete'],
    }),
    Contacts: entity({
      title: 'Contacts',
      key: 'id',
      fields: {
        id: { type: 'id', readOnly: true, unique: true },
        Last_Name: { type: 'string', mandatory: true },
        Email: { type: 'string' },
        ERP_ID: { type: 'string', unique: true },
        Account: { type: 'id', references: 'Accounts' },
      },
      writes: ['create', 'upsert'],
    }),
  },
  customEntity: name =>
    entity({
      title: name,
      key: 'id',
      fields: { id: { type: 'id', readOnly: true, unique: true }, Name: { type: 'string', mandatory: true } },
      customFields: true,
      writes: ['create', 'update', 'upsert'],
    }),
  webhook: {
    verify: () => false,
    parse: () => [],
    subscription: { create: unused, remove: unused },
  },
  classify: () => undefined,
  sandbox,
})

export const toyRegistry: ReadonlyMap<string, Connector> = new Map([toyErp, toyCrm].map(it => [it.name, it]))
