import type { OpenFlow } from '../context.ts'
import { hint } from '../diagnostics/suggest.ts'
import { BUILTINS, LEFT_OUT } from '../expression/builtins.ts'
import { SCOPE_FUNCTIONS, SCOPE_VARIABLES } from '../expression/scope-functions.ts'
import { keySpanAt, type Path, spanAt, treeAt } from '../read/tree.ts'
import type { ResolvedEnd } from './ends.ts'
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
  const sources = ends.source ?? []
  if (sources.length === 0 || sources.some(it => Object.keys(it.fields).length === 0)) return
  const valid = [...new Set(sources.flatMap(it => Object.keys(it.fields)))]
  const given = treeAt(flow.tree, [...path, 'given'])
  for (const item of given?.is === 'list' ? given.items : [])
    for (const { key, keySpan } of item.is === 'map' ? item.entries : []) {
      const [name = ''] = key.split('.')
      if (valid.includes(name)) continue
      flow.context.reporter.report(flow.source, keySpan, {
        code: 'FLOW_TEST_UNKNOWN',
        message: `the source has no field "${name}"`,
        ...hint(name, valid),
      })
    }
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
