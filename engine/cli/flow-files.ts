import { globSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { EngineError } from '../core/errors.ts'
import type { FlowPlan } from '../core/plan.ts'
import { type Diagnostic, loadWorkspace, validateFiles, WORKSPACE_FILE } from '../flow/index.ts'
import { findWorkspace } from './compose/find-workspace.ts'
import type { Context } from './context.ts'
import { hereOf, showFile } from './show/place.ts'

export interface CheckedFlows {
  readonly flows: readonly FlowPlan[]
  /** Files named as a person in the current folder names them. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What `validate` and `test` look at: flow files, folders of them (such as the library), workspaces; without paths, the workspace of the
 * current folder. No secret is read and nobody is dialled.
 */
export function checkFlows(context: Context, paths: readonly string[]): CheckedFlows {
  const { product, terminal } = context
  const { registry, library } = product
  const options = { registry, env: terminal.env }
  const targets =
    paths.length > 0 ? paths.map(it => resolve(terminal.cwd, it)) : [findWorkspace(terminal.cwd, context.folder)]
  const found = targets.map(target => {
    const files = filesOf(target)
    return files === 'workspace' ? loadWorkspace(target, { ...options, library }) : validateFiles(files, options)
  })
  const here = hereOf(context)
  return {
    flows: found.flatMap(it => it.flows),
    diagnostics: found.flatMap(it => it.diagnostics).map(it => ({ ...it, file: showFile(it.file, here) })),
  }
}

/** Reference tables may be YAML as well: they live in folders of that name. */
const IGNORED = ['**/node_modules/**', '**/tables/**', '**/.*/**', `**/${WORKSPACE_FILE}`]

function filesOf(path: string): readonly string[] | 'workspace' {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw notFound(`${path} is not there`)
  if (!stat.isDirectory()) return path.endsWith(WORKSPACE_FILE) ? notAFlow(path) : [path]
  if (statSync(join(path, WORKSPACE_FILE), { throwIfNoEntry: false })) return 'workspace'
  const files = globSync('**/*.{yaml,yml}', { cwd: path, exclude: IGNORED }).sort()
  if (files.length === 0) throw notFound(`${path} holds no flow files (*.yaml)`)
  return files.map(it => join(path, it))
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
