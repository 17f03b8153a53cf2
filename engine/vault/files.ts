import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Adapter } from 'lowdb'
import { parseDocument, type VaultDocument } from './document.ts'
import { vaultError } from './errors.ts'

/** The content, or null when there is no such file. Throws `VAULT_UNREADABLE`. */
export async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null
    throw vaultError('VAULT_UNREADABLE', `${file} cannot be read (${codeOf(thrown)})`, thrown)
  }
}

/** Writes a file that only its owner may read, and returns when it is on the disk. */
export async function writePrivate(file: string, content: string, flag: 'w' | 'wx' = 'w'): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, flag, 0o600)
  try {
    // the mode of open() does not touch a file that a killed process left behind
    await handle.chmod(0o600)
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Puts `from` in the place of `to`, on the disk as well: a kill or a power cut leaves the one or the other. */
export async function replaceFile(from: string, to: string): Promise<void> {
  await rename(from, to)
  const folder = await open(dirname(to), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * lowdb's own JSONFile renames as well, but leaves the file readable to everybody and unsynced: a token that was just renewed,
 * and whose predecessor is dead, would not survive a power cut.
 */
export function vaultFile(file: string): Adapter<VaultDocument | null> {
  return {
    async read() {
      const content = await readText(file)
      return content === null ? null : parseDocument(content, file)
    },
    async write(document) {
      try {
        await writePrivate(`${file}.next`, `${JSON.stringify(document, null, 2)}\n`)
        await replaceFile(`${file}.next`, file)
      } catch (thrown) {
        throw vaultError('VAULT_UNWRITABLE', `${file} cannot be written (${codeOf(thrown)})`, thrown)
      }
    },
  }
}

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown reason'
}
