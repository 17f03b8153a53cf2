import type { Selectable } from 'kysely'
import type { ApiToken, Operations } from '../core/operations.ts'
import type { TokenTable } from './schema.ts'
import type { Store } from './store.ts'
import { toIso, toIsoOrNull, toMs, toMsOrNull } from './values.ts'

type Tokens = Pick<Operations, 'addToken' | 'tokenByHash' | 'apiTokens' | 'revokeToken' | 'tokenUsed'>

export function tokens({ db, dialect, workspace }: Store): Tokens {
  return {
    async addToken(token) {
      await db.insertInto('api_tokens').values(toRow(workspace, token)).execute()
    },
    async tokenByHash(hash) {
      const row = await db
        .selectFrom('api_tokens')
        .selectAll()
        .where('workspace', '=', workspace)
        .where('hash', '=', hash)
        .executeTakeFirst()
      return row && toToken(row)
    },
    async apiTokens() {
      const rows = await db
        .selectFrom('api_tokens')
        .selectAll()
        .where('workspace', '=', workspace)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toToken)
    },
    async revokeToken(id, at) {
      // on the disk at once: a power cut must not give it back its force
      const { numUpdatedRows } = await dialect.durably(db, transaction =>
        transaction
          .updateTable('api_tokens')
          .set({ revoked_at: toMs(at) })
          .where('workspace', '=', workspace)
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .where(token => token.or([token('expires_at', 'is', null), token('expires_at', '>', toMs(at))]))
          .executeTakeFirst(),
      )
      return numUpdatedRows > 0n
    },
    async tokenUsed(id, at) {
      await db
        .updateTable('api_tokens')
        .set({ last_used_at: toMs(at) })
        .where('workspace', '=', workspace)
        .where('id', '=', id)
        // requests end in any order
        .where(token => token.or([token('last_used_at', 'is', null), token('last_used_at', '<', toMs(at))]))
        .execute()
    },
  }
}

function toRow(workspace: string, token: ApiToken) {
  const { id, name, role, hash } = token
  return {
    ...{ workspace, id, name, role, hash },
    created_at: toMs(token.createdAt),
    expires_at: toMsOrNull(token.expiresAt),
    last_used_at: toMsOrNull(token.lastUsedAt),
    revoked_at: toMsOrNull(token.revokedAt),
  }
}

function toToken(row: Selectable<TokenTable>): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    hash: row.hash,
    createdAt: toIso(row.created_at),
    expiresAt: toIsoOrNull(row.expires_at),
    lastUsedAt: toIsoOrNull(row.last_used_at),
    revokedAt: toIsoOrNull(row.revoked_at),
  }
}
