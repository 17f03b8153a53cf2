import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { EngineError } from '../core/errors.ts'

const FILE = 'ml-connector.yaml'

/** Folder of the workspace: `--workspace`, or the nearest one upwards from `cwd` that holds ml-connector.yaml. */
export function findWorkspace(cwd: string, wished: string | undefined): string {
  if (wished !== undefined) {
    const folder = resolve(cwd, wished)
    if (existsSync(join(folder, FILE))) return folder
    throw missing(`${folder} holds no ${FILE}`)
  }
  const found = workspaceAbove(resolve(cwd))
  if (found === undefined) throw missing(`neither ${resolve(cwd)} nor a folder above it holds ${FILE}`)
  return found
}

/** The nearest folder from this one upwards that is a workspace. */
export function workspaceAbove(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, FILE))) return folder
    if (folder === dirname(folder)) return undefined
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
