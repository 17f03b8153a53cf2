import { FIELD_TYPES } from '../../core/fields.ts'
import { about, choice, flag, NAME, named, object, type Schema, text, texts, whole } from './schema-kit.ts'

/** Types that a declared custom field may have. */
export const CUSTOM_FIELD_TYPES = ['text', ...FIELD_TYPES] as const

const connector = text(about('Connector', 'Name of the connector: which kind of system this is.', 'erp', 'crm'))
const connection = text(
  about('Connection', 'Name of the connection. Only where the workspace has several of this connector.', 'crm-eu'),
)
const custom = flag(
  about('Custom entity', 'The entity is one that only this account has, such as a custom module.', true),
)

export const customFields = named(
  about(
    'Custom fields',
    'Fields beyond the standard ones that the account must have. Everything else that is no standard field is taken for a misspelling.',
    { ERP_ID: { type: 'text', unique: true, length: 200 } },
  ),
  object(
    about('Custom field', 'One field that the account has of its own.', { type: 'text', unique: true, length: 200 }),
    {
      type: choice(about('Type', 'What the field holds.', 'text', 'number'), CUSTOM_FIELD_TYPES),
      unique: flag(about('Unique', 'No two records share a value: the field may be used as match.', true)),
      length: whole(about('Length', 'Most characters that it takes.', 200), { minimum: 1 }),
    },
    ['type'],
  ),
  { type: 'string', minLength: 1 },
)

export const source = object(
  about('Source', 'Where records are read from.', { connector: 'erp', entity: 'VENDOR' }),
  {
    connector,
    connection,
    entity: {
      type: ['string', 'array'],
      minLength: 1,
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', minLength: 1 },
      ...about(
        'Entity',
        'What is read: one entity, or a list of entities with the same mapping ($entity tells which).',
        'VENDOR',
        ['DEPARTMENT', 'LOCATION'],
      ),
    },
    custom,
    pageSize: whole(
      about('Page size', 'Records per call, where the default does not suit. The connector caps it.', 100),
      {
        minimum: 1,
      },
    ),
    customFields,
  },
  ['connector', 'entity'],
)

export const sink = object(
  about('Sink', 'Where records are written to.', {
    connector: 'crm',
    entity: 'Vendors',
    operation: 'upsert',
    match: 'ERP_ID',
  }),
  {
    connector,
    connection,
    entity: text(about('Entity', 'What is written.', 'Vendors')),
    custom,
    operation: choice(about('Operation', 'What is done: create, update, upsert (the default) or delete.', 'upsert'), [
      'create',
      'update',
      'upsert',
      'delete',
    ]),
    match: text(
      about(
        'Match',
        'Sink field that holds the external key; by it the record is found before it is written.',
        'ERP_ID',
      ),
    ),
    createOnly: texts(
      about(
        'Create only',
        'Mapped fields that are sent only when the record is created: the other side owns them afterwards.',
        ['Owner'],
      ),
    ),
    optionalFields: texts(
      about('Optional fields', 'Mapped fields that are left out where the account does not have them.', [
        'Vendor_Name',
      ]),
    ),
    shared: flag(
      about(
        'Shared',
        'With update: several source records may write to one target record, and the last one read stands. Without it, the second is refused.',
        true,
      ),
    ),
    whenUnavailable: choice(
      about(
        'When unavailable',
        'The entity is not in this edition or not permitted: skip reports it and lets other flows run, fail (the default) is an error.',
        'skip',
      ),
      ['skip', 'fail'],
    ),
    options: {
      type: 'object',
      ...about('Options', 'Passed to the connector as they stand; its README lists them.', { trigger: [] }),
    },
    customFields,
  },
  ['connector', 'entity'],
)

export const map: Schema = {
  type: ['string', 'object'],
  minLength: 1,
  minProperties: 1,
  ...about(
    'Mapping',
    'Sink field → JSONata expression on the source record. Texts are expressions, numbers, booleans and null are literals; objects and lists nest. Or one expression that yields an object. A field that yields nothing is cleared; $omit() leaves it alone.',
    { Vendor_Name: 'NAME', Email: 'DISPLAYCONTACT.EMAIL1', Category: '$table("vendor-category", VENDTYPE)' },
  ),
}

export const enrich = named(
  about('Enrichments', 'Related records, read in batches before mapping. Each name becomes a variable.', {
    account: { connector: 'crm', entity: 'Accounts', key: 'Account_Name.id' },
  }),
  object(
    about('Enrichment', 'One related record, or a list of them.', {
      connector: 'crm',
      entity: 'Accounts',
      key: 'Account_Name.id',
    }),
    {
      connector,
      connection,
      entity: text(about('Entity', 'What is looked up.', 'Accounts')),
      custom,
      key: text(
        about(
          'Key',
          'Expression on the source record: the value to look for, or a list of them. It may use the enrichments above it.',
          'Account_Name.id',
        ),
      ),
      field: text(
        about('Field', 'Field of the looked-up entity that holds the value; its key when left out.', 'ERP_ID'),
      ),
      many: flag(about('Many', 'The variable is a list of all that match, instead of the first.', true)),
      customFields,
    },
    ['connector', 'entity', 'key'],
  ),
  { ...NAME, pattern: '^[A-Za-z][A-Za-z0-9_]*$', $comment: 'is no variable name: letters, digits and _' },
)

export const step = object(
  about('Step', 'One sink record (or several, with each) per source record.', {
    name: 'account',
    map: { Account_Name: 'NAME' },
    sink: { connector: 'crm', entity: 'Accounts', operation: 'upsert', match: 'ERP_ID' },
  }),
  {
    name: { ...NAME, ...about('Name', 'Unique in the flow; later steps refer to it by $sinkId("name").', 'account') },
    when: text(about('When', 'Expression: the step is taken only for records where it is true.', '$exists(EMAIL)')),
    each: text(
      about(
        'Each',
        'Expression that yields a list: one sink record per element, in scope as $item and $index.',
        'CONTACTS',
      ),
    ),
    map,
    sink,
  },
  ['name', 'map', 'sink'],
)
