export { createKeyFile, type KeySource, keySource } from './keys.ts'
export { tokenStore } from './token-store.ts'
export { openVault, type VaultOptions } from './vault.ts'
