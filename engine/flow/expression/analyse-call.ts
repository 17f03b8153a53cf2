import { suggest } from '../diagnostics/suggest.ts'
import { allNames, type Here, type Names, type Notes, nameShape, noteRead, type Shape, UNKNOWN } from './analysis.ts'
import { type AstNode, tokenStart } from './ast.ts'
import { BUILTINS, LEFT_OUT } from './builtins.ts'
import { SCOPE_FUNCTIONS, type ScopeFunction } from './scope-functions.ts'

/** The walker itself, handed in: this file and the walker's need each other. */
export interface Walk {
  visit(node: AstNode, here: Here, notes: Notes): Shape
  used(node: AstNode | undefined, here: Here, notes: Notes): Shape
  /** Arguments that come from elsewhere: one of `~>`. */
  readonly extra: number
}

const OWN: ReadonlyMap<string, ScopeFunction> = new Map(SCOPE_FUNCTIONS.map(it => [it.name, it]))
const REFERENCES: ReadonlySet<string> = new Set(['link', 'sinkId'])
/** Functions that hand their arguments on as they are. */
const PASS_ON: ReadonlySet<string> = new Set(['exists', 'append', 'merge'])
/** Functions whose lambda sees the elements of the first argument. */
const OVER_ELEMENTS: ReadonlySet<string> = new Set(['map', 'filter', 'single'])

/** One call on its way through the checks. */
interface Call {
  readonly name: string
  readonly node: AstNode
  readonly here: Here
  readonly notes: Notes
  readonly walk: Walk
}

export function analyseCall(node: AstNode, here: Here, notes: Notes, walk: Walk): Shape {
  const name = functionName(node)
  if (name === undefined) {
    if (node.procedure) reportBareName(node.procedure, here, notes, walk)
    for (const arg of node.arguments ?? []) walk.used(arg, { ...here, as: 'inner' }, notes)
    return UNKNOWN
  }
  const call: Call = { name, node, here, notes, walk }
  const isLocal = nameShape(here.names, name) !== undefined
  if (!isLocal && isKnown(call)) checkCall(call)
  visitArguments(call)
  return UNKNOWN
}

function functionName({ procedure }: AstNode): string | undefined {
  return procedure?.type === 'variable' ? String(procedure.value) : undefined
}

/** `trim(NAME)` is read as a field "trim" that is called. */
function reportBareName(procedure: AstNode, here: Here, notes: Notes, walk: Walk): void {
  const [step, ...more] = procedure.steps ?? []
  if (procedure.type !== 'path' || step?.type !== 'name' || more.length > 0) {
    walk.visit(procedure, { ...here, as: 'inner' }, notes)
    return
  }
  const name = String(step.value)
  const suggestions = suggest(name, functionNames(here.names)).map(it => `$${it}`)
  const start = tokenStart(notes.view.text, step)
  notes.findings.push({
    code: 'FLOW_UNKNOWN_FUNCTION',
    start,
    end: step.position ?? start + name.length,
    message: `"${name}" is not a function: names of functions begin with $`,
    remedy: suggestions[0] ? `Did you mean ${suggestions[0]}?` : `Write $${name}(…).`,
    suggestions,
  })
}

function functionNames(names: Names): readonly string[] {
  return [...Object.keys(BUILTINS), ...OWN.keys(), ...allNames(names)]
}

function isKnown({ name, node, here, notes }: Call): boolean {
  if (Object.hasOwn(BUILTINS, name) || OWN.has(name)) return true
  const suggestions = suggest(name, functionNames(here.names)).map(it => `$${it}`)
  const why = LEFT_OUT.has(name) ? `$${name} cannot be used in flows` : `there is no function $${name}`
  notes.findings.push({
    code: 'FLOW_UNKNOWN_FUNCTION',
    ...calledAt(node, notes),
    message: why,
    remedy: suggestions[0] ? `Did you mean ${suggestions[0]}?` : 'engine/reference/functions.md lists the functions.',
    suggestions,
  })
  return false
}

function calledAt(node: AstNode, notes: Notes): { start: number; end: number } {
  const procedure = node.procedure
  if (!procedure) return { start: 0, end: 1 }
  return { start: tokenStart(notes.view.text, procedure), end: procedure.position ?? 1 }
}

function checkCall(call: Call): void {
  const { name, node, here, notes, walk } = call
  const args = node.arguments ?? []
  const own = OWN.get(name)
  const given = args.length + walk.extra
  const { least, most } = own ?? BUILTINS[name] ?? { least: 0, most: 99 }
  if (given < least || given > most)
    notes.findings.push({
      code: 'FLOW_FUNCTION_ARGUMENTS',
      ...calledAt(node, notes),
      message: `$${name} takes ${least === most ? least : `${least} to ${most}`} argument${most === 1 ? '' : 's'}, not ${given}`,
      ...(own ? { remedy: `Write ${own.usage}.` } : { remedy: 'See docs.jsonata.org for its arguments.' }),
    })
  if (own) notes.calls.push({ name, args })
  if (!own && given < (BUILTINS[name]?.context ?? 0)) noteRead(notes, here.context)
  checkPlacement(call)
}

function checkPlacement({ name, node, here, notes }: Call): void {
  if (REFERENCES.has(name) && here.as === 'inner')
    notes.findings.push({
      code: 'FLOW_REFERENCE_IN_TEXT',
      ...calledAt(node, notes),
      message: notes.view.isMapping
        ? `$${name} must be the value of a field as it stands: the id is put in after mapping`
        : `$${name} can be used in map only: the id is put in after mapping`,
      remedy: notes.view.isMapping ? 'Do not compute with it.' : 'Use a field of the source record here.',
    })
  if (name === 'omit' && here.as !== 'member')
    notes.findings.push({
      code: 'FLOW_OMIT_MISPLACED',
      ...calledAt(node, notes),
      message: '$omit() must be the value of a field of a mapping, alone or in a branch of ? :',
      remedy: 'Use it where the whole value of a field is to be left out.',
    })
}

function visitArguments(call: Call): void {
  const { name, node, here, notes, walk } = call
  const handsOn = name === 'exists' || (PASS_ON.has(name) && here.as !== 'inner')
  let first: Shape = UNKNOWN
  for (const [at, arg] of (node.arguments ?? []).entries()) {
    if (at > 0 && arg.type === 'lambda' && OVER_ELEMENTS.has(name)) {
      visitBody(call, arg, first)
      continue
    }
    const shape = walk.visit(arg, { ...here, as: handsOn ? 'element' : 'inner' }, notes)
    if (at === 0) first = shape
    // whether a variable is there says nothing about which of its fields are read
    const isBareVariable = name === 'exists' && arg.type === 'variable' && (shape.path?.startsWith('$') ?? false)
    if (!isBareVariable) noteRead(notes, shape)
  }
}

function visitBody({ name, here, notes, walk }: Call, lambda: AstNode, element: Shape): void {
  const [first, ...others] = (lambda.arguments ?? []).map(it => String(it.value))
  const own = new Map<string, Shape>(others.map(it => [it, UNKNOWN]))
  if (first !== undefined) own.set(first, element)
  const as = name === 'map' ? here.as : 'inner'
  walk.used(lambda.body, { ...here, as, names: { own, outer: here.names } }, notes)
}
