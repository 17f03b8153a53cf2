import { EngineError, type Failure } from '../../core/errors.ts'
import type { Evaluated, Expression, Scope } from '../../core/expression.ts'
import type { Place } from '../../core/plan.ts'
import { analyse } from './analyse.ts'
import type { Shape } from './analysis.ts'
import { type AstNode, DEFAULT_LIMITS, type Limits, parseExpression } from './ast.ts'
import { fastProgram } from './fast-program.ts'
import { type Fast, LEAVE } from './fast-values.ts'
import { FAULT_CODES, isFaultCode } from './fault.ts'
import { clearMembers } from './or-null.ts'
import { OMITTED, plainResult } from './result.ts'
import type { Knowledge } from './scope-functions.ts'
import { type SlowProgram, slowProgram } from './slow-program.ts'

export interface ExpressionOptions {
  readonly knowledge?: Knowledge
  readonly limits?: Limits
  /** Where an offset of the expression's text stands in the file. */
  readonly placeOf?: (offset: number) => Place
  /** Variables that hold parts of the source record: `$item`. */
  readonly shapes?: ReadonlyMap<string, Shape>
  /** What is mapped: names the field in failures. */
  readonly field?: string
  /** A mapping: members of an object constructor that yield nothing become null instead of being dropped. */
  readonly clears?: boolean
}

/** One expression, ready to run. `value` is what JSONata yields, placeholders included. */
export interface CompiledExpression {
  readonly text: string
  readonly ast: AstNode
  readonly reads: readonly string[] | 'all'
  /** Compiled to a closure; JSONata itself only where a record needs it. */
  readonly isFast: boolean
  /** A value, or a promise of one. */
  run(scope: Scope): unknown
  failure(thrown: unknown): Failure
}

export const NO_KNOWLEDGE: Knowledge = { tables: new Map(), params: {} }

export function compileText(text: string, options: ExpressionOptions = {}): CompiledExpression {
  const limits = options.limits ?? DEFAULT_LIMITS
  const parsed = parseExpression(text, limits)
  if (!parsed.ok)
    throw new EngineError({
      kind: 'configuration',
      code: 'FLOW_EXPRESSION_SYNTAX',
      message: `${where(options, parsed.fault.start)}${parsed.fault.message} (${parsed.fault.code})`,
      remedy: 'Run "ml-connector validate" to see the place.',
    })
  const reads = analyse(parsed.ast, {
    text,
    root: { path: '' },
    variables: options.shapes ?? new Map(),
    isMapping: false,
  }).reads
  const knowledge = options.knowledge ?? NO_KNOWLEDGE
  if (options.clears) clearMembers(parsed.ast)
  const slow = slowProgram(parsed.program, knowledge)
  const fast = fastProgram(parsed.ast, knowledge)
  return {
    text,
    ast: parsed.ast,
    reads,
    isFast: fast !== undefined,
    run: fast ? scope => fastOrSlow(fast, slow, scope) : scope => slow.evaluate(scope),
    failure: thrown => failureOf(thrown, text, options),
  }
}

function fastOrSlow(fast: Fast, slow: SlowProgram, scope: Scope): unknown {
  try {
    return fast(scope)
  } catch (thrown) {
    if (thrown !== LEAVE) throw thrown
    return slow.evaluate(scope)
  }
}

/** A single JSONata text as an `Expression`: filter, when, each, key. */
export function compileExpression(text: string, options: ExpressionOptions = {}): Expression {
  const compiled = compileText(text, options)
  const limits = options.limits ?? DEFAULT_LIMITS
  const settle = (value: unknown): Evaluated => {
    const plain = plainResult(value, limits)
    return { ok: true, value: plain === OMITTED ? undefined : plain }
  }
  const failed = (thrown: unknown): Evaluated => ({ ok: false, failure: compiled.failure(thrown) })
  const one = (scope: Scope): Evaluated | Promise<Evaluated> => {
    try {
      const value = compiled.run(scope)
      return value instanceof Promise ? value.then(settle).catch(failed) : settle(value)
    } catch (thrown) {
      return failed(thrown)
    }
  }
  return {
    text,
    reads: compiled.reads,
    evaluate: async scopes => {
      const ended: Evaluated[] = []
      for (const scope of scopes) {
        const end = one(scope)
        ended.push(end instanceof Promise ? await end : end)
      }
      return ended
    },
  }
}

function where(options: ExpressionOptions, offset: number): string {
  const place = options.placeOf?.(offset)
  const field = options.field === undefined ? '' : `${options.field}: `
  return place === undefined ? field : `${place.file}:${place.line}:${place.column} ${field}`
}

function failureOf(thrown: unknown, text: string, options: ExpressionOptions): Failure {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    readonly code?: unknown
    readonly message?: unknown
    readonly position?: unknown
    readonly token?: unknown
  }
  const code = typeof error.code === 'string' ? error.code : 'EXPRESSION_DEFECT'
  const said = typeof error.message === 'string' ? error.message : String(thrown)
  const end = typeof error.position === 'number' ? error.position : 0
  const token = typeof error.token === 'string' ? error.token : ''
  const start = faultStart(text, end, token)
  return {
    kind: 'record',
    code,
    message: `${where(options, start)}${said}`,
    remedy: isFaultCode(code) ? FAULT_CODES[code].remedy : 'Correct the expression, or give a value for such records.',
    ...(options.field === undefined ? {} : { field: options.field }),
  }
}

/** JSONata points behind the operator, or behind the bracket of the call: people look for the name. */
function faultStart(text: string, end: number, token: string): number {
  if (token === '') return Math.max(0, end - 1)
  const called = `$${token}(`
  if (text.slice(end - called.length, end) === called) return end - called.length
  return text.slice(end - token.length, end) === token ? end - token.length : Math.max(0, end - 1)
}
