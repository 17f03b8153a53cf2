import type jsonata from 'jsonata'
import type { Scope } from '../../core/expression.ts'
import { fault } from './fault.ts'
import { OR_NULL } from './or-null.ts'
import { type Knowledge, SCOPE_FUNCTIONS } from './scope-functions.ts'

/** JSONata itself, with the functions of ours: any expression, exactly as its documentation says. */
export interface SlowProgram {
  /** Rejects with JSONata's error object: `code`, `message`, `position`. */
  evaluate(scope: Scope): Promise<unknown>
}

export function slowProgram(program: jsonata.Expression, knowledge: Knowledge): SlowProgram {
  for (const it of SCOPE_FUNCTIONS)
    program.registerFunction(it.name, (...args: readonly unknown[]) => it.call(args, knowledge))
  program.registerFunction('pad', cappedPad, '<s-ns?:s>')
  program.registerFunction(OR_NULL, (value: unknown) => (value === undefined ? null : value))
  return { evaluate: ({ record, variables }) => program.evaluate(record, variables) }
}

const WIDEST = 1_000_000

/** JSONata's `$pad`, which would fill all memory for a large width before any limit could be looked at. */
function cappedPad(text: string | undefined, width: number, filler = ' '): string | undefined {
  if (text === undefined) return undefined
  if (!(Math.abs(width) <= WIDEST)) throw fault('EXPRESSION_TOO_LARGE', `$pad to ${width} characters`)
  const missing = Math.abs(width) - [...text].length
  if (missing <= 0) return text
  const letters = [...(filler === '' ? ' ' : filler)]
  const padding = Array.from({ length: missing }, (_, at) => letters[at % letters.length]).join('')
  return width > 0 ? text + padding : padding + text
}
