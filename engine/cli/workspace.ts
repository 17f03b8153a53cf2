import { hostname, userInfo } from 'node:os'
import { EngineError } from '../core/errors.ts'
import type { FlowPlan } from '../core/plan.ts'
import { type Diagnostic, hasErrors } from '../flow/index.ts'
import { findWorkspace, type OpenWorkspace as HeldWorkspace, type Host, openWorkspace } from '../host/index.ts'
import type { Context } from './context.ts'
import { logOf } from './log.ts'
import { type Here, hereOf, showFile } from './show/place.ts'
import { didYouMean } from './suggest.ts'

/** A workspace as the verbs use it. */
export interface OpenWorkspace extends HeldWorkspace {
  readonly context: Context
  /** Who does it: for runs and the audit trail. */
  readonly actor: string
}

/** The command line as the host of workspaces. */
export function hostOf(context: Context): Host {
  const { product, terminal, clock, signal } = context
  const { registry, library } = product
  return { registry, library, env: terminal.env, clock, signal, log: logOf(context) }
}

/** Finds, loads and afterwards closes the workspace. Throws when ml-connector.yaml itself cannot be used. */
export async function withWorkspace<T>(context: Context, work: (opened: OpenWorkspace) => Promise<T>): Promise<T> {
  const opening = openWorkspace(findWorkspace(context.terminal.cwd, context.folder), hostOf(context))
  if (opening.is === 'mistaken') throw mistakes(opening.diagnostics, hereOf(context))
  try {
    return await work({ ...opening.opened, context, actor: actor() })
  } finally {
    await opening.opened.close()
  }
}

/** Mistakes in files, as one error: the first of them in words, all of them in `details` of `--json`. */
export function mistakes(found: readonly Diagnostic[], here: Here): EngineError {
  const errors = found.filter(it => it.severity === 'error').map(it => ({ ...it, file: showFile(it.file, here) }))
  const lines = errors.map(it => `  ${it.file}:${it.line}:${it.column}  ${it.message}  ${it.code}`)
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_INVALID',
    message: `the workspace has ${errors.length === 1 ? 'a mistake' : `${errors.length} mistakes`}\n${lines.join('\n')}`,
    remedy: 'Run "ml-connector validate" to see them with the lines that they are in.',
    details: {
      diagnostics: errors.map(it => ({
        code: it.code,
        message: it.message,
        file: it.file,
        line: it.line,
        column: it.column,
      })),
    },
  })
}

/**
 * The flows of these names, in the order of the workspace; all of them when `names` is empty. A flow with mistakes stands in nobody's way
 * but its own: it is refused when it is asked for by name, or with all.
 */
export function flowsNamed(opened: OpenWorkspace, names: readonly string[]): readonly FlowPlan[] {
  const { flows, diagnostics } = opened
  if (names.length === 0) {
    if (hasErrors(diagnostics)) throw mistakes(diagnostics, hereOf(opened.context))
    return flows
  }
  for (const name of names) if (!flows.some(it => isCalled(it, name))) throw unknownFlow(opened, name)
  return flows.filter(flow => names.some(name => isCalled(flow, name)))
}

export function flowNamed(opened: OpenWorkspace, name: string): FlowPlan {
  const [flow] = flowsNamed(opened, [name])
  if (!flow) throw unknownFlow(opened, name)
  return flow
}

/** By its name, or by its file: `erp-to-crm/vendors` of the library, `flows/vendors.yaml` of the workspace. */
function isCalled(flow: FlowPlan, name: string): boolean {
  const file = flow.file.replace(/^library:/, '')
  return flow.name === name || file === name || file.replace(/\.ya?ml$/, '') === name
}

function unknownFlow({ flows, diagnostics, context }: OpenWorkspace, name: string): EngineError {
  // it may be there, and be what has the mistake
  if (hasErrors(diagnostics)) return mistakes(diagnostics, hereOf(context))
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_UNKNOWN',
    message: `the workspace has no flow "${name}"`,
    remedy:
      flows.length === 0
        ? NO_FLOWS
        : didYouMean(
            name,
            flows.map(it => it.name),
          ),
  })
}

/** What somebody does who has made a workspace and nothing else yet. */
export const NO_FLOWS = 'The workspace has no flow yet: name some under flows: in ml-connector.yaml.'

function actor(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    // no entry in the user database: containers with a bare uid
    return hostname()
  }
}
