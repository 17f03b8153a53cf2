import type { CodeEntry } from './entry.ts'

/** What can be wrong in ml-connector.yaml and in the files that it names. */
export const WORKSPACE_CODES = {
  WORKSPACE_MISSING: {
    severity: 'error',
    title: 'The folder has no ml-connector.yaml',
    explanation: 'A workspace is a folder with this file; "ml-connector init" makes one.',
    example: 'ml-connector validate --workspace ./elsewhere',
  },
  WORKSPACE_UNKNOWN_CONNECTOR: {
    severity: 'error',
    title: 'A connection of an unknown connector',
    explanation: 'The message lists the connectors that there are.',
    example: 'connections: { crm: { connector: cmr } }',
  },
  WORKSPACE_SETTING: {
    severity: 'error',
    title: 'A setting of a connection is wrong',
    explanation:
      'It is unknown, missing or not of the form that the connector declares; schemas/connections holds the forms.',
    example: 'connections: { crm: { connector: crm, settings: { datacentre: eu } } }',
  },
  WORKSPACE_SECRET_IN_FILE: {
    severity: 'error',
    title: 'A secret is written in the file',
    explanation:
      'The workspace is kept in git. Use "ml-connector secret set <connection> <name>", or ${env:NAME}. Change a secret that was committed.',
    example: 'settings: { password: hunter2 }',
  },
  WORKSPACE_ALERTS: {
    severity: 'error',
    title: 'An address or a time under alerts cannot be used',
    explanation:
      'webhook: an https address. email: addresses with an @, smtp:// or smtps:// for the server. lag and repeat: a whole number and s, m, h or d, from 1m to 31d.',
    example: 'alerts: { webhook: "ftp://example.com" }',
  },
  WORKSPACE_NO_FLOWS: {
    severity: 'warning',
    title: 'A pattern under flows matches no file',
    explanation: 'The path is relative to the workspace folder.',
    example: 'flows: [flow/*.yaml]',
  },
  WORKSPACE_LIBRARY_FLOW: {
    severity: 'error',
    title: 'The library has no flow of this path',
    explanation: 'use: takes <source>-to-<sink>/<name> as found in the folder flows of the library.',
    example: 'flows: [{ use: erp-to-crm/vendor }]',
  },
  WORKSPACE_TABLE_UNREADABLE: {
    severity: 'error',
    title: 'A reference table cannot be read',
    explanation: 'The file does not exist, is not valid CSV or YAML, or has another ending than .csv, .yaml or .yml.',
    example: 'tables: { category: tables/absent.csv }',
  },
  WORKSPACE_TABLE_SHAPE: {
    severity: 'error',
    title: 'A reference table has no usable shape',
    explanation:
      'CSV: a header line, the key in the first column, at least one more column. YAML: a map of keys, or a list of maps whose first field is the key.',
    example: 'a CSV file with one column',
  },
  WORKSPACE_TABLE_DUPLICATE_KEY: {
    severity: 'error',
    title: 'A reference table has a key twice',
    explanation: 'Which of the values would count is not defined.',
    example: 'code,category\nA,Retail\nA,Wholesale',
  },
  WORKSPACE_METADATA: {
    severity: 'warning',
    title: 'Saved metadata cannot be used',
    explanation: 'Remove the file, or write it again with "ml-connector describe <connection> <entity> --save".',
    example: 'metadata/crm/Accounts.json that is not JSON',
  },
} as const satisfies Record<string, CodeEntry>
