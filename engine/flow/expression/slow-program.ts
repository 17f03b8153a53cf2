import type jsonata from 'jsonata'
import type { Scope } from '../../core/expression.ts'
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
  program.registerFunction(OR_NULL, (value: unknown) => (value === undefined ? null : value))
  return { evaluate: ({ record, variables }) => program.evaluate(record, variables) }
}
