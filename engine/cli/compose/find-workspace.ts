import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { EngineError } from '../../core/errors.ts'

const FILE = 'ml-connector.yaml'

/** Folder of the workspace: `--workspace`, or the nearest one upwards from `cwd` that holds ml-connector.yaml. */
export function findWorkspace(cwd: string, wished: string | undefined): string {
  if (wished !== undefined) {
    const folder = resolve(cwd, wished)
    if (existsSync(join(folder, FILE))) return folder
    throw missing(`${folder} holds no ${FILE}`)
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, FILE))) return folder
    if (folder === dirname(folder)) throw missing(`neither ${resolve(cwd)} nor a folder above it holds ${FILE}`)
  }
}

function missing(message: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_NO_WORKSPACE',
    message,
    remedy: 'Go into a workspace, name one by --workspace <folder>, or make one: "ml-connector init <folder>".',
  })
}
