import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { vaultError } from './errors.ts'
import { codeOf } from './files.ts'

const BUSY = 5
const LOOK_AGAIN_MS = 20

export interface Locks {
  /** Runs `work` while nobody else, in this process or another, holds `name`. Not to be taken again inside. */
  hold<T>(name: string, work: () => Promise<T>): Promise<T>
}

/**
 * Locks over processes, by the lock of a tiny SQLite file. Chosen over a file that holds a process id, because the operating system
 * itself gives it back when its holder dies, however it dies: there is no stale lock to recognise, by a clock or by a process id that
 * somebody else has meanwhile. It is the locking that the ledger beside it relies on anyway.
 */
export function createLocks(folder: string, waitMs: number): Locks {
  const queues = new Map<string, Promise<unknown>>()
  return {
    async hold(name, work) {
      // callers of this process queue up here: they neither poll nor overtake each other
      const before = queues.get(name) ?? Promise.resolve()
      const mine = before.catch(() => {}).then(() => withFileLock(lockFile(folder, name), waitMs, work))
      queues.set(name, mine)
      try {
        return await mine
      } finally {
        if (queues.get(name) === mine) queues.delete(name)
      }
    },
  }
}

function lockFile(folder: string, name: string): string {
  return join(folder, `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.lock`)
}

async function withFileLock<T>(file: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const database = openLock(file)
  try {
    for (let waited = 0; !tryLock(database, file); waited += LOOK_AGAIN_MS) {
      if (waited >= waitMs) throw vaultError('VAULT_BUSY', `${file} has been held for ${waitMs} ms`)
      await delay(LOOK_AGAIN_MS)
    }
    return await work()
  } finally {
    database.close()
  }
}

function openLock(file: string): DatabaseSync {
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
    return new DatabaseSync(file)
  } catch (thrown) {
    throw vaultError('VAULT_UNWRITABLE', `${file} cannot be made (${codeOf(thrown)})`, thrown)
  }
}

function tryLock(database: DatabaseSync, file: string): boolean {
  try {
    // nothing is ever written: no journal beside it either
    database.exec('pragma journal_mode = memory; begin immediate')
    return true
  } catch (thrown) {
    if (thrown instanceof Error && 'errcode' in thrown && thrown.errcode === BUSY) return false
    throw vaultError('VAULT_UNWRITABLE', `${file} cannot be locked`, thrown)
  }
}
