import type { FlowPlan } from '../core/plan.ts'
import type { Connector } from '../sdk/connector.ts'
import type { FlowContext } from './context.ts'
import { createReporter, type Diagnostic, sortDiagnostics } from './diagnostics/diagnostic.ts'
import { DEFAULT_LIMITS, type Limits } from './expression/ast.ts'
import { loadFlow } from './load-flow.ts'
import { flowTableReader, NOTHING_GIVEN, readFlow } from './workspace/load-workspace.ts'

export interface ValidateOptions {
  readonly registry: ReadonlyMap<string, Connector>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly knobs?: Partial<Limits>
}

export interface ValidatedFiles {
  readonly flows: readonly FlowPlan[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Flow files without a workspace: those of the library, or those of a pull request. Every connector counts as one connection of
 * its own name, parameters have their defaults.
 */
export function validateFiles(paths: readonly string[], options: ValidateOptions): ValidatedFiles {
  const reporter = createReporter()
  const flows: FlowPlan[] = []
  const readTable = flowTableReader(reporter)
  for (const path of paths) {
    const source = readFlow(path, reporter)
    if (!source) continue
    const context: FlowContext = {
      workspace: 'library',
      timezone: 'UTC',
      registry: options.registry,
      tables: new Map(),
      env: options.env,
      limits: { ...DEFAULT_LIMITS, ...options.knobs },
      metadata: () => undefined,
      given: NOTHING_GIVEN,
      reporter,
      file: path,
      readTable,
    }
    const plan = loadFlow(source, context)
    if (plan) flows.push(plan)
  }
  return { flows, diagnostics: sortDiagnostics(reporter.diagnostics) }
}
