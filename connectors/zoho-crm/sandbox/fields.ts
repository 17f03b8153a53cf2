import type { Json } from '../../../engine/sdk/index.ts'

export type DataType =
  | 'text'
  | 'textarea'
  | 'email'
  | 'phone'
  | 'website'
  | 'picklist'
  | 'multiselectpicklist'
  | 'integer'
  | 'bigint'
  | 'double'
  | 'currency'
  | 'percent'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'lookup'
  | 'ownerlookup'
  | 'autonumber'
  | 'formula'
  | 'subform'
  | 'tags'
  | 'taxes'

export interface FieldDef {
  readonly apiName: string
  readonly label: string
  readonly dataType: DataType
  readonly length: number | null
  readonly mandatory: boolean
  readonly custom: boolean
  /** The system computes it: `ignored` drops what a client sends (totals), `refused` answers INVALID_DATA. */
  readonly readOnly: false | 'ignored' | 'refused'
  readonly unique: boolean
  readonly external: boolean
  readonly values: readonly { readonly display: string; readonly actual: string }[]
  /** Module that a lookup or a subform points at. */
  readonly target: string | null
  /** What a new record gets when nothing is sent. */
  readonly initial: Json
}

type Extra = Partial<Omit<FieldDef, 'apiName' | 'dataType' | 'values'>> & { readonly values?: readonly string[] }

const LENGTHS: Partial<Record<DataType, number>> = {
  text: 255,
  textarea: 32_000,
  email: 100,
  phone: 30,
  website: 450,
  picklist: 120,
  multiselectpicklist: 255,
  integer: 9,
  bigint: 18,
  double: 16,
  currency: 16,
  percent: 5,
  autonumber: 200,
}

/** One field; what is not said is the data type's own default. A value written `display|actual` differs in the two. */
export function field(apiName: string, dataType: DataType, extra: Extra = {}): FieldDef {
  const { values = [], ...rest } = extra
  return {
    apiName,
    label: apiName.replaceAll('_', ' '),
    dataType,
    length: LENGTHS[dataType] ?? null,
    mandatory: false,
    custom: false,
    readOnly: dataType === 'formula' || dataType === 'autonumber' ? 'ignored' : false,
    unique: false,
    external: false,
    target: null,
    initial: dataType === 'boolean' ? false : null,
    ...rest,
    values: values.map(value => {
      const [display = value, actual = display] = value.split('|')
      return { display, actual }
    }),
  }
}

export const text = (name: string, length = 255, extra: Extra = {}) => field(name, 'text', { length, ...extra })
export const picklist = (name: string, values: readonly string[], extra: Extra = {}) =>
  field(name, 'picklist', { values, ...extra })
export const lookup = (name: string, target: string, extra: Extra = {}) => field(name, 'lookup', { target, ...extra })

/** Several plain fields of one type. */
export const many = (dataType: DataType, names: string): readonly FieldDef[] =>
  names.split(' ').map(name => field(name, dataType))

export const address = (prefix: string, postcode: 'Code' | 'Zip' | 'Zip_Code'): readonly FieldDef[] => [
  text(`${prefix}Street`, 250),
  text(`${prefix}City`, 100),
  text(`${prefix}State`, 100),
  text(`${prefix}${postcode}`, 30),
  text(`${prefix}Country`, 100),
]

/** How each data type shows in JSON: `json_type` of the fields metadata. */
export const JSON_TYPES: Record<DataType, string> = {
  text: 'string',
  textarea: 'string',
  email: 'string',
  phone: 'string',
  website: 'string',
  picklist: 'string',
  multiselectpicklist: 'jsonarray',
  integer: 'integer',
  bigint: 'string',
  double: 'double',
  currency: 'double',
  percent: 'double',
  boolean: 'boolean',
  date: 'string',
  datetime: 'string',
  lookup: 'jsonobject',
  ownerlookup: 'jsonobject',
  autonumber: 'string',
  formula: 'double',
  subform: 'jsonarray',
  tags: 'jsonarray',
  taxes: 'jsonarray',
}
