import { enrich, map, sink, source, step } from './flow-parts.ts'
import { about, choice, NAME, named, object, type Schema, text, texts, whole } from './schema-kit.ts'

const params = named(
  about(
    'Parameters',
    'What a workspace may set under with:. Used as ${name} in settings and keys, as $param("name") in expressions.',
    {
      cron: { type: 'string', default: '*/30 * * * *' },
    },
  ),
  object(
    about('Parameter', 'One parameter.', { type: 'string', default: '*/30 * * * *' }),
    {
      type: choice(about('Type', 'What values it takes.', 'string'), ['string', 'number', 'integer', 'boolean']),
      description: text(about('Description', 'What it is for.', 'When the flow runs.')),
      default: {
        type: ['string', 'number', 'boolean'],
        ...about(
          'Default',
          'The value where the workspace gives none. Without it, the workspace must give one.',
          '0 6 * * *',
        ),
      },
      values: {
        type: 'array',
        minItems: 1,
        items: { type: ['string', 'number', 'boolean'] },
        ...about('Values', 'The only values that are valid.', ['eu', 'us']),
      },
    },
    ['type'],
  ),
)

const schedule = object(
  about('Schedule', 'When the flow runs by itself.', { cron: '*/30 * * * *', timezone: 'Europe/Berlin' }),
  {
    cron: text(about('Cron', 'Minute, hour, day of month, month, day of week.', '*/30 * * * *', '0 6 * * 1-5')),
    every: text(about('Every', 'Interval: a number and s, m, h or d.', '15m', '1h')),
    timezone: text(about('Time zone', 'IANA name; the default is that of the workspace.', 'Europe/Berlin')),
    jitter: text(
      about(
        'Jitter',
        'A tick starts its run at most this much later, each flow at its own moment; 30s by default.',
        '0s',
      ),
    ),
    sweep: text(about('Sweep', 'Cron of a full read that also finds deleted records.', '0 3 * * 0')),
    verify: text(about('Verify', 'Cron of a comparison of the whole source with what the target holds.', '0 4 * * 6')),
  },
)

const onDelete: Schema = {
  type: ['string', 'object'],
  if: { type: 'string' },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { enum: ['ignore', 'delete'] },
  additionalProperties: false,
  required: ['map'],
  properties: {
    map,
    step: text(about('Step', 'The step whose sink record is written; the first when left out.', 'account')),
  },
  ...about(
    'On delete',
    'What a deletion at the source leads to: ignore (the default), delete, or fields to write.',
    'delete',
    {
      map: { Status: "'inactive'" },
    },
  ),
}

const verify = object(
  about('Verify', 'How source and target are compared, by "ml-connector verify" and by schedule.verify.', {
    calls: 500,
  }),
  {
    heal: {
      type: 'boolean',
      ...about('Heal', 'Put right what a run can put right (the default); false: only report it.', false),
    },
    calls: whole(about('Calls', 'About how many calls one comparison may take; the next goes on from there.', 500), {
      minimum: 1,
    }),
  },
)

const errors = object(about('Errors', 'When a run gives up.', { stopAfter: '5%' }), {
  stopAfter: {
    type: ['string', 'integer'],
    pattern: '^(?:100|[1-9]?[0-9])(?:\\.[0-9]+)?%$',
    minimum: 1,
    $comment: 'is neither a share such as 5% nor a number of records',
    ...about(
      'Stop after',
      'Share of the records read (at least 20 of them), or number of records, that may die.',
      '5%',
      100,
    ),
  },
})

const record: Schema = { type: 'object' }

const link = object(
  about('Link', 'A record that the ledger knows.', {
    connector: 'crm',
    entity: 'Accounts',
    key: 'C1',
    id: '5001',
  }),
  {
    connector: text(about('Connector', 'Connector or connection of the sink record.', 'crm')),
    entity: text(about('Entity', 'Entity of the sink record.', 'Accounts')),
    key: text(about('Key', 'Source key that it was written for.', 'C1')),
    id: text(about('Id', 'Its id in the sink.', '5001')),
    of: text(about('Of', 'Source entity of the key.', 'CUSTOMER')),
  },
  ['connector', 'entity', 'key', 'id'],
)

