import { randomBytes } from 'node:crypto'

// no i, l, o, u: nothing that is read wrongly aloud
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_CHARS = 10
const RANDOM_CHARS = 6

/** 16 characters that sort by time: a millisecond count, then chance. Short enough to be typed. */
export function newId(now: Date): string {
  let time = ''
  for (let rest = now.getTime(), at = 0; at < TIME_CHARS; at += 1, rest = Math.floor(rest / 32))
    time = `${ALPHABET[rest % 32]}${time}`
  const chance = [...randomBytes(RANDOM_CHARS)].map(byte => ALPHABET[byte % 32]).join('')
  return `${time}${chance}`
}
