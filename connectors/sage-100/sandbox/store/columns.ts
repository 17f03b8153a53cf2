/** What a column of a table holds. All values are texts, as the data files hold them; numbers are decimal texts. */
export type ColumnKind = 'text' | 'flag' | 'number' | 'date' | 'time'

export interface Column {
  readonly name: string
  readonly kind: ColumnKind
  /** Characters of a text; decimals of a number. */
  readonly size: number
  readonly isReadOnly: boolean
  /** Must not leave the agent (fact sheet 5): tax numbers and bank data. */
  readonly isPrivate: boolean
  /** Master file in which a value that is not blank must be found. */
  readonly master?: string
}

type Options = Partial<Pick<Column, 'isReadOnly' | 'isPrivate' | 'master'>>

const column = (name: string, kind: ColumnKind, size: number, options: Options = {}): Column => ({
  name,
  kind,
  size,
  isReadOnly: false,
  isPrivate: false,
  ...options,
})

/** Names and lengths, the larger ones of the releases seen. */
export const texts = (lengths: Readonly<Record<string, number>>, options: Options = {}): Column[] =>
  Object.entries(lengths).map(([name, size]) => column(name, 'text', size, options))
export const coded = (name: string, size: number, master: string): Column => column(name, 'text', size, { master })
export const flags = (...names: readonly string[]): Column[] => names.map(it => column(it, 'flag', 1))
export const numbers = (decimals: number, names: readonly string[], options: Options = {}): Column[] =>
  names.map(it => column(it, 'number', decimals, options))
export const dates = (names: readonly string[], options: Options = {}): Column[] =>
  names.map(it => column(it, 'date', 8, options))

const READ_ONLY = { isReadOnly: true }

/** The audit columns of every table but order lines (fact sheet 4.1). */
export const AUDIT: readonly Column[] = [
  ...dates(['DateCreated'], READ_ONLY),
  column('TimeCreated', 'time', 8, READ_ONLY),
  ...texts({ UserCreatedKey: 10 }, READ_ONLY),
  ...dates(['DateUpdated'], READ_ONLY),
  column('TimeUpdated', 'time', 8, READ_ONLY),
  ...texts({ UserUpdatedKey: 10 }, READ_ONLY),
]

export const initialOf = ({ kind, size }: Column): string =>
  kind === 'number' ? (0).toFixed(size) : kind === 'flag' ? 'N' : ''
