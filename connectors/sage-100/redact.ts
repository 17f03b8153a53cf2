import { redactor } from '../../engine/sdk/index.ts'
import type { Sage100Settings } from './settings.ts'

/** What goes on the wire, and how it is kept out of every text that people see. */
export interface Credentials {
  /** `Authorization`; undefined where the agent stores a logon of its own. */
  readonly basic: string | undefined
  readonly agentKey: string | undefined
  readonly logon: { readonly username: string; readonly password: string }
  redact(text: string): string
}

export function credentialsOf({ username, password, agentKey }: Sage100Settings): Credentials {
  const own = password?.reveal()
  const key = agentKey?.reveal()
  const basic = own === undefined ? undefined : base64(`${username}:${own}`)
  const secrets = [basic, own, key].filter(it => it !== undefined)
  return {
    basic: basic === undefined ? undefined : `Basic ${basic}`,
    agentKey: key,
    logon: { username, password: own ?? '' },
    redact: redactor(secrets),
  }
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
