import type { Fields } from '../../core/fields.ts'
import type { OpenFlow } from '../context.ts'
import { hint } from '../diagnostics/suggest.ts'
import { BUILTINS, LEFT_OUT } from '../expression/builtins.ts'
import { SCOPE_FUNCTIONS, SCOPE_VARIABLES } from '../expression/scope-functions.ts'
import { keySpanAt, type Path, spanAt, type Tree, treeAt } from '../read/tree.ts'
import type { ResolvedEnd } from './ends.ts'
import { sourceShape } from './expression-sites.ts'
import type { ResolvedFlow } from './resolve-flow.ts'

const TAKEN: ReadonlySet<string> = new Set([
  ...Object.keys(BUILTINS),
  ...LEFT_OUT,
  ...SCOPE_FUNCTIONS.map(it => it.name),
  ...SCOPE_VARIABLES.map(it => it.name),
])

/** Names of steps and enrichments, and the names that tests use. */
export function checkNames(flow: OpenFlow, ends: ResolvedFlow): void {
  checkSteps(flow)
  for (const { name, path, end } of ends.enrich) {
    if (TAKEN.has(name))
      flow.context.reporter.report(flow.source, keySpanAt(flow.tree, path), {
        code: 'FLOW_NAME_RESERVED',
        message: `$${name} is already a function or variable`,
        remedy: 'Choose another name for the enrichment.',
      })
    if (end) checkEnrichField(flow, path, end, flow.file.enrich?.[name]?.field)
  }
  checkTests(flow, ends)
}

function checkSteps(flow: OpenFlow): void {
  const seen = new Set<string>()
  for (const [at, { name }] of (flow.file.steps ?? []).entries()) {
    if (seen.has(name))
      flow.context.reporter.report(flow.source, spanAt(flow.tree, ['steps', at, 'name']), {
        code: 'FLOW_DUPLICATE_STEP',
        message: `two steps are named "${name}"`,
        remedy: 'Rename one of them.',
      })
    seen.add(name)
  }
}

function checkEnrichField(flow: OpenFlow, path: Path, end: ResolvedEnd, field: string | undefined): void {
  if (field === undefined) return
  let fields: ResolvedEnd['fields'] | undefined = end.fields
  for (const name of field.split('.')) {
    if (!fields || Object.keys(fields).length === 0) return
    const found: ResolvedEnd['fields'][string] | undefined = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (!found) {
      flow.context.reporter.report(flow.source, spanAt(flow.tree, [...path, 'field']), {
        code: 'FLOW_UNKNOWN_SOURCE_FIELD',
        message: `${end.entityName} has no field "${field}"`,
        ...hint(name, Object.keys(fields)),
      })
      return
    }
    fields = found.fields
  }
}

function checkTests(flow: OpenFlow, ends: ResolvedFlow): void {
  for (const [at, test] of (flow.file.tests ?? []).entries()) {
    const path: Path = ['tests', at]
    unknownKeys(
      flow,
      [...path, 'enrich'],
      ends.enrich.map(it => it.name),
      'enrichment',
    )
    unknownKeys(
      flow,
      [...path, 'expect', 'steps'],
      ends.steps.map(it => it.name),
      'step',
    )
    const entities = (ends.source ?? []).map(it => it.entityName)
    if (test.entity !== undefined && ends.source && !entities.includes(test.entity))
      flow.context.reporter.report(flow.source, spanAt(flow.tree, [...path, 'entity']), {
        code: 'FLOW_TEST_UNKNOWN',
        message: `the flow does not read "${test.entity}"`,
        ...hint(test.entity, entities),
      })
    checkGiven(flow, ends, path)
  }
}

/** A record of a test that has fields which the source has not proves nothing. */
function checkGiven(flow: OpenFlow, ends: ResolvedFlow, path: Path): void {
  const { fields } = sourceShape(ends)
  const given = treeAt(flow.tree, [...path, 'given'])
  if (given?.is === 'list') for (const item of given.items) checkRecord(flow, item, fields)
}

/** Keys may be dotted. What has no declared fields inside may hold anything. */
function checkRecord(flow: OpenFlow, tree: Tree, fields: Fields | undefined): void {
  if (tree.is === 'list') for (const item of tree.items) checkRecord(flow, item, fields)
  if (tree.is !== 'map' || !fields) return
  for (const { key, keySpan, value } of tree.entries) {
    const inside = fieldsInside(key.split('.'), fields)
    if (inside.is === 'known') checkRecord(flow, value, inside.fields)
    else
      flow.context.reporter.report(flow.source, keySpan, {
        code: 'FLOW_TEST_UNKNOWN',
        message: `the source has no field "${key}"`,
        ...hint(inside.name, inside.valid),
      })
  }
}

type Inside =
  | { readonly is: 'known'; readonly fields: Fields | undefined }
  | { readonly is: 'unknown'; readonly name: string; readonly valid: readonly string[] }

function fieldsInside([name = '', ...rest]: readonly string[], fields: Fields): Inside {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (!field) return { is: 'unknown', name, valid: Object.keys(fields) }
  if (rest.length === 0 || !field.fields) return { is: 'known', fields: field.fields }
  return fieldsInside(rest, field.fields)
}

function unknownKeys(flow: OpenFlow, path: Path, valid: readonly string[], what: string): void {
  const tree = treeAt(flow.tree, path)
  for (const { key, keySpan } of tree?.is === 'map' ? tree.entries : []) {
    if (valid.includes(key)) continue
    flow.context.reporter.report(flow.source, keySpan, {
      code: 'FLOW_TEST_UNKNOWN',
      message: `the flow has no ${what} "${key}"`,
      ...hint(key, valid),
    })
  }
}
