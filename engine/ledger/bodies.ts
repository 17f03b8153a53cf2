import { createHmac, randomBytes } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { EngineError } from '../core/errors.ts'
import { canonicalJson } from '../core/fingerprint.ts'
import type { Sealer } from '../core/ledger.ts'
import type { JsonObject } from '../core/record.ts'
import type { Capabilities } from './dialects/capabilities.ts'
import type { Tables } from './schema.ts'

const HASH_KEY = 'body-hash-key'
const COLUMNS = { workspace: 'text', hash: 'text', sealed: 'text', stored_at: 'integer' } as const

export interface PreparedBodies {
  readonly hashOf: (body: object) => string
  /** Stores those that are new; part of the caller's transaction. */
  store(transaction: Transaction<Tables>, at: number): Promise<void>
}

/** Bodies of records: sealed, once per content, found by a keyed hash (a plain one would let a thief of the file test guesses). */
export interface Bodies {
  /** Hashes and seals, outside of a transaction. */
  prepare(bodies: readonly JsonObject[]): Promise<PreparedBodies>
  open(sealed: string): Promise<JsonObject>
}

export function createBodies(db: Kysely<Tables>, dialect: Capabilities, workspace: string, sealer: Sealer): Bodies {
  let key: Promise<Buffer> | undefined
  const hashKey = () => {
    key ??= loadHashKey(db, workspace, sealer).catch(thrown => {
      key = undefined
      throw thrown
    })
    return key
  }
  return {
    async prepare(bodies) {
      if (bodies.length === 0) return { hashOf: notPrepared, store: async () => {} }
      const secret = await hashKey()
      const hashes = new Map<object, string>()
      const texts = new Map<string, string>()
      for (const body of bodies) {
        const text = canonicalJson(body)
        const hash = createHmac('sha256', secret).update(text).digest('base64url')
        hashes.set(body, hash)
        texts.set(hash, text)
      }
      const known = await storedOf(db, dialect, workspace, [...texts.keys()])
      const isKnown = new Set(known)
      const sealAll = (wanted: readonly string[]) =>
        Promise.all(wanted.map(async hash => ({ hash, sealed: await sealer.seal(texts.get(hash) ?? '') })))
      const sealed = await sealAll([...texts.keys()].filter(hash => !isKnown.has(hash)))
      return {
        hashOf: body => hashes.get(body) ?? notPrepared(),
        async store(transaction, at) {
          // somebody may have pruned since we looked
          const still = new Set(known.length === 0 ? [] : await storedOf(transaction, dialect, workspace, known))
          const gone = await sealAll(known.filter(hash => !still.has(hash)))
          await dialect.insertRows(transaction, {
            table: 'bodies',
            columns: COLUMNS,
            rows: [...sealed, ...gone].map(body => ({ ...body, workspace, stored_at: at })),
            conflict: 'on conflict (workspace, hash) do nothing',
          })
        },
      }
    },
    async open(sealed) {
      try {
        return JSON.parse(await sealer.unseal(sealed)) as JsonObject
      } catch (thrown) {
        throw unreadable(thrown)
      }
    },
  }
}

/** Removes what neither a dead letter nor a parked record refers to; answers how many. */
export async function removeUnusedBodies(transaction: Transaction<Tables>, workspace: string): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom('bodies')
    .where('workspace', '=', workspace)
    .where('hash', 'not in', transaction.selectFrom('dead_letters').select('body').where('workspace', '=', workspace))
    .where('hash', 'not in', transaction.selectFrom('parked').select('body').where('workspace', '=', workspace))
    .executeTakeFirst()
  return Number(numDeletedRows)
}

async function storedOf(
  db: Kysely<Tables>,
  dialect: Capabilities,
  workspace: string,
  hashes: readonly string[],
): Promise<readonly string[]> {
  const wanted = dialect.rowset(
    { hash: 'text' },
    hashes.map(hash => ({ hash })),
  )
  const rows = await db
    .selectFrom(wanted.as('wanted'))
    .crossJoin('bodies')
    .where('bodies.workspace', '=', workspace)
    .whereRef('bodies.hash', '=', 'wanted.hash')
    .select('bodies.hash')
    .execute()
  return rows.map(row => row.hash)
}

async function loadHashKey(db: Kysely<Tables>, workspace: string, sealer: Sealer): Promise<Buffer> {
  const stored = await readSeal(db, workspace)
  const opened = stored === undefined ? undefined : await openKey(stored, sealer)
  if (opened) return opened
  const fresh = await sealer.seal(randomBytes(32).toString('base64url'))
  // A key that cannot be opened belongs to a vault that is gone, and so do the bodies under it: they only lose their deduplication.
  const row = { workspace, name: HASH_KEY, sealed: fresh }
  if (stored === undefined) {
    await db
      .insertInto('seals')
      .values(row)
      .onConflict(conflict => conflict.doNothing())
      .execute()
  } else {
    await db.updateTable('seals').set(row).where('workspace', '=', workspace).where('sealed', '=', stored).execute()
  }
  const settled = await readSeal(db, workspace)
  return Buffer.from(await sealer.unseal(settled ?? fresh), 'base64url')
}

async function readSeal(db: Kysely<Tables>, workspace: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('seals')
    .where('workspace', '=', workspace)
    .where('name', '=', HASH_KEY)
    .select('sealed')
    .executeTakeFirst()
  return row?.sealed
}

async function openKey(sealed: string, sealer: Sealer): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await sealer.unseal(sealed), 'base64url')
  } catch {
    return undefined
  }
}

function unreadable(cause: unknown): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'LEDGER_BODY_UNREADABLE',
    message: 'a stored record body cannot be opened with the keys of this vault',
    remedy:
      'Restore the vault.json (and its key) that this ledger was used with, or replay with the records read from the source.',
    cause,
  })
}

function notPrepared(): never {
  throw new EngineError({
    kind: 'defect',
    code: 'LEDGER_BODY_UNPREPARED',
    message: 'a record body was not hashed before its transaction',
    remedy: 'This is a defect of ml-connector: report it with the stack that --verbose prints.',
  })
}
