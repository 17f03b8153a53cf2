import { randomBytes } from 'node:crypto'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { vaultError } from './errors.ts'

/** An entry of the vault: whose it is stays readable, its value is sealed. */
export interface SealedEntry {
  readonly connection: string
  readonly name: string
  readonly sealed: string
  readonly setAt: string
}

/** vault.json. A person can read what is in it, and nothing of what it holds. */
export interface VaultDocument {
  readonly format: 'ml-connector-vault'
  readonly version: 1
  /** Id of the key that seals the entries. */
  readonly kid: string
  /** base64url: makes a key of a passphrase (scrypt). */
  readonly salt: string
  readonly secrets: readonly SealedEntry[]
  readonly tokens: readonly SealedEntry[]
  /** Keys of record bodies, sealed; the last one seals, all of them open. Their ids are those of the keys inside. */
  readonly bodyKeys: readonly { readonly kid: string; readonly sealed: string; readonly madeAt: string }[]
}

export function newSalt(): string {
  return randomBytes(16).toString('base64url')
}

export function newDocument(salt: string, kid: string): VaultDocument {
  return { format: 'ml-connector-vault', version: 1, kid, salt, secrets: [], tokens: [], bodyKeys: [] }
}

const text = { type: 'string' }
const sealed = { type: 'string', pattern: '^[\\w-]+\\.\\.[\\w-]+\\.[\\w-]*\\.[\\w-]+$' }
const entries = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['connection', 'name', 'sealed', 'setAt'],
    properties: { connection: text, name: text, sealed, setAt: text },
  },
}

const isDocument = new Ajv2020().compile<VaultDocument>({
  type: 'object',
  additionalProperties: false,
  required: ['format', 'version', 'kid', 'salt', 'secrets', 'tokens', 'bodyKeys'],
  properties: {
    format: { const: 'ml-connector-vault' },
    version: { const: 1 },
    kid: text,
    salt: text,
    secrets: entries,
    tokens: entries,
    bodyKeys: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['kid', 'sealed', 'madeAt'],
        properties: { kid: text, sealed, madeAt: text },
      },
    },
  },
})

/** The text of vault.json. Throws `VAULT_DAMAGED` or `VAULT_NEWER`. */
export function parseDocument(content: string, file: string): VaultDocument {
  const value = parseJson(content, file)
  if (isDocument(value)) return value
  if (isNewer(value)) throw vaultError('VAULT_NEWER', `${file} was written by a newer version of ml-connector`)
  const [problem] = isDocument.errors ?? []
  throw vaultError('VAULT_DAMAGED', `${file} is no vault: ${problem?.instancePath || 'it'} ${problem?.message ?? ''}`)
}

function parseJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content)
  } catch (thrown) {
    throw vaultError('VAULT_DAMAGED', `${file} is no JSON`, thrown)
  }
}

function isNewer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('version' in value)) return false
  return 'format' in value && value.format === 'ml-connector-vault' && Number(value.version) > 1
}
