import type { ModuleDef } from '../modules.ts'
import type { Org } from '../org.ts'
import type { StoredRecord } from '../store.ts'
import { type Column, type Comparable, checkOperator, resolveColumn } from './columns.ts'
import type { Condition, Test } from './parse.ts'

/** One criterion, its column found and its literals read. */
export interface CompiledTest {
  readonly column: Column
  readonly test: Test
  readonly values: readonly Comparable[]
}

export interface Compiled {
  matches(record: StoredRecord): boolean
  /** Criteria that every match fulfils: what a plan may start from. */
  readonly always: readonly CompiledTest[]
}

export function compileCondition(org: Org, module: ModuleDef, condition: Condition): Compiled {
  if (condition.is === 'test') return compileTest(org, module, condition)
  const left = compileCondition(org, module, condition.left)
  const right = compileCondition(org, module, condition.right)
  if (condition.is === 'and')
    return { matches: it => left.matches(it) && right.matches(it), always: [...left.always, ...right.always] }
  return { matches: it => left.matches(it) || right.matches(it), always: [] }
}

function compileTest(org: Org, module: ModuleDef, test: Test): Compiled {
  const column = resolveColumn(org, module, test.column)
  checkOperator(module, column, test.operator)
  const values = test.values.map(column.literal)
  const holds = HOLDS[test.operator](values)
  const { isNegated } = test
  const isNullTest = test.operator === 'null'
  return {
    matches: record => {
      const value = column.compare(record)
      // a value that is not there fulfils nothing but "is null"
      if (value === null && !isNullTest) return test.operator === '!='
      return holds(value) !== isNegated
    },
    always: isNegated ? [] : [{ column, test, values }],
  }
}

type Holds = (values: readonly Comparable[]) => (value: Comparable) => boolean

export function order(a: Comparable, b: Comparable): number {
  if (a === b) return 0
  // nothing comes before everything
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}

const first = (values: readonly Comparable[]): Comparable => values[0] ?? null

const HOLDS: Record<Test['operator'], Holds> = {
  '=': values => value => value === first(values),
  '!=': values => value => value !== first(values),
  '<': values => value => order(value, first(values)) < 0,
  '>': values => value => order(value, first(values)) > 0,
  '<=': values => value => order(value, first(values)) <= 0,
  '>=': values => value => order(value, first(values)) >= 0,
  in: values => value => values.includes(value),
  between: values => value => order(value, first(values)) >= 0 && order(value, values[1] ?? null) <= 0,
  null: () => value => value === null,
  like: values => {
    const pattern = like(String(first(values)))
    return value => pattern.test(String(value))
  },
}

/** `%` stands for any characters; everything else for itself. */
function like(text: string): RegExp {
  const parts = text.split('%').map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}
