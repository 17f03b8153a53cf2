/** The fields of an entity: declared by its connector, refined by live metadata that `describe --save` stored. */
export interface Field {
  readonly type: FieldType
  /** What people of that system call it. */
  readonly title?: string
  /** The system sets it; writing it is refused. */
  readonly readOnly?: boolean
  /** A record cannot be created without it. */
  readonly mandatory?: boolean
  readonly maxLength?: number
  /** The values that the system lists. Whether it refuses others is `strictValues`. */
  readonly values?: readonly string[]
  readonly strictValues?: boolean
  /** No two records share a value: may be used as `match`. */
  readonly unique?: boolean
  /** Entity that this field points at. */
  readonly references?: string
  /** Digits after the decimal point that the system keeps. */
  readonly decimals?: number
  /** Of `object`, and of the elements of `list`. Absent: anything goes inside. */
  readonly fields?: Fields
  readonly custom?: boolean
}

/**
 * `number` is a JSON number, `decimal` a decimal kept as a string, `id` digits in a string (often beyond 2^53),
 * `date` is `YYYY-MM-DD`, `datetime` ISO 8601 with an offset or Z, `object` nested fields, `list` an array of objects, `any` unchecked.
 */
export const FIELD_TYPES = [
  'string',
  'number',
  'integer',
  'decimal',
  'boolean',
  'id',
  'date',
  'datetime',
  'object',
  'list',
  'strings',
  'any',
] as const
export type FieldType = (typeof FIELD_TYPES)[number]

export type Fields = Readonly<Record<string, Field>>

/** What `describe` answers for one entity: the live truth of one account. */
export interface EntityDescription {
  readonly entity: string
  readonly title: string
  readonly fields: Fields
  readonly describedAt: string
}

/** A field that a flow declares because only this account has it. `text` is the word that people use for `string`. */
export interface CustomField {
  readonly type: FieldType | 'text'
  readonly unique?: boolean
  readonly length?: number
}

/** Declared custom fields as fields like any other. */
export function customFields(declared: Readonly<Record<string, CustomField>>): Fields {
  return Object.fromEntries(Object.entries(declared).map(([name, it]) => [name, customField(it)]))
}

function customField({ type, unique, length }: CustomField): Field {
  return {
    type: type === 'text' ? 'string' : type,
    custom: true,
    ...(unique === undefined ? {} : { unique }),
    ...(length === undefined ? {} : { maxLength: length }),
  }
}
