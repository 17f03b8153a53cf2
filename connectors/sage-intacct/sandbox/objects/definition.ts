export type DataType =
  | 'TEXT'
  | 'INTEGER'
  | 'BOOLEAN'
  | 'DATE'
  | 'TIMESTAMP'
  | 'ENUM'
  | 'DECIMAL'
  | 'CURRENCY'
  | 'PERCENT'

export interface FieldDef {
  readonly id: string
  readonly type: DataType
  readonly isRequired: boolean
  readonly isReadOnly: boolean
  readonly maxLength: number
  /** Valid values of an ENUM, as `lookup` lists them. */
  readonly values: readonly string[]
  /** The database codes of `values`, which `readByQuery` takes (fact sheet 5.2). */
  readonly codes: readonly string[]
  readonly isCustom: boolean
  /** Not stored: read through a relation. */
  readonly path?: string
  /** Listed by `lookup`, refused by `query` (fact sheet 4, PROJECT). */
  readonly isGrant: boolean
}

export interface Relation {
  readonly path: string
  readonly object: string
  /** Field of this object that holds the natural key of the other. */
  readonly by: string
  /** To the same kind of object: one hop only. */
  readonly isHierarchy: boolean
}

export interface ObjectDef {
  readonly name: string
  readonly label: string
  /** Natural key: what `readByName` takes and what the audit history keeps. */
  readonly key: string
  /** System key: `RECORDNO`, `id` of custom objects. */
  readonly id: string
  readonly fields: ReadonlyMap<string, FieldDef>
  readonly relations: ReadonlyMap<string, Relation>
  /** Relations whose record is read and written together with this one: contacts. */
  readonly embedded: readonly string[]
  /** Text before the parenthesised id in the name of a display contact created along: `V` or `C`. */
  readonly contactLetter?: string
  readonly canWrite: boolean
  /** `query` takes database codes and `readByQuery` words, the reverse of all others: AUDITHISTORY (fact sheet 5.2). */
  readonly isCodesReversed: boolean
  /** Custom objects print ISO times everywhere (fact sheet 7.1 D). */
  readonly isCustom: boolean
  readonly created: string
  readonly modified: string
}

/**
 * Fields as lines: `NAME! TEXT 100`. `!` required, `*` read only, `+` custom, `~` listed but never queryable;
 * a number is the greatest length, `active=T|inactive=F` are values with their codes, `@PATH.FIELD` is read through a relation.
 */
export function defineFields(lines: readonly string[]): Map<string, FieldDef> {
  return new Map(lines.map(line => defineField(line)).map(it => [it.id, it]))
}

const TYPES = new Set<string>([
  'TEXT',
  'INTEGER',
  'BOOLEAN',
  'DATE',
  'TIMESTAMP',
  'ENUM',
  'DECIMAL',
  'CURRENCY',
  'PERCENT',
])
const isType = (text: string): text is DataType => TYPES.has(text)

function defineField(line: string): FieldDef {
  const [head = '', type = '', rest = ''] = line.split(' ')
  const marks = /[!*+~]+$/.exec(head)?.[0] ?? ''
  if (!isType(type)) throw new TypeError(`field line "${line}" has no type`)
  const pairs = rest.includes('|') ? rest.split('|').map(it => it.split('=')) : []
  return {
    id: head.slice(0, head.length - marks.length),
    type,
    isRequired: marks.includes('!'),
    isReadOnly: marks.includes('*') || rest.startsWith('@'),
    isCustom: marks.includes('+'),
    isGrant: marks.includes('~'),
    maxLength: /^\d+$/.test(rest) ? Number(rest) : 0,
    values: pairs.map(([value = '']) => value),
    codes: pairs.map(([value = '', code = value]) => code),
    ...(rest.startsWith('@') ? { path: rest.slice(1) } : {}),
  }
}

export interface ObjectSpec {
  readonly name: string
  readonly label: string
  readonly key: string
  readonly fields: readonly string[]
  /** `PATH>OBJECT by FIELD`. */
  readonly relations?: readonly string[]
  readonly embedded?: readonly string[]
  readonly contactLetter?: string
  readonly isReadOnly?: boolean
}

export const STATUS = 'STATUS ENUM active=T|inactive=F'

/** Of every standard record (fact sheet 4). */
const AUDIT_FIELDS = [
  'RECORDNO* INTEGER',
  'WHENCREATED* TIMESTAMP',
  'WHENMODIFIED* TIMESTAMP',
  'CREATEDBY* INTEGER',
  'MODIFIEDBY* INTEGER',
  'MEGAENTITYKEY* INTEGER @MEGAENTITY.RECORDNO',
  'MEGAENTITYID* TEXT 20',
  'MEGAENTITYNAME* TEXT @MEGAENTITY.NAME',
]

export function defineObject(spec: ObjectSpec): ObjectDef {
  return {
    name: spec.name,
    label: spec.label,
    key: spec.key,
    id: 'RECORDNO',
    fields: defineFields([...spec.fields, ...AUDIT_FIELDS]),
    relations: relationsOf(spec.name, [...(spec.relations ?? []), 'MEGAENTITY>LOCATIONENTITY by MEGAENTITYID']),
    embedded: spec.embedded ?? [],
    ...(spec.contactLetter === undefined ? {} : { contactLetter: spec.contactLetter }),
    canWrite: spec.isReadOnly !== true,
    isCodesReversed: false,
    isCustom: false,
    created: 'WHENCREATED',
    modified: 'WHENMODIFIED',
  }
}

export function relationsOf(name: string, lines: readonly string[]): Map<string, Relation> {
  return new Map(
    lines.map(line => {
      const [ends = '', by = ''] = line.split(' by ')
      const [path = '', object = ''] = ends.split('>')
      return [path, { path, object, by, isHierarchy: object === name }]
    }),
  )
}
