import { fingerprint } from '../core/fingerprint.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { Json } from '../core/record.ts'
import { compileFlow } from './compile/compile-flow.ts'
import type { FlowContext, OpenFlow } from './context.ts'
import { hasErrors } from './diagnostics/diagnostic.ts'
import type { SourceFile } from './diagnostics/source-file.ts'
import type { ReferenceTable } from './expression/scope-functions.ts'
import { isExpressionPath } from './read/expression-paths.ts'
import { interpolate } from './read/interpolate.ts'
import { readYaml } from './read/read-yaml.ts'
import { entryOf, type Tree } from './read/tree.ts'
import { checkFlowShape } from './shape/check-shape.ts'
import { resolveParams, warnUnused } from './validate/params.ts'
import { resolveFlow } from './validate/resolve-flow.ts'
import { validateFlow } from './validate/validate-flow.ts'
import { mapTable } from './workspace/read-yaml-table.ts'

/** YAML text → plan. Undefined when anything about it is an error; warnings and notes do not stand in the way. */
export function loadFlow(source: SourceFile, context: FlowContext): FlowPlan | undefined {
  const before = context.reporter.diagnostics.length
  const failed = () => hasErrors(context.reporter.diagnostics.slice(before))
  const raw = readYaml(source, context.reporter)
  if (!raw) return undefined
  const resolved = resolveParams(raw, source, context)
  const used = new Set<string>()
  const { params } = resolved
  const standIns = new Set<number>()
  const { reporter, env } = context
  const { broken, isUnknown } = resolved
  const tolerant = { broken, isUnknown, standIns, missing: new Set<string>() }
  const by = { source, reporter, params, env, isLiteral: isExpressionPath, used, ...tolerant }
  const tree = withoutParams(raw, it => interpolate(it, by))
  const file = checkFlowShape(tree, source, reporter, standIns)
  if (!file || failed()) return undefined
  const flow: OpenFlow = { file, tree, source, params, ...tablesOf(tree, source, context), context }
  const ends = resolveFlow(flow)
  const checked = validateFlow(flow, ends)
  warnUnused(flow, resolved, used)
  if (failed() || !ends.source || ends.steps.some(it => !it.sink)) return undefined
  return compileFlow({ flow, ends, checked, hash: hashOf(flow) })
}

/** `params` itself is never interpolated. */
function withoutParams(raw: Tree, change: (tree: Tree) => Tree): Tree {
  if (raw.is !== 'map') return raw
  const changed = change({ ...raw, entries: raw.entries.filter(it => it.key !== 'params') })
  const params = entryOf(raw, 'params')
  if (!params || changed.is !== 'map') return changed
  return { ...changed, entries: [...changed.entries, params] }
}

function tablesOf(tree: Tree, source: SourceFile, context: FlowContext): Pick<OpenFlow, 'tables' | 'brokenTables'> {
  const tables = new Map<string, ReferenceTable>()
  const broken = new Set(context.brokenTables)
  const own = entryOf(tree, 'tables')?.value
  for (const { key, value } of own?.is === 'map' ? own.entries : []) {
    if (value.is === 'map') tables.set(key, mapTable(source, value))
    else if (value.is === 'scalar' && !context.tables.has(key)) {
      const table = context.readTable(String(value.value), source, value.span)
      if (table) tables.set(key, table)
      else broken.add(key)
    }
  }
  return { tables: new Map([...tables, ...context.tables]), brokenTables: broken }
}

/** Everything that decides what the flow does: its text, parameters, and the tables whose names occur in either. */
function hashOf({ source, params, tables, context }: OpenFlow): string {
  const words = `${source.text}\n${JSON.stringify(params)}`
  const used = [...tables].filter(([name]) => words.includes(name))
  const content: Json = {
    text: source.text,
    params,
    name: context.given.name ?? null,
    tables: used.map(([name, rows]): Json => [name, [...rows].map(([key, value]): Json => [key, value])]),
  }
  return fingerprint(content)
}
