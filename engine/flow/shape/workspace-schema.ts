import { about, flag, NAME, named, object, type Schema, text, whole } from './schema-kit.ts'

const libraryUse = object(
  about('Library flow', 'A flow of the library, with parameters.', {
    use: 'erp-to-crm/vendors',
    with: { cron: '0 6 * * *' },
  }),
  {
    use: text(about('Use', 'Path in the library, without .yaml.', 'erp-to-crm/vendors')),
    flow: { ...NAME, ...about('Flow', 'Name in this workspace, where the library flow is used twice.', 'vendors-us') },
    with: {
      type: 'object',
      ...about('With', 'Values of its parameters.', { cron: '0 6 * * *', externalIdField: 'ERP_ID' }),
    },
  },
  ['use'],
)

const alerts = object(
  about('Alerts', 'Whom a service tells when something needs a person: once per cause, and again when it is over.', {
    webhook: '${env:ALERT_WEBHOOK}',
    lag: '6h',
  }),
  {
    webhook: text(
      about(
        'Webhook',
        'Address that is sent each alert as JSON (with a text, as chat systems want it).',
        '${env:ALERT_WEBHOOK}',
      ),
    ),
    email: object(
      about('E-mail', 'Who gets each alert as a message.', {
        to: 'ops@example.com',
        from: 'ml-connector@example.com',
        smtp: 'smtps://${env:SMTP_USER}:${env:SMTP_PASSWORD}@mail.example.com',
      }),
      {
        to: {
          type: ['string', 'array'],
          minLength: 1,
          minItems: 1,
          uniqueItems: true,
          items: { type: 'string', minLength: 1 },
          ...about('To', 'One address, or several.', 'ops@example.com', ['ops@example.com', 'anna@example.com']),
        },
        from: text(about('From', 'Address of the sender.', 'ml-connector@example.com')),
        smtp: text(
          about(
            'SMTP',
            'Mail server: smtps:// or smtp://, user and password from the environment.',
            'smtp://mail.example.com:587',
          ),
        ),
      },
      ['to', 'from', 'smtp'],
    ),
    deadLetters: whole(about('Dead letters', 'Alert when so many of one flow are open; 100 when left out.', 100), {
      minimum: 1,
    }),
    lag: text(
      about('Lag', 'Alert when the last good run of a scheduled flow is longer ago; never when left out.', '6h'),
    ),
    repeat: text(about('Repeat', 'How often to tell again of what is not over; 24h when left out.', '24h')),
  },
)

const audit: Schema = object(about('Audit trail', 'How long it is kept. For ever when left out.', { keepDays: 730 }), {
  keepDays: whole(
    about('Keep days', 'A service takes older events, closed dead letters and unused bodies away once a day.', 730),
    { minimum: 1 },
  ),
})

const verify: Schema = object(
  about('Verify', 'How scheduled flows are compared with their targets, where they do not say so themselves.', {
    cron: '0 4 * * 6',
    heal: false,
  }),
  {
    cron: text(about('Cron', 'When; never when left out.', '0 4 * * 6')),
    heal: flag(about('Heal', 'Put right what a run can put right (the default); false: only report it.', false)),
    calls: whole(about('Calls', 'About how many calls one comparison may take; 1000 when left out.', 500), {
      minimum: 1,
    }),
  },
)

/** The language of ml-connector.yaml, without what a registry of connectors adds. */
export const WORKSPACE_SCHEMA: Schema = object(
  about('Workspace', 'One folder per customer: connections, flows and tables.', {
    workspace: 'acme',
    connections: { crm: { connector: 'crm', settings: { datacenter: 'eu' } } },
    flows: ['flows/*.yaml'],
  }),
  {
    workspace: { ...NAME, ...about('Workspace', 'Its name; ledger and audit carry it.', 'acme') },
    title: text(about('Title', 'What people call the customer.', 'Acme Corporation')),
    timezone: text(about('Time zone', 'IANA name: of schedules that name none. UTC when left out.', 'America/Chicago')),
    connections: named(
      about('Connections', 'Name → connector and settings.', {
        crm: { connector: 'crm', settings: { datacenter: 'eu' } },
      }),
      object(
        about('Connection', 'A configured connector. Secrets are in the vault, or come as ${env:NAME}.', {
          connector: 'crm',
          settings: { datacenter: 'eu' },
        }),
        {
          connector: text(about('Connector', 'Which kind of system this is.', 'erp', 'crm')),
          settings: {
            type: 'object',
            ...about('Settings', 'What the connector needs to know; schemas/connections has the forms.', {
              datacenter: 'eu',
            }),
          },
        },
        ['connector'],
      ),
    ),
    flows: {
      type: 'array',
      items: {
        type: ['string', 'object'],
        minLength: 1,
        additionalProperties: false,
        required: libraryUse['required'],
        properties: libraryUse['properties'],
        ...about(
          'Flow files',
          'A pattern of files relative to this folder, or a flow of the library.',
          'flows/*.yaml',
          {
            use: 'erp-to-crm/vendors',
          },
        ),
      },
      ...about('Flows', 'The flows of the workspace: own files, and library flows with parameters.', ['flows/*.yaml']),
    },
    tables: named(
      about('Tables', 'Reference tables by name: CSV or YAML files relative to this folder.', {
        'vendor-category': 'tables/vendor-category.csv',
      }),
      text(about('Table', 'Path of a CSV or YAML file.', 'tables/vendor-category.csv')),
    ),
    alerts,
    audit,
    verify,
    development: object(about('Development', 'Switches that no production workspace has.', { loopback: true }), {
      loopback: flag(about('Loopback', 'Connections may dial http on this machine: sandboxes.', true)),
    }),
    ledger: text(about('Ledger', 'Path of the ledger, relative to this folder.', '.ml-connector/ledger.db')),
    vault: text(about('Vault', 'Path of the vault, relative to this folder.', '.ml-connector/vault.json')),
  },
  ['workspace', 'connections'],
)
