import { globSync, statSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { EngineError } from '../core/errors.ts'
import type { FlowPlan } from '../core/plan.ts'
import { type Diagnostic, loadWorkspace, scenarioFolder, validateFiles, WORKSPACE_FILE } from '../flow/index.ts'
import { findWorkspace, workspaceAbove } from '../host/index.ts'
import type { Context } from './context.ts'
import { hereOf, showFile } from './show/place.ts'

export interface CheckedFlows {
  readonly flows: readonly FlowPlan[]
  /** Files named as a person in the current folder names them. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What `validate` and `test` look at: flow files, folders of them (such as the library), workspaces; without paths, the workspace of the
 * current folder. A file that a workspace uses is checked as a part of it: with its tables, connections and saved metadata. No secret is
 * read and nobody is dialled.
 */
export function checkFlows(context: Context, paths: readonly string[]): CheckedFlows {
  const { product, terminal } = context
  const { registry, library } = product
  const options = { registry, env: terminal.env, library }
  const targets =
    paths.length > 0 ? paths.map(it => resolve(terminal.cwd, it)) : [findWorkspace(terminal.cwd, context.folder)]
  const found = targets.flatMap(target => {
    const files = filesOf(target, scenarioFolder(library))
    return files === 'workspace' ? [loadWorkspace(target, options)] : checkFiles(files, options)
  })
  const here = hereOf(context)
  return {
    flows: found.flatMap(it => it.flows),
    diagnostics: found.flatMap(it => it.diagnostics).map(it => ({ ...it, file: showFile(it.file, here) })),
  }
}

function checkFiles(files: readonly string[], options: Parameters<typeof loadWorkspace>[1]): readonly CheckedFlows[] {
  const byWorkspace = Map.groupBy(files, file => workspaceAbove(dirname(file)))
  return [...byWorkspace].flatMap(([folder, those]) => {
    if (folder === undefined) return [validateFiles(those, options)]
    const loaded = loadWorkspace(folder, options)
    const [its, others] = [
      those.filter(it => loaded.files.includes(it)),
      those.filter(it => !loaded.files.includes(it)),
    ]
    const isElsewhere = (file: string) =>
      file === join(folder, WORKSPACE_FILE) || (loaded.files.includes(file) && !its.includes(file))
    const part = {
      flows: loaded.flows.filter(it => its.includes(resolve(folder, it.file))),
      diagnostics: loaded.diagnostics.filter(it => !isElsewhere(it.file)),
    }
    return [...(its.length > 0 ? [part] : []), ...(others.length > 0 ? [validateFiles(others, options)] : [])]
  })
}

/** Reference tables may be YAML as well: they live in folders of that name. */
const IGNORED = ['**/node_modules/**', '**/tables/**', '**/.*/**', `**/${WORKSPACE_FILE}`]

/** `scenarios` is the folder of the demo's scenarios: YAML files beside the library's flows that are none. */
function filesOf(path: string, scenarios: string): readonly string[] | 'workspace' {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw notFound(`${path} is not there`)
  if (!stat.isDirectory()) return path.endsWith(WORKSPACE_FILE) ? notAFlow(path) : [path]
  const isScenario = (file: string) => file.startsWith(`${scenarios}${sep}`)
  if (statSync(join(path, WORKSPACE_FILE), { throwIfNoEntry: false })) return 'workspace'
  const files = globSync('**/*.{yaml,yml}', { cwd: path, exclude: IGNORED })
    .sort()
    .map(it => join(path, it))
    .filter(it => !isScenario(it))
  if (files.length === 0) throw notFound(`${path} holds no flow files (*.yaml)`)
  return files
}

function notAFlow(path: string): never {
  throw new EngineError({
    kind: 'configuration',
    code: 'CLI_NO_FILES',
    message: `${path} is a workspace file, not a flow`,
    remedy: 'Name its folder: the workspace is checked as a whole.',
  })
}

function notFound(message: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_NO_FILES',
    message,
    remedy: 'Name flow files, folders of them, or the folder of a workspace.',
  })
}
