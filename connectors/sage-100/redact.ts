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
  const secrets = [own, key].filter(it => it !== undefined)
  const forms = [...new Set([...(basic === undefined ? [] : [basic]), ...secrets.flatMap(formsOf)])]
  // the longest first: a shorter one may be part of it
  const ordered = forms.filter(it => it !== '').sort((a, b) => b.length - a.length)
  return {
    basic: basic === undefined ? undefined : `Basic ${basic}`,
    agentKey: key,
    logon: { username, password: own ?? '' },
    redact: text => ordered.reduce((clean, it) => clean.replaceAll(it, '[secret]'), text),
  }
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
const escapeMarkup = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** As servers echo it: plain, in a URL, in JSON, in markup, encoded. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  escapeMarkup(secret),
  escapeMarkup(secret).replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  escapeMarkup(secret).replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
  base64(secret),
]