const expect = {
  minProperties: 1,
  ...object(about('Expect', 'How the given records end.', { filtered: 1 }), {
    filtered: whole(about('Filtered', 'How many records the filter holds back.', 1), { minimum: 0 }),
    parked: whole(about('Parked', 'How many records wait for a link that is not known yet.', 1), { minimum: 0 }),
    error: text(about('Error', 'Code of the failure that a record ends with.', 'T2001')),
    records: {
      type: 'array',
      items: record,
      ...about('Records', 'The sink records, exactly: every field, in order.', [{ Vendor_Name: 'Bolt' }]),
    },
    contains: {
      type: 'array',
      items: record,
      ...about('Contains', 'The sink records in order, only the fields that are named.', [{ Vendor_Name: 'Bolt' }]),
    },
    steps: {
      type: 'object',
      additionalProperties: { type: 'array', items: record },
      ...about('Steps', 'The sink records of each step, exactly.', { account: [{ Account_Name: 'Bolt' }] }),
    },
  }),
}

const test = object(
  about('Test', 'Source records, and what becomes of them. Run by "ml-connector test", without any system.', {
    name: 'an inactive vendor is filtered',
    given: [{ VENDORID: 'V1', STATUS: 'inactive' }],
    expect: { filtered: 1 },
  }),
  {
    name: text(about('Name', 'The rule that the test shows, as a sentence.', 'an inactive vendor is filtered')),
    entity: text(about('Entity', 'Source entity of the records, where the flow reads several.', 'DEPARTMENT')),
    given: {
      type: 'array',
      minItems: 1,
      items: record,
      ...about('Given', 'Source records. Keys may be dotted: CONTACT.EMAIL.', [
        { VENDORID: 'V1', 'CONTACT.EMAIL': 'a@b.c' },
      ]),
    },
    links: { type: 'array', items: link, ...about('Links', 'Sink records that the ledger knows.', []) },
    enrich: {
      type: 'object',
      ...about('Enrich', 'What each enrichment finds. Left out: nothing.', { account: { Account_Name: 'Bolt' } }),
    },
    expect,
  },
  ['name', 'given', 'expect'],
)

/** The language of flow files, without what a registry of connectors adds. */
export const FLOW_SCHEMA: Schema = {
  ...object(
    about('Flow', 'One job: source, filter, mapping, sink, schedule.', {
      flow: 'vendors',
      source: { connector: 'erp', entity: 'VENDOR' },
      map: { Vendor_Name: 'NAME', ERP_ID: 'VENDORID' },
      sink: { connector: 'crm', entity: 'Vendors', operation: 'upsert', match: 'ERP_ID' },
    }),
    {
      flow: {
        ...NAME,
        ...about('Flow', 'Name, unique in the workspace. Checkpoints and audit belong to it.', 'vendors'),
      },
      title: text(about('Title', 'What people call it.', 'Vendors of the ERP become vendors of the CRM')),
      description: text(about('Description', 'What a reader should know.', 'Every vendor but the one-time ones.')),
      params,
      tables: named(
        about(
          'Tables',
          'Reference tables that the flow brings along. A table of the workspace of the same name goes before it.',
          {
            'vendor-category': 'tables/vendor-category.csv',
          },
        ),
        {
          type: ['string', 'object'],
          minLength: 1,
          ...about('Table', 'A path relative to the flow, or a map of keys and values.', 'tables/category.csv', {
            A: 'Retail',
          }),
        },
      ),
      source,
      filter: text(about('Filter', 'Expression: only records where it is true go on.', 'STATUS = "active"')),
      enrich,
      map,
      sink,
      steps: {
        type: 'array',
        minItems: 1,
        items: step,
        ...about('Steps', 'Several sinks, parents before children, in place of map and sink.', [
          { name: 'account', map: { Account_Name: 'NAME' }, sink: { connector: 'crm', entity: 'Accounts' } },
        ]),
      },
      schedule,
      listen: object(
        about(
          'Listen',
          'Push events of the source trigger the flow for just those keys. The schedule stays as the safety net.',
          { events: ['Deals'] },
        ),
        { events: texts(about('Events', 'Entities of the source: what happens to their records is told.', ['Deals'])) },
        ['events'],
      ),
      onDelete,
      errors,
      verify,
      tests: { type: 'array', items: test, ...about('Tests', 'Examples that are checked.', []) },
    },
    ['flow', 'source'],
  ),
}
