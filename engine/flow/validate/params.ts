import type { Json } from '../../core/record.ts'
import type { FlowContext, OpenFlow } from '../context.ts'
import type { SourceFile, Span } from '../diagnostics/source-file.ts'
import { hint, suggest } from '../diagnostics/suggest.ts'
import type { ParamType } from '../flow-file.ts'
import { type Entry, entryOf, type Tree, toJson } from '../read/tree.ts'

export interface ResolvedParams {
  readonly params: Readonly<Record<string, Json>>
  readonly declared: readonly Entry[]
  /** Names whose value is not what was meant: something was reported, and what depends on them is not reported again. */
  readonly broken: ReadonlySet<string>
  /** `params` itself is misspelt: no name can be looked up. */
  readonly isUnknown: boolean
}

const TYPES: Readonly<Record<ParamType, { readonly is: (value: Json) => boolean; readonly empty: Json }>> = {
  string: { is: value => typeof value === 'string', empty: '' },
  number: { is: value => typeof value === 'number', empty: 0 },
  integer: { is: Number.isInteger, empty: 0 },
  boolean: { is: value => typeof value === 'boolean', empty: false },
}

const isParamType = (type: Json | undefined): type is ParamType =>
  typeof type === 'string' && Object.hasOwn(TYPES, type)

/** The value of every declared parameter: given, else the default. A wrong or missing one is reported once and stands in as empty. */
export function resolveParams(tree: Tree, source: SourceFile, context: FlowContext): ResolvedParams {
  const written = entryOf(tree, 'params')?.value
  const declared = written?.is === 'map' ? written.entries : []
  const params: Record<string, Json> = {}
  const broken = new Set<string>()
  for (const entry of declared) {
    const before = context.reporter.diagnostics.length
    const value = paramValue(entry, source, context)
    params[entry.key] = value ?? ''
    if (value === undefined || context.reporter.diagnostics.length > before) broken.add(entry.key)
  }
  reportUnknownGiven(declared, source, context)
  const isUnknown = !written && tree.is === 'map' && tree.entries.some(it => suggest(it.key, ['params']).length > 0)
  return { params, declared, broken, isUnknown }
}

function paramValue(entry: Entry, source: SourceFile, context: FlowContext): Json | undefined {
  const { given, reporter } = context
  const type = member(entry.value, 'type')
  // a declaration without a valid type is the shape check's business
  if (!isParamType(type)) return undefined
  const expected = TYPES[type]
  const name = entry.key
  const wrong = (value: Json, at: SourceFile, span: Span): Json => {
    reporter.report(at, span, {
      code: 'FLOW_PARAM_TYPE',
      message: `the parameter "${name}" is a ${type}, not ${JSON.stringify(value)}`,
      remedy: `Give a ${type}.`,
    })
    return expected.empty
  }
  const fromWorkspace = Object.hasOwn(given.values, name) ? given.values[name] : undefined
  if (fromWorkspace !== undefined) {
    if (expected.is(fromWorkspace) && isAllowed(entry, fromWorkspace)) return fromWorkspace
    return wrong(fromWorkspace, given.source ?? source, given.spanOf(name))
  }
  const fallback = entryOf(entry.value, 'default')
  if (!fallback) {
    // a misspelt default is reported as an unknown key
    if (entry.value.is === 'map' && entry.value.entries.some(it => suggest(it.key, ['default']).length > 0))
      return undefined
    // a file that is checked on its own has nobody who could give it
    if (!context.connections) return expected.empty
    reporter.report(given.source ?? source, given.source ? given.spanOf('') : entry.keySpan, {
      code: 'FLOW_PARAM_MISSING',
      message: `the parameter "${name}" has no default and is not given`,
      remedy: `Give it under with: { ${name}: … } in the workspace.`,
    })
    return expected.empty
  }
  const value = toJson(fallback.value)
  return expected.is(value) && isAllowed(entry, value) ? value : wrong(value, source, fallback.value.span)
}

function isAllowed(entry: Entry, value: Json): boolean {
  const values = member(entry.value, 'values')
  return !Array.isArray(values) || values.includes(value)
}

function member(tree: Tree, key: string): Json | undefined {
  const entry = entryOf(tree, key)
  return entry ? toJson(entry.value) : undefined
}

function reportUnknownGiven(declared: readonly Entry[], source: SourceFile, { given, reporter }: FlowContext): void {
  const names = declared.map(it => it.key)
  for (const name of Object.keys(given.values)) {
    if (names.includes(name)) continue
    reporter.report(given.source ?? source, given.spanOf(name), {
      code: 'FLOW_UNKNOWN_PARAM',
      message: `the flow has no parameter "${name}"`,
      ...hint(name, names),
    })
  }
}

/** `$param("name")`, its quotes possibly escaped. */
const PARAM_CALL = /\$param\(\s*\\?["']+([A-Za-z0-9_-]+)/g

/** Parameters that neither `${name}` nor `$param("name")` refers to. */
export function warnUnused(flow: OpenFlow, { declared }: ResolvedParams, used: ReadonlySet<string>): void {
  const { reporter } = flow.context
  // most likely it was meant where something else was reported
  if (reporter.diagnostics.some(it => it.severity === 'error' && it.file === flow.source.path)) return
  const inExpressions = new Set([...flow.source.text.matchAll(PARAM_CALL)].map(it => it[1] ?? ''))
  for (const { key, keySpan } of declared) {
    if (used.has(key) || inExpressions.has(key)) continue
    reporter.report(flow.source, keySpan, {
      code: 'FLOW_PARAM_UNUSED',
      message: `the parameter "${key}" is never used`,
      remedy: 'Remove it, or refer to it by ${name} in settings or $param("name") in expressions.',
    })
  }
}
