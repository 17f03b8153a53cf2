import { escapeXml } from './xml-text.ts'

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
const markup = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** As servers echo it: plain, in a URL or a form, in JSON, in markup, encoded. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  // half a character cannot stand in a URL, and would throw
  encodeURIComponent(secret.toWellFormed()),
  new URLSearchParams([['', secret]]).toString().slice(1),
  JSON.stringify(secret).slice(1, -1),
  markup(secret),
  markup(secret).replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  markup(secret).replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
  escapeXml(secret),
  base64(secret),
]

/** Takes every one of `secrets` out of a text, in whatever form it stands there. What is sent as a value of its own (`user:password` encoded) is a secret of its own. */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...secrets].flatMap(formsOf))].filter(it => it !== '')
  // the longest first: a shorter one may be part of it
  forms.sort((a, b) => b.length - a.length)
  return text => forms.reduce((clean, it) => clean.replaceAll(it, '[secret]'), text)
}
