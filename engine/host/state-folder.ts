import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EngineError } from '../core/errors.ts'

/** The folder of a workspace's state: for its owner alone, and kept out of git by a file of its own. */
export function ensureStateFolder(file: string): void {
  const folder = dirname(file)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const ignore = join(folder, '.gitignore')
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n')
  } catch (thrown) {
    throw new EngineError({
      kind: 'configuration',
      code: 'CLI_STATE_FOLDER',
      message: `cannot write ${folder}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      remedy:
        'Runs keep their state there: make the folder writable, or set "ledger:" and "vault:" in ml-connector.yaml.',
      cause: thrown,
    })
  }
}
