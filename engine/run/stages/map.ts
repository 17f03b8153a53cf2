import type { Evaluated, Scope } from '../../core/expression.ts'
import type { StepPlan } from '../../core/plan.ts'
import type { Json, JsonObject } from '../../core/record.ts'
import type { Run } from '../run.ts'
import type { Draft, Item, OpenStep } from '../types.ts'
import { isTruthy, scopeOf } from './filter.ts'

interface Element {
  readonly item: Item
  readonly element: string
  readonly scope: Scope
}

/** Makes this step's sink records of all items that are still on their way. A step whose `when` is false makes none. */
export async function map(_run: Run, step: OpenStep, items: readonly Item[]): Promise<readonly Draft[]> {
  const taken = await elementsOf(step.plan, await whenTrue(step.plan, items))
  const answers = await step.plan.map.evaluate(taken.map(it => it.scope))
  const drafts: Draft[] = []
  taken.forEach(({ item, element }, index) => {
    const fields = mappedObject(step, item, answers[index])
    if (!fields || item.ended) return
    const draft: Draft = {
      item,
      step: step.plan,
      element: step.plan.each ? nameOf(step.plan, fields, element) : '',
      fields,
    }
    item.drafts.push(draft)
    drafts.push(draft)
  })
  return drafts.filter(draft => !draft.item.ended)
}

async function whenTrue(step: StepPlan, items: readonly Item[]): Promise<readonly Item[]> {
  const open = items.filter(item => !item.ended && item.record.change === 'upsert')
  if (!step.when) return open
  const answers = await step.when.evaluate(open.map(scopeOf))
  return open.filter((item, index) => {
    const answer = answers[index]
    if (!answer) return false
    if (!answer.ok) die(item, step, answer)
    else if (!isTruthy(answer)) item.sinkKeys.set(step.name, null)
    else return true
    return false
  })
}

async function elementsOf(step: StepPlan, items: readonly Item[]): Promise<readonly Element[]> {
  if (!step.each) return items.map(item => ({ item, element: '', scope: scopeOf(item) }))
  const answers = await step.each.evaluate(items.map(scopeOf))
  return items.flatMap((item, index) => {
    const answer = answers[index]
    if (!answer) return []
    if (!answer.ok) {
      die(item, step, answer)
      return []
    }
    const list: readonly Json[] =
      answer.value === undefined ? [] : Array.isArray(answer.value) ? (answer.value as readonly Json[]) : [answer.value]
    return list.map((element, position) => ({
      item,
      element: String(position),
      scope: { record: item.record.fields, variables: { ...item.variables, item: element, index: position } },
    }))
  })
}

function mappedObject(open: OpenStep, item: Item, answer: Evaluated | undefined): JsonObject | undefined {
  if (!answer) return undefined
  const step = open.plan
  if (!answer.ok) {
    die(item, step, answer)
    return undefined
  }
  const { value } = answer
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return present(open, value as JsonObject)
  item.ended = {
    is: 'dead',
    step: step.name,
    failure: {
      kind: 'record',
      code: 'RUN_MAP_NO_OBJECT',
      message: `the mapping of step "${step.name}" yields ${Array.isArray(value) ? 'an array' : JSON.stringify(value ?? null)}, not an object`,
      remedy: 'A mapping given as one expression must yield an object of sink fields.',
    },
  }
  return undefined
}

function present(step: OpenStep, fields: JsonObject): JsonObject {
  if (step.absent.size === 0) return fields
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !step.absent.has(name)))
}

/** Elements move within their array: what they match on tells them apart better than where they stand. */
function nameOf(step: StepPlan, fields: JsonObject, position: string): string {
  const value = step.sink.match === undefined ? undefined : fields[step.sink.match]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : position
}

function die(item: Item, step: StepPlan, answer: Extract<Evaluated, { ok: false }>): void {
  item.ended = { is: 'dead', step: step.name, failure: answer.failure }
}
