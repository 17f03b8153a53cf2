import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import type { Reporter } from '../diagnostics/diagnostic.ts'
import type { SourceFile } from '../diagnostics/source-file.ts'
import { hint, suggest } from '../diagnostics/suggest.ts'
import type { FlowFile } from '../flow-file.ts'
import { entryOf, keySpanAt, spanAt, type Tree, toJson } from '../read/tree.ts'
import type { WorkspaceFile } from '../workspace/workspace.ts'
import type { Described } from './describe-error.ts'
import { FLOW_SCHEMA } from './flow-schema.ts'
import { reduce } from './reduce.ts'
import { WORKSPACE_SCHEMA } from './workspace-schema.ts'

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, verbose: true, strictRequired: false })
const isFlow: ValidateFunction<FlowFile> = ajv.compile<FlowFile>(FLOW_SCHEMA)
const isWorkspace: ValidateFunction<WorkspaceFile> = ajv.compile<WorkspaceFile>(WORKSPACE_SCHEMA)

const CODE_OF: Readonly<Record<Described['kind'], DiagnosticCode>> = {
  'unknown-key': 'FLOW_UNKNOWN_KEY',
  'missing-key': 'FLOW_MISSING_KEY',
  type: 'FLOW_WRONG_TYPE',
  value: 'FLOW_BAD_VALUE',
}

/** The flow in its typed form, or undefined after each mistake was reported once. */
export function checkFlowShape(
  tree: Tree,
  source: SourceFile,
  reporter: Reporter,
  /** Offsets of values that were reported already. */
  standIns: ReadonlySet<number>,
): FlowFile | undefined {
  const value: unknown = toJson(tree)
  const all = isFlow(value) ? [] : reduce(isFlow.errors ?? [])
  const mistakes = all.filter(it => it.at === 'key' || !standIns.has(spanAt(tree, it.path).start))
  for (const mistake of mistakes) reportMistake(tree, source, reporter, mistake)
  const ends = checkEnds(tree, source, reporter, mistakes)
  return ends && all.length === 0 && isFlow(value) ? value : undefined
}

export function checkWorkspaceShape(tree: Tree, source: SourceFile, reporter: Reporter): WorkspaceFile | undefined {
  const value: unknown = toJson(tree)
  if (isWorkspace(value)) return value
  for (const mistake of reduce(isWorkspace.errors ?? [])) reportMistake(tree, source, reporter, mistake)
  return undefined
}

/** One mistake of a file's shape, at its place in the file. */
export function reportMistake(tree: Tree, source: SourceFile, reporter: Reporter, it: Described): void {
  const value = spanAt(tree, it.path)
  // of a key without value, the key is what can be seen
  const span = it.at === 'key' || value.start === value.end ? keySpanAt(tree, it.path) : value
  const first = it.kind === 'missing-key' && it.path.length === 0 ? { start: 0, end: 0 } : span
  reporter.report(source, it.kind === 'missing-key' ? firstKey(first) : span, {
    code: CODE_OF[it.kind],
    message: it.message,
    ...(it.valid ? hint(it.written ?? '', it.valid) : it.remedy === undefined ? {} : { remedy: it.remedy }),
  })
}

const firstKey = (span: { start: number; end: number }) => ({
  start: span.start,
  end: Math.min(span.end, span.start + 1),
})

/** Either map and sink, or steps. */
function checkEnds(tree: Tree, source: SourceFile, reporter: Reporter, mistakes: readonly Described[]): boolean {
  const has = (key: string) => entryOf(tree, key) !== undefined
  const refuse = (at: string, message: string): false => {
    reporter.report(source, at === '' ? { start: 0, end: 1 } : keySpanAt(tree, [at]), {
      code: 'FLOW_MAP_OR_STEPS',
      message,
      remedy: 'Write map and sink, or steps with a map and a sink each.',
    })
    return false
  }
  if (tree.is !== 'map') return false
  if (has('steps') && has('map')) return refuse('map', 'the flow has steps, so map belongs into a step')
  if (has('steps') && has('sink')) return refuse('sink', 'the flow has steps, so sink belongs into a step')
  // a misspelt map, sink or steps was reported as such
  const guessed = mistakes.some(
    it => it.path.length === 1 && suggest(it.written ?? '', ['map', 'sink', 'steps']).length > 0,
  )
  if (has('steps') || (has('map') && has('sink')) || guessed) return true
  if (has('map')) return refuse('map', 'the flow has a map, but no sink')
  if (has('sink')) return refuse('sink', 'the flow has a sink, but no map')
  return refuse('', 'the flow has neither map and sink nor steps')
}
