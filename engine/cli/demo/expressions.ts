import { EngineError, toEngineError } from '../../core/errors.ts'
import type { Expression } from '../../core/expression.ts'
import type { Json, JsonObject } from '../../core/record.ts'
import { compileExpression } from '../../flow/index.ts'

export type Variables = Readonly<Record<string, Json | undefined>>

/** Compiled once, however often a scenario is asked. */
const compiled = new Map<string, Expression>()

/** Throws EngineError when the text is no JSONata. */
export function compile(text: string): Expression {
  const known = compiled.get(text)
  if (known) return known
  const made = compileExpression(text)
  compiled.set(text, made)
  return made
}

/** What a scenario's expression yields for a record; undefined for nothing. */
export async function ask(text: string, record: JsonObject, variables: Variables = {}): Promise<Json | undefined> {
  const [ended] = await compile(text).evaluate([{ record, variables }])
  if (ended?.ok) return ended.value
  throw new EngineError({
    kind: 'configuration',
    code: 'DEMO_EXPRESSION',
    message: `the demo's expression ${text} fails: ${ended?.failure.message}`,
    remedy: 'Correct it in flows/demo.',
  })
}

/** Is it so? Nothing, false, 0 and '' are no, as in JSONata's $boolean. */
export async function holds(text: string | undefined, record: JsonObject, variables: Variables): Promise<boolean> {
  return text === undefined || (await ask(`$boolean(${text})`, record, variables)) === true
}

/** `problem` of a text that is no JSONata. */
export function syntaxProblem(text: string): string | undefined {
  try {
    compile(text)
    return undefined
  } catch (thrown) {
    return toEngineError(thrown).message
  }
}

/** Texts that begin with `=` are expressions, however deep they stand in what is to be typed in. */
export const isFormula = (value: unknown): value is string => typeof value === 'string' && value.startsWith('=')

export async function filledIn(value: Json, variables: Variables): Promise<Json> {
  if (isFormula(value)) return (await ask(value.slice(1), {}, variables)) ?? null
  if (Array.isArray(value)) return Promise.all(value.map((it: Json) => filledIn(it, variables)))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(async ([name, it]) => [name, await filledIn(it, variables)] as const)
  return Object.fromEntries(await Promise.all(entries))
}
