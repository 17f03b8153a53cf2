import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { EngineError } from '../../core/errors.ts'
import { libraryFlows, readShaped, scenarioFolder } from '../../flow/index.ts'
import type { Product } from '../context.ts'
import { didYouMean } from '../suggest.ts'
import { isFormula, syntaxProblem } from './expressions.ts'
import type { ScenarioFile } from './scenario.ts'
import { SCENARIO_SCHEMA } from './scenario-schema.ts'

const isScenario = new Ajv2020({
  allErrors: true,
  strict: true,
  verbose: true,
  strictRequired: false,
}).compile<ScenarioFile>(SCENARIO_SCHEMA)

/** The scenarios in the order of their file names. Throws DEMO_SCENARIO that tells every mistake with its place. */
export function readScenarios(product: Product, folder = scenarioFolder(product.library)): readonly ScenarioFile[] {
  const read = globSync('*.yaml', { cwd: folder })
    .sort()
    .map(file => readScenario(join(folder, file), product))
  const mistakes = read.flatMap(it => it.mistakes)
  if (mistakes.length > 0)
    throw new EngineError({
      kind: 'configuration',
      code: 'DEMO_SCENARIO',
      message: `the demo cannot be played\n${mistakes.map(it => `  ${it}`).join('\n')}`,
      remedy: 'Correct the scenario; engine/cli/demo/scenario.ts says what its keys mean.',
    })
  return read.flatMap(it => it.scenario ?? [])
}

interface Read {
  readonly scenario?: ScenarioFile
  readonly mistakes: readonly string[]
}

function readScenario(path: string, product: Product): Read {
  const shaped = readShaped(path, isScenario)
  const said = (file: string, line: number, column: number, message: string) =>
    `${basename(file)}:${line}:${column}  ${message}`
  if (shaped.is === 'mistaken')
    return {
      mistakes: shaped.diagnostics.map(it =>
        said(it.file, it.line, it.column, `${it.message}. ${it.remedy ?? ''}`.trim()),
      ),
    }
  const scenario = shaped.value
  const mistakes = [...unknownNames(scenario, product), ...brokenExpressions(scenario)].map(({ at, message }) => {
    const { file, line, column } = shaped.placeOf(at)
    return said(file, line, column, message)
  })
  return { scenario, mistakes }
}

type Path = readonly (string | number)[]

interface Mistake {
  readonly at: Path
  readonly message: string
}

/** Connectors, library flows and connections that are not there. */
function unknownNames(scenario: ScenarioFile, { registry, library }: Product): readonly Mistake[] {
  const flows = libraryFlows(library)
  const connections = Object.keys(scenario.connections)
  const uses = scenario.flows.map(it => it.use)
  const check = (what: string, name: string, valid: readonly string[], at: Path): Mistake[] =>
    valid.includes(name) ? [] : [{ at, message: `there is no ${what} "${name}". ${didYouMean(name, valid)}` }]
  const { explain } = scenario
  return [
    ...Object.entries(scenario.connections).flatMap(([name, { connector }]) =>
      check('connector', connector, [...registry.keys()], ['connections', name, 'connector']),
    ),
    ...uses.flatMap((use, at) => check('flow in the library', use, flows, ['flows', at, 'use'])),
    ...(explain ? check('flow in this scenario', explain.use, uses, ['explain', 'use']) : []),
    ...textsOf(scenario)
      .filter(({ at }) => at.at(-1) === 'at' && !isFree(at))
      .flatMap(({ at, text }) => check('connection', text, connections, at)),
  ]
}

/** What stands below these keys is the systems' or the flow's own: its keys mean nothing to us. */
const FREE = new Set<string | number>(['record', 'with', 'options', 'knobs'])
const isFree = (at: Path): boolean => at.some(it => FREE.has(it))

/** Under these keys stand expressions, whatever their own names are; under `set`, `also` and `mayDiffer` they are the values. */
const EXPRESSION_KEYS = new Set(['only', 'of', 'among', 'gone', 'where'])
const EXPRESSION_MAPS = new Set(['set', 'also', 'mayDiffer'])

function brokenExpressions(scenario: ScenarioFile): readonly Mistake[] {
  return textsOf(scenario).flatMap(({ at, text }) => {
    const isKey = at.includes('targets') && at.at(-1) === 'key'
    const isNamed = EXPRESSION_KEYS.has(String(at.at(-1))) || EXPRESSION_MAPS.has(String(at.at(-2))) || isKey
    const formula = at.includes('record') && isFormula(text) ? text.slice(1) : undefined
    const expression = isNamed && !isFree(at) ? text : formula
    const problem = expression === undefined ? undefined : syntaxProblem(expression)
    return problem === undefined ? [] : [{ at, message: `not valid JSONata: ${problem}` }]
  })
}

/** Every text of the file, with its path. */
function textsOf(value: unknown, at: Path = []): readonly { readonly at: Path; readonly text: string }[] {
  if (typeof value === 'string') return [{ at, text: value }]
  if (Array.isArray(value)) return value.flatMap((it: unknown, index) => textsOf(it, [...at, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, it]) => textsOf(it, [...at, name]))
}
