import type { Kysely, Migration } from 'kysely'
import type { Capabilities } from '../dialects/capabilities.ts'
import { createTable, type TableSpec } from './tables.ts'

const VERIFICATIONS: TableSpec = {
  name: 'verifications',
  primaryKey: ['workspace', 'flow', 'entity'],
  columns: { workspace: 'text', flow: 'text', entity: 'text', walk: 'text?', verified: 'text?' },
}

/** How far each flow has been compared with its target. */
export function verifications(dialect: Capabilities): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await createTable(db, dialect, VERIFICATIONS)
    },
  }
}
