import type { Operation } from '../../sdk/connector.ts'
import type { OpenFlow } from '../context.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import { hint, listValues, suggest } from '../diagnostics/suggest.ts'
import { type Path, spanAt, treeAt } from '../read/tree.ts'
import type { ResolvedEnd } from './ends.ts'
import type { CheckedSite } from './expressions.ts'
import type { ResolvedFlow, ResolvedStep } from './resolve-flow.ts'
import { checkMappedFields, siteId } from './sink-fields.ts'

/** Each step's operation, match, createOnly and mapped fields against what the entity declares. */
export function checkSinks(flow: OpenFlow, ends: ResolvedFlow, checked: readonly CheckedSite[]): void {
  const sites = new Map(checked.map(it => [siteId(it.site.path), it]))
  for (const step of ends.steps) {
    if (!step.sink) continue
    const { match } = step.written
    const mapPath = [...step.path, 'map']
    const isFine = checkOperation(flow, step, step.sink)
    const mapped = checkMappedFields({ flow, sink: step.sink, match, sites }, mapPath)
    if (!isFine || !mapped) continue
    checkMatch(flow, step, step.sink, mapped)
    checkShared(flow, step)
    checkMandatory(flow, step, step.sink, mapped)
    checkLists(flow, step, step.sink, mapped)
  }
  checkOnDeleteFields(flow, ends, sites)
}

const refuse = (flow: OpenFlow, path: Path, finding: Finding): void =>
  flow.context.reporter.report(flow.source, spanAt(flow.tree, path), finding)

const operationOf = (step: ResolvedStep) => step.written.operation ?? 'upsert'

function checkOperation(flow: OpenFlow, step: ResolvedStep, sink: ResolvedEnd): boolean {
  const operations = possible(sink.entity.write?.operations ?? [])
  const operation = operationOf(step)
  if (operations.includes(operation)) return true
  const path = [...step.path, 'sink', 'operation']
  refuse(flow, treeAt(flow.tree, path) ? path : [...step.path, 'sink', 'entity'], {
    code: 'FLOW_OPERATION',
    message: `${sink.connector.name} cannot ${operation} ${sink.entityName}`,
    remedy: `It can: ${listValues(operations)}.`,
    suggestions: operations,
  })
  return false
}

/** Where a system has no upsert of its own, the engine looks up first, then creates or updates. */
function possible(operations: readonly Operation[]): readonly Operation[] {
  const canLookUp = operations.includes('create') && operations.includes('update')
  return canLookUp && !operations.includes('upsert') ? [...operations, 'upsert'] : operations
}

function checkMatch(flow: OpenFlow, step: ResolvedStep, sink: ResolvedEnd, mapped: ReadonlySet<string>): void {
  const { match } = step.written
  const sinkPath = [...step.path, 'sink']
  if (match === undefined) {
    const operation = operationOf(step)
    if (operation === 'create') return
    const valid = uniqueFields(sink)
    const isWritten = treeAt(flow.tree, [...sinkPath, 'operation']) !== undefined
    refuse(flow, [...sinkPath, isWritten ? 'operation' : 'entity'], {
      code: 'FLOW_MATCH_MISSING',
      message: `${operation} needs match: the field by which ${sink.entityName} is found`,
      remedy: valid.length > 0 ? `Unique: ${listValues(valid)}.` : 'Declare a unique field under customFields.',
      suggestions: valid,
    })
    return
  }
  if (isMisspelt(match, sink, mapped)) return
  const finding = matchFault(match, sink, mapped)
  if (finding) refuse(flow, [...sinkPath, 'match'], finding)
}

function checkShared(flow: OpenFlow, { written, path }: ResolvedStep): void {
  if (!written.shared) return
  const finding = (message: string, remedy: string): Finding => ({ code: 'FLOW_SHARED', message, remedy })
  if (written.operation !== 'update')
    refuse(flow, [...path, 'sink', 'shared'], finding('shared is for updates', 'Write operation: update.'))
  else if (flow.file.onDelete === 'delete')
    refuse(flow, ['onDelete'], finding('this would delete a record that others share', 'Use a map, or ignore.'))
}

/** The field, or what was probably meant by it, stands in the mapping under a name that was reported there. */
function isMisspelt(name: string, sink: ResolvedEnd, mapped: ReadonlySet<string>): boolean {
  const unknown = [...mapped].filter(it => !Object.hasOwn(sink.fields, it))
  return unknown.includes(name) || (!mapped.has(name) && suggest(name, unknown).length > 0)
}

