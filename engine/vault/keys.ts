import { scrypt } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { Secret } from '../core/secret.ts'
import { vaultError } from './errors.ts'
import { codeOf, readText, replaceFile, writePrivate } from './files.ts'
import { randomKey, type SealKey, sealKey } from './seal.ts'

/** Where the key of a vault comes from. */
export type KeySource =
  /** base64url of 32 bytes, or a passphrase of at least 20 characters. */
  { readonly from: 'env'; readonly value: Secret } | { readonly from: 'file'; readonly file: string }

/** `ML_CONNECTOR_KEY` of the environment when it is set, else the key file. */
export function keySource(environment: Readonly<Record<string, string | undefined>>, keyFile: string): KeySource {
  // a line break at the end comes with `export KEY=$(cat …)` in some shells and with files of secrets in containers
  const value = environment['ML_CONNECTOR_KEY']?.trim()
  return value ? { from: 'env', value: new Secret(value) } : { from: 'file', file: keyFile }
}

/** Makes a key file that only its owner may read. Throws `VAULT_KEY_FILE_EXISTS` rather than replace one. */
export async function createKeyFile(file: string): Promise<void> {
  try {
    await writePrivate(file, `${randomKey().toString('base64url')}\n`, 'wx')
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') throw vaultError('VAULT_KEY_FILE_EXISTS', `${file} is there already`)
    throw vaultError('VAULT_UNWRITABLE', `${file} cannot be written (${codeOf(thrown)})`, thrown)
  }
}

const KEY = /^[\w-]{43}$/
const PASSPHRASE_LENGTH = 20
const deriveKey = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
)

/** A key as a person gives it: 43 characters of base64url are the key itself, anything else is a passphrase. */
export async function keyFromText(text: string, salt: string): Promise<SealKey> {
  if (KEY.test(text)) return sealKey(Buffer.from(text, 'base64url'))
  if (text.length < PASSPHRASE_LENGTH) {
    throw vaultError('VAULT_KEY_WEAK', `the vault's key has ${text.length} characters`)
  }
  const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
  return sealKey(await deriveKey(text.normalize('NFC'), Buffer.from(salt, 'base64url'), 32, cost))
}

/** The key with this id; undefined when the source has another one. */
export async function keyById(source: KeySource, kid: string, salt: string): Promise<SealKey | undefined> {
  const candidates =
    source.from === 'env' ? [await keyFromText(source.value.reveal(), salt)] : await fileKeys(source.file)
  return candidates.find(key => key.kid === kid)
}

/** The key for a vault that does not exist yet. */
export async function firstKey(source: KeySource, salt: string): Promise<SealKey> {
  if (source.from === 'env') return keyFromText(source.value.reveal(), salt)
  return readKeyFile(source.file)
}

/** Name of the key file that a rotation has prepared. */
export function nextKeyFile(file: string): string {
  return `${file}.next`
}

/**
 * Finishes a rotation that was cut off after the vault was written: then the key that opens it is the prepared one.
 * Only while the vault is locked.
 */
export async function finishRotation(source: KeySource, kid: string): Promise<void> {
  if (source.from !== 'file') return
  if ((await tryKeyFile(nextKeyFile(source.file)))?.kid === kid)
    await replaceFile(nextKeyFile(source.file), source.file)
}

// during a rotation the key that fits may be in either file
async function fileKeys(file: string): Promise<readonly SealKey[]> {
  const next = await tryKeyFile(nextKeyFile(file))
  if (next) return [next, ...((await tryKeyFile(file)) ? [await readKeyFile(file)] : [])]
  return [await readKeyFile(file)]
}

async function readKeyFile(file: string): Promise<SealKey> {
  const content = await readText(file)
  if (content === null)
    throw vaultError('VAULT_KEY_MISSING', `there is no key for the vault: neither ML_CONNECTOR_KEY nor ${file}`)
  await refuseReadable(file)
  if (!KEY.test(content.trim())) throw vaultError('VAULT_KEY_FILE_DAMAGED', `${file} holds no key`)
  return sealKey(Buffer.from(content.trim(), 'base64url'))
}

/** For a file that a rotation may have left half written, or not at all. */
async function tryKeyFile(file: string): Promise<SealKey | undefined> {
  const content = await readText(file)
  return content !== null && KEY.test(content.trim()) ? sealKey(Buffer.from(content.trim(), 'base64url')) : undefined
}

async function refuseReadable(file: string): Promise<void> {
  // Windows keeps permissions elsewhere
  if (process.platform === 'win32') return
  const { mode } = await stat(file)
  if (mode & 0o077) {
    const printed = (mode & 0o777).toString(8)
    throw vaultError('VAULT_KEY_FILE_READABLE', `${file} is readable by others (mode ${printed})`)
  }
}
