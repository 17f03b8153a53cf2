import { redactor } from '../../engine/sdk/index.ts'
import type { Sage300Settings } from './settings.ts'

/** What goes on the wire in `Authorization`, and how its parts are kept out of every text that people see. */
export interface Credentials {
  readonly authorization: string
  redact(text: string): string
}

export function credentialsOf({ userId, password, upperCasePassword }: Sage300Settings): Credentials {
  const own = password.reveal()
  const sent = upperCasePassword ? own.toUpperCase() : own
  const basic = base64(`${userId}:${sent}`)
  return {
    authorization: `Basic ${basic}`,
    redact: redactor([basic, own, sent]),
  }
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
