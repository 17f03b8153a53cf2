import { hint } from '../diagnostics/suggest.ts'
import { joinPath, type Notes, type Shape, UNKNOWN } from './analysis.ts'
import { type AstNode, tokenStart } from './ast.ts'

/** One name of a path: a field that must exist where the fields are known. */
export function stepInto(node: AstNode, context: Shape, notes: Notes): Shape {
  const name = String(node.value)
  const path = joinPath(context.path, name)
  const to = (fields: Shape['fields']): Shape => ({
    ...(path === undefined ? {} : { path }),
    ...(fields ? { fields, owner: context.owner ? `${context.owner}.${name}` : name } : {}),
  })
  if (!context.fields) return to(undefined)
  const field = Object.hasOwn(context.fields, name) ? context.fields[name] : undefined
  if (field) return { ...to(field.fields ?? (OPEN.has(field.type) ? undefined : {})), field }
  const start = tokenStart(notes.view.text, node)
  const valid = Object.keys(context.fields)
  const owner = context.owner ?? 'the record'
  notes.findings.push({
    code: 'FLOW_UNKNOWN_SOURCE_FIELD',
    start,
    end: node.position ?? start + name.length,
    message: valid.length === 0 ? `${owner} has no fields inside` : `${owner} has no field "${name}"`,
    ...(valid.length === 0 ? { remedy: 'It is a single value.' } : fieldHint(name, valid, notes.view.text)),
  })
  return UNKNOWN
}

/** A lone word is often a fixed text whose quotes YAML took away. */
function fieldHint(name: string, valid: readonly string[], text: string) {
  const { remedy, suggestions } = hint(name, valid)
  const isLone = text.trim() === name && suggestions.length === 0
  return { remedy: isLone ? `${remedy} A fixed text is written "'${name}'".` : remedy, suggestions }
}

const OPEN: ReadonlySet<string> = new Set(['object', 'list', 'any', 'strings'])

/** A field whose values are listed is compared with a text that is none of them: always false (or always true). */
export function noteForeignValues({ field, path }: Shape, other: AstNode, notes: Notes): void {
  const valid = field?.strictValues ? field.values : undefined
  if (!valid) return
  for (const it of other.type === 'unary' && other.value === '[' ? (other.expressions ?? []) : [other]) {
    if (it.type !== 'string' || valid.includes(String(it.value))) continue
    notes.findings.push({
      code: 'FLOW_NEVER_EQUAL',
      start: tokenStart(notes.view.text, it),
      end: it.position ?? 0,
      message: `${path ?? 'the field'} is never "${it.value}"`,
      ...hint(String(it.value), valid),
    })
  }
}
