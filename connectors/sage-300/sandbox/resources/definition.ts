import type { Json } from '../../../../engine/sdk/index.ts'

export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type FieldKind = 'text' | 'enum' | 'number' | 'flag' | 'date' | 'details'

/** One property of an entry. Dates are held as YYYY-MM-DD or null, unset strings are '' (fact sheet 3). */
export interface FieldDef {
  readonly name: string
  readonly kind: FieldKind
  readonly initial: Json
  readonly length?: number
  readonly values?: readonly string[]
  /** Computed by the system: what a body says of it is passed over. */
  readonly isComputed?: boolean
  readonly detail?: DetailDef
}

/** Rows inside an entry, with a key of their own. */
export interface DetailDef {
  /** Without the part that the entry itself gives. */
  readonly key: string
  /** Step of a numeric key that the system gives; 0: the sender gives it. */
  readonly step: number
  readonly fields: ReadonlyMap<string, FieldDef>
}

export interface ResourceDef {
  readonly module: string
  readonly name: string
  readonly key: readonly string[]
  readonly fields: ReadonlyMap<string, FieldDef>
  readonly verbs: readonly Verb[]
  /** Has DateLastMaintained, set on every write. */
  readonly isDated: boolean
  /** The single key is a number that the system gives. */
  readonly isNumbered: boolean
}

type Extra = Partial<Pick<FieldDef, 'isComputed' | 'initial'>>

export const text = (name: string, length: number, extra: Extra = {}): FieldDef => ({
  name,
  kind: 'text',
  initial: '',
  length,
  ...extra,
})
export const number = (name: string, extra: Extra = {}): FieldDef => ({ name, kind: 'number', initial: 0, ...extra })
export const flag = (name: string, extra: Extra = {}): FieldDef => ({ name, kind: 'flag', initial: false, ...extra })
export const date = (name: string, extra: Extra = {}): FieldDef => ({ name, kind: 'date', initial: null, ...extra })
/** The first value is the default. */
export const choice = (name: string, values: string, extra: Extra = {}): FieldDef => {
  const list = values.split('|')
  return { name, kind: 'enum', initial: list[0] ?? '', values: list, ...extra }
}
export const details = (name: string, detail: DetailDef): FieldDef => ({ name, kind: 'details', initial: [], detail })

export const texts = (names: string, length: number, extra: Extra = {}): FieldDef[] =>
  names.split(' ').map(name => text(name, length, extra))
export const numbers = (names: string, extra: Extra = {}): FieldDef[] =>
  names.split(' ').map(name => number(name, extra))
export const dates = (names: string, extra: Extra = {}): FieldDef[] => names.split(' ').map(name => date(name, extra))
/** `AddressLine1` … `AddressLine4`. */
export const series = (prefix: string, count: number, length: number): FieldDef[] =>
  Array.from({ length: count }, (_unused, at) => text(`${prefix}${at + 1}`, length))

export const COMPUTED = { isComputed: true } as const

const UPDATE_OPERATION = choice('UpdateOperation', 'Unspecified|Insert|Update|Delete')

export const byName = (fields: readonly FieldDef[]): ReadonlyMap<string, FieldDef> =>
  new Map(fields.map(it => [it.name, it]))

export const detailOf = (key: string, step: number, fields: readonly FieldDef[]): DetailDef => ({
  key,
  step,
  fields: byName([...fields, UPDATE_OPERATION]),
})

const ALL_VERBS: readonly Verb[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

interface ResourceParts {
  readonly key: readonly string[]
  readonly fields: readonly FieldDef[]
  readonly verbs?: readonly Verb[]
}

/** `path` is module and name: `AP/APVendors`. */
export function resource(path: string, { key, fields, verbs = ALL_VERBS }: ResourceParts): ResourceDef {
  const [module = '', name = ''] = path.split('/')
  const all = byName([...fields, UPDATE_OPERATION])
  const [first = ''] = key
  return {
    module,
    name,
    key,
    fields: all,
    verbs,
    isDated: all.has('DateLastMaintained'),
    isNumbered: key.length === 1 && all.get(first)?.kind === 'number',
  }
}

export const pathOf = ({ module, name }: ResourceDef) => `${module}/${name}`

/** The values of optional fields, as every kind of record carries them. */
export const optionalFields = (name: string): FieldDef =>
  details(
    name,
    detailOf('OptionalField', 0, [
      text('OptionalField', 12),
      text('Value', 60),
      choice('Type', 'Text|Date|Time|Integer|Number|Amount|YesNo'),
      date('DateValue'),
    ]),
  )