function matchFault(match: string, sink: ResolvedEnd, mapped: ReadonlySet<string>): Finding | undefined {
  const field = Object.hasOwn(sink.fields, match) ? sink.fields[match] : undefined
  const isKey = match === sink.entity.key || match === 'id'
  if (!field && !isKey && Object.keys(sink.fields).length > 0)
    return {
      code: 'FLOW_UNKNOWN_SINK_FIELD',
      message: `${sink.entityName} has no field "${match}"`,
      ...unknownMatch(match, sink),
    }
  if (!mapped.has(match))
    return {
      code: 'FLOW_MATCH_UNMAPPED',
      message: `match is ${match}, and map has no ${match}`,
      remedy: `Map ${match} to the source's key.`,
    }
  if (!field || isKey || field.unique === true) return undefined
  return {
    code: 'FLOW_MATCH_NOT_UNIQUE',
    message: `${match} is not unique in ${sink.entityName}: two records may share a value`,
    remedy: `Unique: ${listValues(uniqueFields(sink))}. A custom field is declared with unique: true.`,
  }
}

function unknownMatch(match: string, sink: ResolvedEnd): Pick<Finding, 'remedy' | 'suggestions'> {
  const { remedy, suggestions } = hint(match, uniqueFields(sink))
  const custom = ` A field that only this account has is declared: customFields: { ${match}: { type: text, unique: true } }.`
  const known = remedy === 'There are none.' ? 'No standard field of it is unique.' : remedy
  return { suggestions, remedy: `${known}${sink.entity.customFields ? custom : ''}` }
}

function uniqueFields(sink: ResolvedEnd): readonly string[] {
  return Object.entries(sink.fields).flatMap(([name, it]) => (it.unique && !it.readOnly ? [name] : []))
}

function checkMandatory(flow: OpenFlow, step: ResolvedStep, sink: ResolvedEnd, mapped: ReadonlySet<string>): void {
  if (!['create', 'upsert'].includes(operationOf(step))) return
  const missing = Object.entries(sink.fields).flatMap(([name, it]) =>
    it.mandatory && !it.readOnly && !mapped.has(name) ? [name] : [],
  )
  // a misspelt one was reported where it stands
  const open = missing.filter(name => !isMisspelt(name, sink, mapped))
  if (open.length === 0) return
  const span = spanAt(flow.tree, [...step.path, 'map'])
  flow.context.reporter.report(
    flow.source,
    { start: span.start, end: span.start + 1 },
    {
      code: 'FLOW_MANDATORY_UNMAPPED',
      message: `${sink.entityName} needs ${open.join(', ')}, and map does not have ${open.length === 1 ? 'it' : 'them'}`,
      remedy: 'Map it, with a defined value for records that have none.',
    },
  )
}

function checkLists(
  flow: OpenFlow,
  { written, path }: ResolvedStep,
  sink: ResolvedEnd,
  mapped: ReadonlySet<string>,
): void {
  for (const list of ['createOnly', 'optionalFields'] as const)
    for (const [at, name] of (written[list] ?? []).entries()) {
      if (mapped.has(name) || isMisspelt(name, sink, mapped)) continue
      refuse(flow, [...path, 'sink', list, at], {
        code: 'FLOW_CREATE_ONLY_UNMAPPED',
        message: `${list} names ${name}, and map has no ${name}`,
        ...hint(name, [...mapped]),
      })
    }
}

/** `onDelete.map` writes to the sink of one step; it need not be a whole record. */
function checkOnDeleteFields(flow: OpenFlow, ends: ResolvedFlow, sites: ReadonlyMap<string, CheckedSite>): void {
  const written = flow.file.onDelete
  if (written === undefined || typeof written === 'string') return
  const step = written.step === undefined ? ends.steps[0] : ends.steps.find(it => it.name === written.step)
  if (!step) {
    const names = ends.steps.map(it => it.name)
    refuse(flow, ['onDelete', 'step'], {
      code: 'FLOW_BAD_VALUE',
      message: `there is no step "${written.step}"`,
      ...hint(written.step ?? '', names),
    })
    return
  }
  if (step.sink) checkMappedFields({ flow, sink: step.sink, match: step.written.match, sites }, ['onDelete', 'map'])
}
