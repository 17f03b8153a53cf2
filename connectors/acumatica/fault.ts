import type { HttpAnswer, Json, JsonObject } from '../../engine/sdk/index.ts'
import { isList, isObject, objectOf, parseJson, textOf } from './json.ts'

/** What an answer says that is not the expected one, whatever its shape: HttpError, entity with errors, text, HTML, redirect (fact sheet 7). */
export interface Fault {
  readonly status: number
  /** Exception type and message, or the text of the body, or the message in the target of a redirect. */
  readonly words: string
  readonly body: JsonObject
  readonly retryAfter: string | undefined
}

/** Details that an HttpError keeps under keys of its own, innermost last. */
const WORDS = ['exceptionType', 'exceptionMessage', 'messageDetail', 'message', 'error'] as const

export function faultOf(answer: HttpAnswer, redact: (text: string) => string): Fault {
  const parsed = parseJson(answer.text)
  const body = objectOf(parsed)
  const location = answer.headers['location']
  const told = isObject(parsed) ? wordsOf(body) : plainText(typeof parsed === 'string' ? parsed : answer.text)
  const words = location === undefined ? told : `redirected to ${decodedOf(location)}`
  return {
    status: answer.status,
    words: redact(words).slice(0, 2_000),
    body: redacted(body, redact),
    retryAfter: answer.headers['retry-after'],
  }
}

function wordsOf(body: JsonObject): string {
  const own = WORDS.flatMap(name => textOf(body[name]) ?? [])
  const model = Object.entries(objectOf(body['modelState'])).flatMap(([place, texts]) =>
    (isList(texts) ? texts : [texts]).map(it => `${place}${place === '' ? '' : ': '}${String(it)}`),
  )
  const inner = isObject(body['innerException']) ? [wordsOf(body['innerException'])] : []
  // the general phrase says nothing once there is another
  const all = [...own, ...model, ...inner].filter(it => it !== 'An error has occurred.')
  return all.length > 0 ? all.join(' ') : own.join(' ')
}

const plainText = (text: string): string =>
  text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 500)

/** A URL as text for people; one that is not percent-encoded is taken as it is. */
export function decodedOf(url: string): string {
  try {
    return decodeURIComponent(url.replaceAll('+', ' '))
  } catch {
    // a lone percent sign: the words are there as they are
    return url
  }
}

function redacted(body: JsonObject, redact: (text: string) => string): JsonObject {
  const clean = (value: Json): Json => {
    if (typeof value === 'string') return redact(value)
    if (isList(value)) return value.map(clean)
    return isObject(value) ? redacted(value, redact) : value
  }
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, clean(value)]))
}

export interface FieldError {
  /** Dotted path; '' for the record as a whole. */
  readonly field: string
  readonly text: string
}

/** Every `error` of a record, its fields, its linked entities and its lines (fact sheet 7). Fields come before the record's own summary. */
export function fieldErrorsOf(body: JsonObject): readonly FieldError[] {
  // an HttpError may carry the record under `entity`; its own `error` is no list of fields
  const found = collect(isObject(body['entity']) ? body['entity'] : body, [])
  return [...found.filter(it => it.field !== ''), ...found.filter(it => it.field === '')]
}

function collect(node: JsonObject, path: readonly string[]): FieldError[] {
  const own = textOf(node['error'])
  const errors = own === undefined ? [] : [{ field: path.join('.'), text: own.trim().replaceAll(/\s+/g, ' ') }]
  const inner = Object.entries(node).flatMap(([name, value]) => {
    if (isObject(value)) return collect(value, [...path, name])
    return isList(value)
      ? value.flatMap((it, index) => (isObject(it) ? collect(it, [...path, `${name}[${index}]`]) : []))
      : []
  })
  return [...errors, ...inner]
}
