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
  const forms = [...new Set([basic, ...[own, sent].flatMap(formsOf)])].filter(it => it !== '')
  // the longest first: a shorter one may be part of it
  forms.sort((a, b) => b.length - a.length)
  return {
    authorization: `Basic ${basic}`,
    redact: text => forms.reduce((clean, it) => clean.replaceAll(it, '[secret]'), text),
  }
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')

/** As servers echo it: plain, in a URL, in JSON, in HTML, encoded. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;'),
  base64(secret),
]
