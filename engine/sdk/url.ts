import { EngineError } from '../core/errors.ts'

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

export interface UrlRule {
  /** What the URL is, for messages: `settings.url`. */
  readonly what: string
  readonly allowLoopback: boolean
  isAllowedHost(host: string): boolean
  /** Systems on the customer's own premises: any port. */
  readonly anyPort?: boolean
  /** The customer has said that this server has no TLS: credentials then travel readable in their network. */
  readonly plainHttp?: boolean
}

/** A URL that credentials may be sent to: https and an allowed host, or loopback behind the development switch. */
export function checkUrl(url: string, rule: UrlRule): URL {
  const refuse = (why: string) =>
    new EngineError({
      kind: 'configuration',
      code: 'URL_REFUSED',
      message: `${rule.what}: ${why}`,
      remedy:
        'Credentials only go to the system\'s own hosts over https. For a local sandbox set "development: { loopback: true }" in the workspace.',
    })
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw refuse('this is not a URL')
  }
  if (parsed.username || parsed.password) throw refuse('a URL must not carry credentials')
  if (LOOPBACK.has(parsed.hostname)) {
    if (rule.allowLoopback) return parsed
    throw refuse(`${parsed.host} is this machine`)
  }
  if (parsed.protocol !== 'https:' && !(rule.plainHttp && parsed.protocol === 'http:'))
    throw refuse(`${parsed.protocol.slice(0, -1)} is not https`)
  if (!rule.anyPort && parsed.port !== '' && parsed.port !== '443') throw refuse(`port ${parsed.port} is not expected`)
  if (!rule.isAllowedHost(parsed.hostname)) throw refuse(`${parsed.hostname} is not one of its hosts`)
  return parsed
}
