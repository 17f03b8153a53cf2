import { createHash } from 'node:crypto'
import type { Json } from './record.ts'

/** JSON with sorted object keys: the same value always prints the same. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const object = value as { readonly [field: string]: Json }
  const members: string[] = []
  for (const key of Object.keys(object).sort())
    members.push(`${JSON.stringify(key)}:${canonicalJson(object[key] as Json)}`)
  return `{${members.join(',')}}`
}

/** Hash of a record's content: 32 hexadecimal characters of SHA-256 over its canonical JSON. */
export function fingerprint(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 32)
}
