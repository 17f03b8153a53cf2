import { hash, randomBytes } from 'node:crypto'

/** A value of a chained row. */
export type Part = string | number | null | readonly string[]

/**
 * A row as its hash covers it. `told` is its history, for ever; `veiled` is what may identify a person: it enters the hash only through a
 * salted hash of its own, which takes its place when it is erased together with the salt. Then nobody can test guesses against it.
 */
export interface Chained {
  readonly told: readonly Part[]
  readonly veiled: readonly Part[]
  readonly salt: string | null
  /** Hash of what was veiled, once it was erased; null before. */
  readonly erased: string | null
}

// 192 bits: nobody finds a second row of the same hash, and a row is eleven bytes shorter than with 256
const HASH_LENGTH = 32
const SALT_BYTES = 12

function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, HASH_LENGTH)
}

/** What the first row of a trail follows. */
export function genesis(workspace: string, trail: string): string {
  return digest(JSON.stringify(['ml-connector audit trail', 1, workspace, trail]))
}

/** Salts for so many rows. */
export function newSalts(count: number): string[] {
  const text = randomBytes(SALT_BYTES * count).toString('base64url')
  const length = (SALT_BYTES * 4) / 3
  return Array.from({ length: count }, (_, no) => text.slice(no * length, (no + 1) * length))
}

export function veil(salt: string | null, veiled: readonly Part[]): string {
  return digest(JSON.stringify([salt, veiled]))
}

/** The hash of a row that follows the row of hash `previous`. */
export function chainHash(previous: string, { told, veiled, salt, erased }: Chained): string {
  return digest(JSON.stringify([previous, told, erased ?? veil(salt, veiled)]))
}
