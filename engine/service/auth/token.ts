import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ApiToken, Role } from '../../core/operations.ts'

/** By which people, and scanners for leaked secrets, know one. */
export const TOKEN_PREFIX = 'mlc_'
const BYTES = 32
/** Anything longer is none, and is not even hashed. */
const LONGEST = 256

export interface TokenWish {
  readonly id: string
  /** Whose it will be: named in the audit trail. */
  readonly name: string
  readonly role: Role
  readonly now: Date
  /** Absent: until it is revoked. */
  readonly expiresAt?: Date
}

/** A new token: its text, which nobody keeps, and what is kept of it. */
export function newToken({ id, name, role, now, expiresAt }: TokenWish): {
  readonly text: string
  readonly kept: ApiToken
} {
  const text = `${TOKEN_PREFIX}${randomBytes(BYTES).toString('base64url')}`
  const times = { createdAt: now.toISOString(), expiresAt: expiresAt?.toISOString() ?? null }
  return { text, kept: { id, name, role, hash: hashOf(text), ...times, lastUsedAt: null, revokedAt: null } }
}

/** SHA-256, hex: 32 random bytes need neither salt nor a slow hash. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** May this be one of ours at all? */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(TOKEN_PREFIX) && text.length <= LONGEST
}

export function isInForce({ revokedAt, expiresAt }: ApiToken, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now.getTime())
}

/** In a time that says nothing about where they differ. */
export function isSameHash(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)]
  return first.length === second.length && timingSafeEqual(first, second)
}
