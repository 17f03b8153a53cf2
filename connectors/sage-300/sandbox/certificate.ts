import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'

/** A certificate that no authority signed, as IIS makes one for itself; a new one for every sandbox, so that no key lies in a repository. */
export interface OwnCertificate {
  readonly key: string
  readonly certificate: string
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string
}

const DAY_MS = 86_400_000

export function createCertificate(now: Date): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(der(SET, sequence(COMMON_NAME, der(UTF8, Buffer.from('localhost')))))
  const body = sequence(
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    sequence(ECDSA_SHA256),
    name,
    sequence(utcTime(now, -1), utcTime(now, 3650)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension(ALTERNATIVE_NAME, NAMES), extension(BASIC_CONSTRAINTS, IS_AUTHORITY))),
  )
  const signature = sign('sha256', body, privateKey)
  const whole = sequence(body, sequence(ECDSA_SHA256), der(BIT_STRING, Buffer.from([0]), signature))
  const certificate = new X509Certificate(whole)
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { key, certificate: certificate.toString(), fingerprint: certificate.fingerprint256 }
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

/** `localhost`, 127.0.0.1 and ::1. */
const NAMES = sequence(
  der(0x82, Buffer.from('localhost')),
  der(0x87, Buffer.from([127, 0, 0, 1])),
  der(0x87, Buffer.from([...Array.from({ length: 15 }, () => 0), 1])),
)
const IS_AUTHORITY = sequence(Buffer.from([1, 1, 0xff]))

const utcTime = (now: Date, days: number) => {
  const text = new Date(now.getTime() + days * DAY_MS).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return der(UTC_TIME, Buffer.from(text.slice(2)))
}
