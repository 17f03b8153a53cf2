import type { Field, Fields } from '../../core/fields.ts'
import type { OpenFlow } from '../context.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import type { Span } from '../diagnostics/source-file.ts'
import { hint } from '../diagnostics/suggest.ts'
import { tokenStart } from '../expression/ast.ts'
import { type Path, type Tree, treeAt } from '../read/tree.ts'
import type { ResolvedEnd } from './ends.ts'
import type { CheckedSite } from './expressions.ts'
import { reportIn } from './expressions.ts'
import { unfitBoolean, unfitText, unfitValue } from './field-value.ts'
import { type Member, type Result, resultsOf } from './results.ts'

export interface SinkCheck {
  readonly flow: OpenFlow
  readonly sink: ResolvedEnd
  /** May be written although the system sets it: the key by which records are addressed. */
  readonly match: string | undefined
  /** By path of the expression, joined. */
  readonly sites: ReadonlyMap<string, CheckedSite>
}

export const siteId = (path: Path): string => JSON.stringify(path)

/** Checks every mapped field; yields the names of the top-level ones, or undefined when they cannot be known. */
export function checkMappedFields(check: SinkCheck, path: Path): ReadonlySet<string> | undefined {
  const tree = treeAt(check.flow.tree, path)
  if (tree?.is === 'map') {
    checkEntries(check, tree, path, { fields: check.sink.fields, owner: check.sink.entityName })
    return new Set(tree.entries.map(it => it.key))
  }
  const checked = check.sites.get(siteId(path))
  if (!checked) return undefined
  const objects = resultsOf(checked.ast).filter(it => it.is === 'object')
  const [only, ...others] = objects
  if (!only || others.length > 0 || only.node !== checked.ast) return undefined
  checkMembers(check, checked, only.members, { fields: check.sink.fields, owner: check.sink.entityName })
  return new Set(only.members.map(it => it.name))
}

interface Level {
  readonly fields: Fields
  readonly owner: string
}

function checkEntries(check: SinkCheck, tree: Tree, path: Path, level: Level): void {
  if (tree.is !== 'map') return
  for (const { key, keySpan, value } of tree.entries) {
    const field = knownField(check, level, key, finding => report(check, keySpan, finding))
    if (!field) continue
    const valuePath = [...path, key]
    checkValue(check, value, valuePath, { name: key, field, owner: `${level.owner}.${key}` })
  }
}

interface FieldHere {
  readonly name: string
  readonly field: Field
  readonly owner: string
}

function checkValue(check: SinkCheck, value: Tree, path: Path, { name, field, owner }: FieldHere): void {
  if (value.is === 'map') {
    if (field.fields) checkEntries(check, value, path, { fields: field.fields, owner })
    return
  }
  if (value.is === 'list') {
    value.items.forEach((item, at) => {
      if (field.fields) checkEntries(check, item, [...path, at], { fields: field.fields, owner })
    })
    return
  }
  if (typeof value.value !== 'string') {
    const unfit = value.value === null ? undefined : unfitValue(name, field, value.value)
    if (unfit) report(check, value.span, unfit)
    return
  }
  const checked = check.sites.get(siteId(path))
  if (checked) for (const result of resultsOf(checked.ast)) checkResult(check, checked, result, { name, field, owner })
}

function checkResult(check: SinkCheck, checked: CheckedSite, result: Result, here: FieldHere): void {
  const { field, owner } = here
  if (result.is === 'object') {
    if (field.fields) checkMembers(check, checked, result.members, { fields: field.fields, owner })
    return
  }
  const text = String(checked.site.tree.value)
  const unfit = unfitResult(here, result, text)
  if (!unfit) return
  const whole = result.is !== 'fixed'
  const start = whole ? 0 : literalStart(text, result)
  reportIn(check.flow, checked.site, { start, end: whole ? text.length : (result.node.position ?? 0) }, unfit)
}

function unfitResult(
  { name, field }: FieldHere,
  result: Exclude<Result, { readonly is: 'object' }>,
  text: string,
): Finding | undefined {
  switch (result.is) {
    case 'boolean':
      return unfitBoolean(name, field)
    case 'text':
    case 'id':
      return unfitText(name, field, result.is, text)
    case 'fixed':
      return result.value === null ? undefined : unfitValue(name, field, result.value)
  }
}

function literalStart(text: string, result: Result): number {
  const end = result.node.position ?? 0
  if (result.is === 'fixed' && typeof result.value !== 'string')
    return Math.max(0, end - (/[\w.+-]*$/.exec(text.slice(0, end))?.[0].length ?? 1))
  return tokenStart(text, result.node)
}

function checkMembers(check: SinkCheck, checked: CheckedSite, members: readonly Member[], level: Level): void {
  const text = String(checked.site.tree.value)
  for (const { name, key, value } of members) {
    const field = knownField(check, level, name, finding =>
      reportIn(check.flow, checked.site, { start: tokenStart(text, key), end: key.position ?? 0 }, finding),
    )
    if (!field) continue
    for (const result of resultsOf(value))
      checkResult(check, checked, result, { name, field, owner: `${level.owner}.${name}` })
  }
}

function knownField(
  check: SinkCheck,
  level: Level,
  name: string,
  refuse: (finding: Finding) => void,
): Field | undefined {
  const valid = Object.keys(level.fields)
  // an entity without declared fields takes anything
  if (valid.length === 0) return undefined
  const field = Object.hasOwn(level.fields, name) ? level.fields[name] : undefined
  if (!field) {
    const custom = check.sink.entity.customFields && level.fields === check.sink.fields
    const writable = valid.filter(it => level.fields[it]?.readOnly !== true)
    const found = hint(name, writable)
    const more = custom ? ' A field that only this account has is declared under sink.customFields.' : ''
    refuse({
      code: 'FLOW_UNKNOWN_SINK_FIELD',
      message: `${level.owner} has no field "${name}"`,
      suggestions: found.suggestions,
      remedy: `${found.remedy}${more}`,
    })
    return undefined
  }
  const isTop = level.fields === check.sink.fields
  if (field.readOnly && isTop && name !== check.match) {
    refuse({
      code: 'FLOW_READ_ONLY_FIELD',
      message: `${name} is set by ${check.sink.connector.title} and cannot be written`,
      remedy: 'Remove it from the mapping.',
    })
    return undefined
  }
  return field
}

function report({ flow }: SinkCheck, span: Span, finding: Finding): void {
  flow.context.reporter.report(flow.source, span, finding)
}
