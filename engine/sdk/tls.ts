import { Agent } from 'node:https'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect } from 'node:tls'

/** Whom to trust at an on-premises server whose certificate no public authority signed. Never "anybody". */
export interface TlsTrust {
  /** PEM of one or more certificates: authorities, or the server's own. */
  readonly authorities?: string
  /** SHA-256 fingerprint of the server's certificate, hexadecimal, colons or not. Alone, it takes the place of authority and name. */
  readonly fingerprint?: string
}

/** One agent per trust, so that connections are kept alive and sessions are never shared between trusts. */
export function agentFor(trust: TlsTrust): Agent {
  const key = `${trust.authorities ?? ''}\n${trust.fingerprint ?? ''}`
  const held = agents.get(key) ?? new TrustingAgent(trust)
  agents.set(key, held)
  return held
}

const agents = new Map<string, Agent>()

class TrustingAgent extends Agent {
  readonly #trust: TlsTrust

  constructor(trust: TlsTrust) {
    // a resumed session would skip the look at the certificate
    super({ keepAlive: true, maxCachedSessions: 0 })
    this.#trust = trust
  }

  /** The socket is handed over only after its certificate was looked at: nothing is sent to a stranger. */
  override createConnection(
    options: Parameters<Agent['createConnection']>[0],
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { authorities, fingerprint } = this.#trust
    const socket = connect({
      // what an Agent passes on are options of a TLS connection, under a wider name
      ...(options as ConnectionOptions),
      ...(authorities === undefined ? {} : { ca: authorities }),
      rejectUnauthorized: fingerprint === undefined || authorities !== undefined,
    })
    const fail = (error: Error) => callback?.(error, socket)
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      socket.off('error', fail)
      if (fingerprint === undefined || sameFingerprint(socket.getPeerCertificate().fingerprint256, fingerprint))
        return callback?.(null, socket)
      socket.destroy()
      fail(Object.assign(new Error('the certificate of the server is not the pinned one'), { code: 'CERT_NOT_PINNED' }))
    })
    return undefined
  }
}

function sameFingerprint(shown: string, pinned: string): boolean {
  const plain = (text: string) => text.replaceAll(':', '').toLowerCase()
  return plain(shown) === plain(pinned)
}
