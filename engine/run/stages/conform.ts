import type { Failure } from '../../core/errors.ts'
import type { Field, FieldType } from '../../core/fields.ts'
import type { Json } from '../../core/record.ts'
import type { Draft, OpenStep } from '../types.ts'

/**
 * Gives mapped values the types that the sink declares, only where nothing is lost by it, and refuses the rest before it costs a call:
 * a value is never cut, rounded or guessed. '' counts as nothing.
 */
export function conform(step: OpenStep, drafts: readonly Draft[]): void {
  for (const draft of drafts) {
    if (draft.item.ended) continue
    const conformed: Record<string, Json> = {}
    for (const [name, value] of Object.entries(draft.fields)) {
      const field = step.fields[name]
      const answer = field ? conformValue(name, field, value) : { ok: true as const, value }
      if (!answer.ok) {
        draft.item.ended = { is: 'dead', step: step.plan.name, failure: answer.failure }
        break
      }
      conformed[name] = answer.value
    }
    draft.fields = conformed
    if (!draft.item.ended) requireMatch(step, draft)
  }
}

/** An upsert without its external key would match anything or nothing. */
function requireMatch(step: OpenStep, draft: Draft): void {
  const { match, operation } = step.plan.sink
  if (match === undefined || operation === 'create') return
  const value = draft.fields[match]
  if (typeof value === 'string' || typeof value === 'number') return
  draft.item.ended = {
    is: 'dead',
    step: step.plan.name,
    failure: {
      kind: 'record',
      code: 'RUN_MATCH_EMPTY',
      message: `${match} is ${JSON.stringify(value ?? null)}: without a value to match on, the record could double another`,
      field: match,
      remedy: `Map ${match} to the source's key, or filter records that have none.`,
    },
  }
}

type Conformed = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly failure: Failure }

export function conformValue(name: string, field: Field, given: Json): Conformed {
  const value = given === '' ? null : given
  if (value === null)
    return field.mandatory
      ? refused(
          name,
          'RUN_FIELD_MANDATORY',
          `${name} is empty, and the target demands a value`,
          'Map a value, or filter such records.',
        )
      : { ok: true, value: null }
  const typed = CONVERSIONS[field.type](value)
  if (typed === undefined)
    return refused(
      name,
      'RUN_FIELD_TYPE',
      `${name} is ${shown(value)}, not ${ARTICLES[field.type]}`,
      `Convert it in the mapping of ${name}.`,
    )
  const length = typeof typed === 'string' && field.maxLength !== undefined ? [...typed].length : 0
  if (field.maxLength !== undefined && length > field.maxLength)
    return refused(
      name,
      'RUN_FIELD_LENGTH',
      `${name} has ${length} characters, the target keeps ${field.maxLength}`,
      `Shorten it in the mapping, e.g. $substring(${name}, 0, ${field.maxLength}), or correct it at the source.`,
    )
  if (field.strictValues && field.values && typeof typed === 'string' && !field.values.includes(typed))
    return refused(
      name,
      'RUN_FIELD_VALUE',
      `${name} is ${shown(typed)}, not one of: ${field.values.join(', ')}`,
      'Translate it with a reference table.',
    )
  return { ok: true, value: typed }
}

const DECIMAL = /^[+-]?\d+(\.\d+)?$/
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** Undefined: it does not fit. */
const CONVERSIONS: Readonly<Record<FieldType, (value: Json) => Json | undefined>> = {
  string: value => (typeof value === 'string' ? value : isScalar(value) ? String(value) : undefined),
  number: value => (typeof value === 'number' ? value : typeof value === 'string' ? exactNumber(value) : undefined),
  integer: value => {
    const number = typeof value === 'number' ? value : typeof value === 'string' ? exactNumber(value) : undefined
    return number !== undefined && Number.isSafeInteger(number) ? number : undefined
  },
  decimal: value =>
    typeof value === 'number' ? String(value) : typeof value === 'string' && DECIMAL.test(value) ? value : undefined,
  boolean: value =>
    typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined,
  id: value =>
    typeof value === 'string'
      ? value
      : typeof value === 'number' && Number.isSafeInteger(value)
        ? String(value)
        : undefined,
  date: value =>
    typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined,
  datetime: value =>
    typeof value === 'string' && DATETIME.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined,
  object: value => (typeof value === 'object' && !Array.isArray(value) ? value : undefined),
  list: value => (Array.isArray(value) ? value : undefined),
  strings: value => (Array.isArray(value) && value.every(it => typeof it === 'string') ? value : undefined),
  any: value => value,
}

const ARTICLES: Readonly<Record<FieldType, string>> = {
  string: 'text',
  number: 'a number that keeps its digits',
  integer: 'a whole number',
  decimal: 'a decimal number',
  boolean: 'true or false',
  id: 'an id',
  date: 'a date such as 2026-03-31',
  datetime: 'a time such as 2026-03-31T09:00:00Z',
  object: 'an object',
  list: 'a list',
  strings: 'a list of texts',
  any: 'anything',
}

/** The number that this text means, when it survives the way into a double and back: 0.10 does, 12345678901234567890 does not. */
function exactNumber(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined
  const significant = text
    .replace(/^[+-]?0*/, '')
    .replace('.', '')
    .replace(/^0+/, '')
  return significant.length <= 15 ? Number(text) : undefined
}

function isScalar(value: Json): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

function shown(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function refused(field: string, code: string, message: string, remedy: string): Conformed {
  return { ok: false, failure: { kind: 'record', code, message, field, remedy } }
}
