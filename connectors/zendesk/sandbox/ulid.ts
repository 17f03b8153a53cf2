import { randomBytes } from 'node:crypto'

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 26 characters, the first ten the time: ids of webhooks and invocations. */
export function ulid(at: Date): string {
  let time = at.getTime()
  let text = ''
  for (let i = 0; i < 10; i += 1) {
    text = DIGITS.charAt(time % 32) + text
    time = Math.floor(time / 32)
  }
  for (const byte of randomBytes(16)) text += DIGITS.charAt(byte % 32)
  return text
}
