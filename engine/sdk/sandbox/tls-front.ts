import { connect, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { ServerCertificate } from './certificate.ts'

/** A listening TLS server on a free port; `close` cuts what is open. */
export interface TlsFront {
  readonly port: number
  close(): Promise<void>
}

/** What stands behind the front, and what it shows of itself. */
export interface TlsFrontParts {
  readonly host: string
  /** Where the plain server listens. */
  readonly plainUrl: string
  readonly own: ServerCertificate
}

/** TLS in front of the plain server, byte for byte: what is cut behind it is cut before it. */
export async function startTlsFront({ host, plainUrl, own }: TlsFrontParts): Promise<TlsFront> {
  const { port } = new URL(plainUrl)
  const open = new Set<Socket>()
  const server = createServer({ key: own.key, cert: own.certificate }, outer => {
    const inner = connect({ port: Number(port), host })
    outer.pipe(inner).pipe(outer)
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      open.add(socket)
      // a broken connection is followed by its close, which says all there is to say
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
  })
  // a client that does not trust the certificate goes away in the handshake
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the TLS front has no port')
  return {
    port: address.port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
