import type { Kysely } from 'kysely'
import { EngineError } from '../core/errors.ts'
import type { Capabilities } from './dialects/capabilities.ts'
import type { Tables } from './schema.ts'
import { unique } from './values.ts'

// names are those of flows, connections, entities, fields: far fewer, unless somebody generates them
const KEPT = 20_000

/** Names already looked up: text → id. */
export type NameIds = (text: string) => number

/** The dictionary: what repeats in every row is stored once. Rows are never changed or removed, so both directions may be remembered. */
export interface Names {
  /** Ids of these names, made when they are new. Outside of a transaction only: what is remembered must not be rolled back. */
  intern(texts: Iterable<string>): Promise<NameIds>
  /** Ids of these names; undefined when one of them was never stored, and so nothing refers to it. */
  find(texts: Iterable<string>): Promise<NameIds | undefined>
  /** The same, name by name. */
  findSome(texts: Iterable<string>): Promise<(text: string) => number | undefined>
  texts(ids: Iterable<number>): Promise<(id: number) => string>
}

export function createNames(db: Kysely<Tables>, dialect: Capabilities): Names {
  const idOf = new Map<string, number>()
  const textOf = new Map<number, string>()
  const remember = (rows: readonly { readonly id: number; readonly text: string }[]) => {
    for (const { id, text } of rows) {
      idOf.set(text, id)
      textOf.set(id, text)
    }
  }
  const makeRoom = () => {
    if (idOf.size < KEPT) return
    idOf.clear()
    textOf.clear()
  }
  const load = async (texts: readonly string[]) => {
    const wanted = dialect.rowset(
      { text: 'text' },
      texts.map(text => ({ text })),
    )
    remember(
      await db
        .selectFrom(wanted.as('wanted'))
        .crossJoin('names')
        .whereRef('names.text', '=', 'wanted.text')
        .select(['names.id', 'names.text'])
        .execute(),
    )
  }
  const missingOf = (texts: readonly string[]) => texts.filter(text => !idOf.has(text))

  return {
    async intern(texts) {
      makeRoom()
      const all = unique(texts)
      if (missingOf(all).length > 0) await load(missingOf(all))
      const fresh = missingOf(all)
      if (fresh.length > 0) {
        const rows = fresh.map(text => ({ text }))
        const conflict = 'on conflict (text) do nothing'
        await dialect.insertRows(db, { table: 'names', columns: { text: 'text' }, rows, conflict })
        await load(fresh)
      }
      return lookup(all, idOf)
    },
    async find(texts) {
      makeRoom()
      const all = unique(texts)
      if (missingOf(all).length > 0) await load(missingOf(all))
      return missingOf(all).length > 0 ? undefined : lookup(all, idOf)
    },
    async findSome(texts) {
      makeRoom()
      const all = unique(texts)
      if (missingOf(all).length > 0) await load(missingOf(all))
      const found = new Map(all.map(text => [text, idOf.get(text)]))
      return text => found.get(text)
    },
    async texts(ids) {
      makeRoom()
      const all = [...new Set(ids)]
      const unknown = all.filter(id => !textOf.has(id))
      if (unknown.length > 0) {
        const wanted = dialect.rowset(
          { id: 'integer' },
          unknown.map(id => ({ id })),
        )
        remember(
          await db
            .selectFrom(wanted.as('wanted'))
            .crossJoin('names')
            .whereRef('names.id', '=', 'wanted.id')
            .select(['names.id', 'names.text'])
            .execute(),
        )
      }
      return lookup(all, textOf)
    },
  }
}

// a copy of what was asked for: another call may make room in the meantime
function lookup<K, V>(keys: readonly K[], from: ReadonlyMap<K, V>): (key: K) => V {
  const found = new Map<K, V>()
  for (const key of keys) {
    const value = from.get(key)
    if (value !== undefined) found.set(key, value)
  }
  return key => {
    const value = found.get(key)
    if (value === undefined) throw unknownName(String(key))
    return value
  }
}

function unknownName(name: string): EngineError {
  return new EngineError({
    kind: 'defect',
    code: 'LEDGER_NAME_UNKNOWN',
    message: `the ledger's dictionary has no entry for ${name}`,
    remedy: 'This is a defect of ml-connector, or the file was changed by another program.',
  })
}
