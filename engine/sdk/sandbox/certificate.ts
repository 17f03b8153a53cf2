import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'

/** What a server shows, and what a client must hold to trust it; made anew for every sandbox, so that no key lies in a repository. */
export interface ServerCertificate {
  readonly key: string
  readonly certificate: string
  /** PEM of whoever vouches for it: itself, or an authority. */
  readonly trusted: string
  /** SHA-256 of the server's own, hexadecimal with colons. */
  readonly fingerprint: string
}

/** own: signed by nobody else, as IIS makes one for itself. authority: signed by the authority of the company. */
export type Voucher = 'own' | 'authority'

const DAY_MS = 86_400_000

/** For `localhost`, 127.0.0.1 and ::1; valid from yesterday for ten years. */
export function createCertificate(voucher: Voucher, now: Date): ServerCertificate {
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = voucher === 'own' ? server : authority
  const root = { subject: 'Sandbox Authority', extensions: [IS_AUTHORITY], serial: 1 }
  const leaf = { subject: 'localhost', extensions: voucher === 'own' ? [NAMES, IS_AUTHORITY] : [NAMES], serial: 2 }
  const signer = { name: voucher === 'own' ? leaf.subject : root.subject, key: issuer.privateKey }
  const certificate = issue({ ...leaf, publicKey: server.publicKey, now }, signer)
  const vouching = voucher === 'own' ? certificate : issue({ ...root, publicKey: authority.publicKey, now }, signer)
  return {
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: certificate.toString(),
    trusted: vouching.toString(),
    fingerprint: certificate.fingerprint256,
  }
}

interface Subject {
  readonly subject: string
  readonly serial: number
  readonly extensions: readonly Uint8Array[]
  readonly publicKey: KeyObject
  readonly now: Date
}

interface Signer {
  readonly name: string
  readonly key: KeyObject
}

/** X.509 version 3 (RFC 5280). */
function issue({ subject, serial, extensions, publicKey, now }: Subject, signer: Signer): X509Certificate {
  const body = sequence(
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([serial])),
    sequence(ECDSA_SHA256),
    nameOf(signer.name),
    sequence(utcTime(now, -1), utcTime(now, 3650)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, signer.key)
  return new X509Certificate(sequence(body, sequence(ECDSA_SHA256), der(BIT_STRING, Buffer.from([0]), signature)))
}

// X.690 tags, and the object identifiers of RFC 5280 and RFC 5758 that are needed
const [INTEGER, BIT_STRING, OCTET_STRING, UTF8, UTC_TIME, SEQUENCE, SET] = [2, 3, 4, 12, 23, 0x30, 0x31] as const
const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
const COMMON_NAME = Buffer.from('0603550403', 'hex')
const ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex')
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex')

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: readonly Uint8Array[]) => der(SEQUENCE, ...parts)
const extension = (id: Uint8Array, value: Uint8Array) => sequence(id, der(OCTET_STRING, value))
const nameOf = (common: string) => sequence(der(SET, sequence(COMMON_NAME, der(UTF8, Buffer.from(common)))))

/** `localhost`, 127.0.0.1 and ::1. */
const NAMES = extension(
  ALTERNATIVE_NAME,
  sequence(
    der(0x82, Buffer.from('localhost')),
    der(0x87, Buffer.from([127, 0, 0, 1])),
    der(0x87, Buffer.from([...Array.from({ length: 15 }, () => 0), 1])),
  ),
)
const IS_AUTHORITY = extension(BASIC_CONSTRAINTS, sequence(Buffer.from([1, 1, 0xff])))

const utcTime = (now: Date, days: number) => {
  const text = new Date(now.getTime() + days * DAY_MS).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return der(UTC_TIME, Buffer.from(text.slice(2)))
}
