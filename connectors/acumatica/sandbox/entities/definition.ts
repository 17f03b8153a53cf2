export type ValueType = 'string' | 'decimal' | 'int' | 'boolean' | 'datetime' | 'date' | 'guid'

interface Common {
  /** First version of Default that has it, as its year: 20 for 20.200.001. */
  readonly since: number
}

export interface ValueField extends Common {
  readonly is: 'value'
  readonly type: ValueType
  /** What a write says of it is ignored without a word. */
  readonly computed: boolean
  /** Key: upper-cased, not changed once set. */
  readonly key: boolean
  readonly required: boolean
  /** Decimal places, trailing zeros included. */
  readonly scale: number
  readonly maxLength: number
  /** Labels of a drop-down. */
  readonly values?: readonly string[]
  /** Name of the list (catalogue) that the value must be in. */
  readonly list?: string
  /** Comes from the row itself. */
  readonly system?: 'modified' | 'created' | 'modifiedText' | 'id'
}

export interface LinkedField extends Common {
  readonly is: 'linked'
  readonly of: ViewDef
  /** A boolean beside it that must be true before a write of it sticks. */
  readonly override?: string
}

export interface ListField extends Common {
  readonly is: 'list'
  readonly of: ViewDef
  /** Fields that tell one row from another, besides `id`. */
  readonly rowKeys: readonly string[]
}

export type FieldDef = ValueField | LinkedField | ListField

/** A set of fields with a name: an entity, a linked entity, or the rows of a detail list. */
export interface ViewDef {
  /** Name of the schema in OpenAPI. */
  readonly name: string
  readonly fields: Readonly<Record<string, FieldDef>>
}

export interface EntityDef extends ViewDef {
  readonly keys: readonly string[]
  readonly screen: string
  readonly form: string
  /** Graph and view, as `_links.files:put` names them. */
  readonly graph: string
  readonly view: string
  /** Kinds of long operation. */
  readonly actions: readonly string[]
  /** Custom fields by `View.Field`; all are texts. */
  readonly customs: readonly string[]
}

type Extra = Partial<Omit<ValueField, 'is' | 'type'>>

const value = (type: ValueType, extra: Extra = {}): ValueField => ({
  is: 'value',
  type,
  since: 20,
  computed: false,
  key: false,
  required: false,
  scale: 4,
  maxLength: 255,
  ...extra,
})

export const text = (extra?: Extra) => value('string', extra)
export const key = (maxLength = 30, extra: Extra = {}) => value('string', { key: true, maxLength, ...extra })
export const money = (extra?: Extra) => value('decimal', extra)
export const quantity = (extra?: Extra) => value('decimal', { scale: 8, ...extra })
export const int = (extra?: Extra) => value('int', extra)
export const flag = (extra?: Extra) => value('boolean', extra)
export const date = (extra?: Extra) => value('date', extra)
export const guid = (extra?: Extra) => value('guid', { computed: true, ...extra })
export const total = (extra?: Extra) => money({ computed: true, ...extra })
export const choice = (values: readonly string[], extra?: Extra) => text({ values, ...extra })
export const listed = (list: string, extra?: Extra) => text({ list, maxLength: 30, ...extra })
export const modified = (since = 20) => value('datetime', { computed: true, system: 'modified', since })
export const created = (since = 20) => value('datetime', { computed: true, system: 'created', since })

export const linked = (
  of: ViewDef,
  extra: { readonly since?: number; readonly override?: string } = {},
): LinkedField => ({
  is: 'linked',
  since: 20,
  of,
  ...extra,
})

export const list = (of: ViewDef, rowKeys: readonly string[] = [], since = 20): ListField => ({
  is: 'list',
  since,
  of,
  rowKeys,
})

/** `Customer Class` of `CustomerClass`: what messages call a field. */
export const labelOf = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/ ID$/, ' ID')

/** The fields that a version of Default has. */
export function fieldsIn(view: ViewDef, version: number): readonly (readonly [string, FieldDef])[] {
  return Object.entries(view.fields).filter(([, it]) => it.since <= version)
}

export function fieldIn(view: ViewDef, name: string, version: number): FieldDef | undefined {
  const found = Object.hasOwn(view.fields, name) ? view.fields[name] : undefined
  return found && found.since <= version ? found : undefined
}
