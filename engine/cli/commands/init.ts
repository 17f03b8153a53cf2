import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { EngineError } from '../../core/errors.ts'
import { ensureStateFolder } from '../../host/index.ts'
import { createKeyFile } from '../../vault/index.ts'
import type { Context } from '../context.ts'
import { done } from '../end.ts'
import { initConnector } from '../init/connector.ts'
import { workspaceExamples } from '../init/examples.ts'
import { workspaceFiles } from '../init/files.ts'
import { schemaFiles } from '../schemas.ts'
import type { Verb } from '../verb.ts'

const STATE = '.ml-connector'

export const init: Verb = {
  name: 'init',
  summary: 'make a workspace: its file, folders and the key of its vault; overwrites nothing',
  details: 'A folder that is to be called connector is written ./connector.',
  arguments: [{ name: 'folder', description: 'where (default: here)', isOptional: true }],
  options: [{ name: 'name', kind: 'text', description: 'name of the workspace (default: that of the folder)' }],
  examples: [{ line: 'init acme', does: 'makes the folder acme with a workspace in it' }],
  verbs: [initConnector],
  json: {
    folder: 'path of the workspace',
    created: 'files that were written',
    kept: 'files that were there already and stay as they are',
  },
  async run(context, given) {
    const folder = resolve(context.terminal.cwd, given.text('folder') ?? context.folder ?? '.')
    const name = nameOf(given.text('name') ?? basename(folder))
    const files = workspaceFiles(name, workspaceExamples(context.product))
    const created: string[] = []
    const kept: string[] = []
    try {
      for (const [path, content] of Object.entries(files))
        (writeNew(join(folder, path), content) ? created : kept).push(path)
    } catch (thrown) {
      throw unwritable(folder, thrown)
    }
    const key = join(folder, STATE, 'key')
    ensureStateFolder(key)
    const hasVault = existsSync(join(folder, STATE, 'vault.json'))
    if (hasVault && !existsSync(key) && !context.terminal.env['ML_CONNECTOR_KEY']) throw lostKey(key)
    if (existsSync(key) || hasVault) kept.push(`${STATE}/key`)
    else {
      await createKeyFile(key)
      created.push(`${STATE}/key`)
    }
    copySchemas(context, join(folder, STATE, 'schemas'))
    return done({ folder, created, kept }, () => text(context, folder, created, kept))
  },
}

/** A new key would open nothing that the vault holds. */
function lostKey(key: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_KEY_LOST',
    message: `there is a vault, but not its key ${key}`,
    remedy:
      'Restore the key file from a backup, or set ML_CONNECTOR_KEY. Without it, remove vault.json and set the secrets again.',
  })
}

/** Names may hold what file names hold; the schema of the workspace file is stricter. */
function nameOf(text: string): string {
  const name = text
    // ü → u, é → e: the letter without its mark
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return /^[a-z]/.test(name) ? name : `workspace${name ? `-${name}` : ''}`
}

/** False when it was there: `wx` also when it appeared just now. */
function writeNew(file: string, content: string): boolean {
  mkdirSync(dirname(file), { recursive: true })
  try {
    writeFileSync(file, content, { flag: 'wx' })
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false
    // half a file would be taken for the user's own by the next "init"
    if (codeOf(thrown) === 'ENOSPC') rmSync(file, { force: true })
    throw thrown
  }
}

/** Of this version of ml-connector: replaced every time, so that "init" again brings an editor up to date. */
function copySchemas({ product }: Context, folder: string): void {
  for (const { path } of schemaFiles(product.schemas)) {
    const to = join(folder, relative(product.schemas, path))
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(path, to)
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
}

function unwritable(folder: string, thrown: unknown): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_FOLDER',
    message: `cannot write ${folder}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    remedy:
      codeOf(thrown) === 'ENOSPC' ? 'Free disk space, and run it again.' : 'Name a folder that this user may write.',
    cause: thrown,
  })
}

function text(
  { colours, terminal }: Context,
  folder: string,
  created: readonly string[],
  kept: readonly string[],
): string {
  const at = relative(terminal.cwd, folder) || '.'
  const lines = [
    ...created.map(it => `${colours.green('✓')} ${it}`),
    ...kept.map(it => colours.dim(`  ${it} was there and stays`)),
  ]
  const go = at === '.' ? '' : `"cd ${/^[\w./-]+$/.test(at) ? at : `'${at}'`}", then `
  return `${lines.join('\n')}\n\nNext: ${go}name connections and flows in ml-connector.yaml, "ml-connector validate", "ml-connector secret set …", "ml-connector ping".\n`
}
