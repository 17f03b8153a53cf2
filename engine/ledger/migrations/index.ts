import type { Migration } from 'kysely'
import type { Capabilities } from '../dialects/capabilities.ts'
import { firstTables } from './0001-first-tables.ts'
import { operations } from './0002-operations.ts'
import { auditChain } from './0003-audit-chain.ts'
import { verifications } from './0004-verifications.ts'

/** In order of their names; one that was released is never changed. */
export const migrations: Readonly<Record<string, (dialect: Capabilities) => Migration>> = {
  '0001-first-tables': firstTables,
  '0002-operations': operations,
  '0003-audit-chain': auditChain,
  '0004-verifications': verifications,
}
