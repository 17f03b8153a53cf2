import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import { type FieldFault, fault } from './answers.ts'
import { iso, parseSeconds } from './times.ts'

export interface FieldOption {
  readonly id: number
  readonly name: string
  readonly value: string
}

/** A field definition. `key` is what organizations and users hold its value under; tickets hold it under the id. */
export interface FieldDef {
  readonly id: number
  readonly type: string
  readonly key: string | null
  readonly title: string
  readonly description: string
  readonly active: boolean
  /** Of Zendesk itself (subject, status, …): not among the custom fields. */
  readonly system: boolean
  readonly options: readonly FieldOption[]
  readonly regexp: string | null
  readonly target: string | null
  readonly createdAt: number
}

export const CUSTOM_TYPES: readonly string[] = [
  'text',
  'textarea',
  'checkbox',
  'date',
  'integer',
  'decimal',
  'regexp',
  'dropdown',
  'tagger',
  'multiselect',
  'lookup',
]

export function renderField(def: FieldDef, position: number, url: string): JsonObject {
  const isTicketField = def.key === null
  return {
    url,
    id: def.id,
    type: def.type,
    ...(isTicketField ? {} : { key: def.key }),
    title: def.title,
    raw_title: def.title,
    description: def.description,
    raw_description: def.description,
    position,
    active: def.active,
    ...(isTicketField ? { removable: !def.system, required: false } : { system: def.system }),
    regexp_for_validation: def.regexp,
    ...(def.target === null ? {} : { relationship_target_type: def.target }),
    ...(def.options.length === 0
      ? {}
      : { custom_field_options: def.options.map(it => ({ ...it, raw_name: it.name })) }),
    created_at: iso(def.createdAt),
    updated_at: iso(def.createdAt),
  }
}

type Read = { readonly value: Json } | { readonly wrong: string }
const value = (it: Json): Read => ({ value: it })
const wrong = (text: string): Read => ({ wrong: text })

const asText = (given: Json): string | undefined =>
  typeof given === 'string' ? given : typeof given === 'number' ? String(given) : undefined

const READ: Readonly<Record<string, (def: FieldDef, given: Json) => Read>> = {
  checkbox: (_def, given) =>
    typeof given === 'boolean'
      ? value(given)
      : given === 'true' || given === 'false'
        ? value(given === 'true')
        : wrong('is not a valid checkbox value'),
  date: (_def, given) => {
    const at = typeof given === 'string' ? parseSeconds(given) : undefined
    // dates come back at midnight with +00:00, not Z (2.1)
    return at === undefined ? wrong('is not a valid date') : value(`${iso(at).slice(0, 10)}T00:00:00+00:00`)
  },
  integer: (_def, given) => {
    const text = asText(given) ?? ''
    return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))
      ? value(Number(text))
      : wrong('must be an integer')
  },
  decimal: (_def, given) => {
    const text = asText(given) ?? ''
    return /^-?\d+(\.\d+)?$/.test(text) ? value(Number(text)) : wrong('must be a decimal number')
  },
  regexp: (def, given) =>
    typeof given === 'string' && new RegExp(def.regexp ?? '').test(given) ? value(given) : wrong('is invalid'),
  dropdown: readOption,
  tagger: readOption,
  multiselect: (def, given) => {
    const values = Array.isArray(given) ? given : [given]
    return values.every(it => def.options.some(option => option.value === it)) ? value(values) : wrong('is invalid')
  },
  lookup: (_def, given) => (/^\d+$/.test(asText(given) ?? '') ? value(String(given)) : wrong('is invalid')),
}

function readOption(def: FieldDef, given: Json): Read {
  return def.options.some(it => it.value === given) ? value(given) : wrong(`'${String(given)}' is not a valid value`)
}

function readText(_def: FieldDef, given: Json): Read {
  const text = asText(given)
  return text === undefined ? wrong('is invalid') : value(text)
}

/** The value as the field keeps it, or what is wrong with it; null and '' empty a field. */
export function readValue(def: FieldDef, given: Json): { readonly value: Json } | FieldFault {
  if (given === null || given === '') return { value: null }
  const read = (READ[def.type] ?? readText)(def, given)
  return 'value' in read ? read : fault(def.key ?? 'base', 'InvalidValue', `${def.title}: ${read.wrong}`)
}
