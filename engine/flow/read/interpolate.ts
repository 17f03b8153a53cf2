import type { Json } from '../../core/record.ts'
import type { Finding, Reporter } from '../diagnostics/diagnostic.ts'
import type { SourceFile, Span } from '../diagnostics/source-file.ts'
import { hint } from '../diagnostics/suggest.ts'
import type { Entry, Path, ScalarTree, Tree } from './tree.ts'

export interface Interpolation {
  readonly source: SourceFile
  readonly reporter: Reporter
  readonly params: Readonly<Record<string, Json>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Values at these paths are left as they stand; their keys are interpolated all the same. */
  readonly isLiteral: (path: Path) => boolean
  /** Collects the parameters that were used. */
  readonly used: Set<string>
  /** Parameters that have no good value. */
  readonly broken?: ReadonlySet<string>
  /** No name can be looked up, and that was said. */
  readonly isUnknown?: boolean
  /** Names that were reported: one that is misspelt where it is declared is one mistake, however often it is used. */
  readonly missing?: Set<string>
  /** Collects where a value stands in for one that was reported: offsets of the scalars. */
  readonly standIns?: Set<number>
}

const PLACEHOLDER = /\$?\$\{([^}]*)\}/g

/**
 * Puts parameters and environment variables into keys and plain settings. A value that is nothing but `${name}` keeps the
 * parameter's type; `$${` stands for `${`.
 */
export function interpolate(tree: Tree, by: Interpolation, path: Path = []): Tree {
  if (tree.is === 'list') return { ...tree, items: tree.items.map((item, at) => interpolate(item, by, [...path, at])) }
  if (tree.is === 'map')
    return { ...tree, entries: tree.entries.map(it => interpolateEntry(it, tree.entries, by, path)) }
  if (typeof tree.value !== 'string' || !tree.value.includes('${') || by.isLiteral(path)) return tree
  return { ...tree, value: scalarOf(replace(tree.value, tree.span, by)) }
}

function interpolateEntry(entry: Entry, all: readonly Entry[], by: Interpolation, path: Path): Entry {
  if (!entry.key.includes('${')) return { ...entry, value: interpolate(entry.value, by, [...path, entry.key]) }
  const key = String(replace(entry.key, entry.keySpan, by))
  if (all.some(it => it !== entry && it.key === key))
    by.reporter.report(by.source, entry.keySpan, {
      code: 'FLOW_DUPLICATE_KEY',
      message: `"${entry.key}" is "${key}", which is written in the same map, too`,
      remedy: 'Keep one of them, or give the parameter another value.',
    })
  return { ...entry, key, value: interpolate(entry.value, by, [...path, key]) }
}

function scalarOf(value: Json): ScalarTree['value'] {
  return typeof value === 'object' ? JSON.stringify(value) : value
}

function replace(text: string, span: Span, by: Interpolation): Json {
  const whole = /^\$\{([^}]*)\}$/.exec(text)
  if (whole?.[1] !== undefined) return lookUp(whole[1], span, by) ?? text
  return text.replace(PLACEHOLDER, (written, name: string) =>
    written.startsWith('$$') ? written.slice(1) : String(lookUp(name, span, by) ?? written),
  )
}

function lookUp(name: string, span: Span, by: Interpolation): Json | undefined {
  const refuse = (finding: Finding): undefined => {
    by.standIns?.add(span.start)
    by.reporter.report(by.source, span, finding)
  }
  const variable = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(name)?.[1]
  if (variable !== undefined) {
    const value = by.env[variable]
    if (value !== undefined) return value
    return refuse({
      code: 'FLOW_ENV_MISSING',
      message: `the environment variable ${variable} is not set`,
      remedy: `Set ${variable} in the environment of the process.`,
    })
  }
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name))
    return refuse({
      code: 'FLOW_BAD_PLACEHOLDER',
      message: `"\${${name}}" is neither a parameter nor an environment variable`,
      remedy: 'Write ${name} or ${env:NAME}; $${ stands for ${ itself.',
    })
  if (Object.hasOwn(by.params, name)) {
    by.used.add(name)
    if (by.broken?.has(name)) by.standIns?.add(span.start)
    return by.params[name]
  }
  if (by.isUnknown || by.missing?.has(name)) {
    by.standIns?.add(span.start)
    return undefined
  }
  by.missing?.add(name)
  return refuse({
    code: 'FLOW_UNKNOWN_PARAM',
    message: `there is no parameter "${name}"`,
    ...hint(name, Object.keys(by.params)),
  })
}
