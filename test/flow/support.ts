import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { FlowPlan } from '../../engine/core/plan.ts'
import type { Json } from '../../engine/core/record.ts'
import type { FlowContext } from '../../engine/flow/context.ts'
import { createReporter, type Diagnostic, sortDiagnostics } from '../../engine/flow/diagnostics/diagnostic.ts'
import { sourceFile } from '../../engine/flow/diagnostics/source-file.ts'
import { DEFAULT_LIMITS } from '../../engine/flow/expression/ast.ts'
import { loadFlow } from '../../engine/flow/load-flow.ts'
import { toyRegistry } from '../support/toy-connectors.ts'

export const MISTAKES = join(import.meta.dirname, 'mistakes')

/** A seeded mistake; see mistakes/README.md. */
export interface Mistake {
  readonly base?: 'vendors' | 'steps'
  readonly replace: string
  readonly by: string
  readonly code: string
  readonly at?: string
  /** The best suggestion; '' for none. */
  readonly suggests?: string
  /** Connections of the workspace, where other ones matter. */
  readonly connections?: Readonly<Record<string, string>>
}

export function baseFlow(name: 'vendors' | 'steps' = 'vendors'): string {
  return readFileSync(join(MISTAKES, `base-${name}.yaml`), 'utf8')
}

export function mistakes(): readonly { readonly file: string; readonly cases: readonly Mistake[] }[] {
  return readdirSync(MISTAKES)
    .filter(it => it.endsWith('.yaml') && !it.startsWith('base-'))
    .sort()
    .map(file => ({ file, cases: parse(readFileSync(join(MISTAKES, file), 'utf8')) as readonly Mistake[] }))
}

export interface Checked {
  readonly plan: FlowPlan | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** A flow text in a workspace of two connections, `erp` and `crm`, and one table. */
export function checkFlow(
  text: string,
  more: {
    readonly connections?: Readonly<Record<string, string>>
    readonly given?: Readonly<Record<string, Json>>
    readonly registry?: FlowContext['registry']
  } = {},
): Checked {
  const reporter = createReporter()
  const connections = Object.entries(more.connections ?? { erp: 'toy-erp', crm: 'toy-crm' })
  const context: FlowContext = {
    workspace: 'test',
    timezone: 'UTC',
    registry: more.registry ?? toyRegistry,
    connections: {
      all: connections.map(([name]) => name),
      of: connector => connections.filter(it => it[1] === connector).map(it => it[0]),
      connectorOf: name => connections.find(it => it[0] === name)?.[1],
    },
    tables: new Map([['category', new Map([['RETAIL', 'Retail']])]]),
    env: { REGION: 'eu' },
    limits: DEFAULT_LIMITS,
    metadata: () => undefined,
    given: { values: more.given ?? {}, spanOf: () => ({ start: 0, end: 0 }) },
    reporter,
    file: 'flow.yaml',
    readTable: () => undefined,
  }
  const plan = loadFlow(sourceFile('flow.yaml', text), context)
  return { plan, diagnostics: sortDiagnostics(reporter.diagnostics) }
}
