import { EngineError, type ErrorKind } from '../core/errors.ts'

/** What can be wrong with a vault, and what a person does about it. The file is never touched by any of these. */
const FAILURES = {
  VAULT_KEY_MISSING: {
    kind: 'configuration',
    remedy:
      'Set ML_CONNECTOR_KEY to the key of this vault, or put its key file back to .ml-connector/key. A new workspace gets one by "ml-connector init".',
  },
  VAULT_KEY_WEAK: {
    kind: 'configuration',
    remedy: 'Give a key of 32 random bytes in base64url (43 characters), or a passphrase of at least 20 characters.',
  },
  VAULT_KEY_WRONG: {
    kind: 'configuration',
    remedy: 'Give the key that sealed this vault (the latest one, if it was rotated), or restore its key file.',
  },
  VAULT_KEY_FILE_READABLE: {
    kind: 'configuration',
    remedy: 'Run "chmod 600" on the key file; if others may have read it, rotate the key as well.',
  },
  VAULT_KEY_FILE_DAMAGED: {
    kind: 'configuration',
    remedy:
      'Restore the key file from a backup; where the vault holds nothing yet, delete both and run "ml-connector init".',
  },
  VAULT_KEY_FILE_EXISTS: {
    kind: 'configuration',
    remedy: 'Keep the key that is there: a new one would not open the vault. To change it, rotate the key.',
  },
  VAULT_NEW_KEY_NEEDED: {
    kind: 'configuration',
    remedy:
      'The key comes from ML_CONNECTOR_KEY: give the new one, and set the variable to it for all processes afterwards.',
  },
  VAULT_NEW_KEY_UNUSED: {
    kind: 'configuration',
    remedy: 'The key comes from a key file: rotate without a new key, one is made.',
  },
  VAULT_DAMAGED: {
    kind: 'configuration',
    remedy: 'Restore vault.json from a backup; without one, delete it and enter the secrets again.',
  },
  VAULT_NEWER: {
    kind: 'configuration',
    remedy: 'Run the newer version of ml-connector, or restore a vault.json from before the upgrade.',
  },
  VAULT_ENTRY_DAMAGED: {
    kind: 'configuration',
    remedy: 'The entry was changed or copied from another one: set the secret again, or sign in again.',
  },
  VAULT_UNREADABLE: {
    kind: 'configuration',
    remedy: 'Give this user permission to read the file.',
  },
  VAULT_UNWRITABLE: {
    kind: 'configuration',
    remedy: 'Give this user permission to write in the folder, and check that its disk has room.',
  },
  VAULT_BUSY: {
    kind: 'transient',
    remedy: 'Another process holds the vault: wait for it, or find out why it hangs.',
  },
} as const satisfies Readonly<Record<string, { readonly kind: ErrorKind; readonly remedy: string }>>

export type VaultCode = keyof typeof FAILURES

export function vaultError(code: VaultCode, message: string, cause?: unknown): EngineError {
  return new EngineError({ ...FAILURES[code], code, message, ...(cause === undefined ? {} : { cause }) })
}
