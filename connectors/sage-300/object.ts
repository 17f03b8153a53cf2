import type { Fields } from '../../engine/sdk/index.ts'

/**
 * How changes of a resource are found (fact sheet 4, "Incremental polling"). `watched`: fields that every read asks for, so that a record that was
 * given shows in them that it changed once more.
 */
export type Changes =
  /** `DateLastMaintained`: the day of the last change, without a time. */
  | { readonly by: 'day'; readonly watched: readonly string[] }
  /** No change field: every run looks at all records. `date`: the document's own, for `documentDays`. */
  | { readonly by: 'look'; readonly date?: string; readonly watched: readonly string[] }

/** One resource of the Web API, as reader and writer need to know it (fact sheet 3). */
export interface Sage300Object {
  /** Module and resource: `AR/ARCustomers`. */
  readonly name: string
  readonly title: string
  readonly key: string
  readonly changes: Changes
  readonly fields: Fields
}

/** What an entity that is written has besides. */
export interface WritableObject extends Sage300Object {
  readonly operations: readonly ('create' | 'update')[]
  /** Fields that go first in a body, in this order; the others follow as they are given, details last. */
  readonly order: readonly string[]
  /** The same for the rows of details. */
  readonly lineOrder?: Readonly<Record<string, readonly string[]>>
}

export const MAINTAINED = 'DateLastMaintained'

/** Fields that every read asks for, whatever the flow wants. */
export const watchedOf = ({ key, changes }: Sage300Object): readonly string[] => [
  key,
  ...(changes.by === 'day' ? [MAINTAINED] : []),
  ...changes.watched,
]

/** `AR` of `AR/ARCustomers`. */
export const moduleOf = ({ name }: Sage300Object): string => name.slice(0, name.indexOf('/'))
/** `ARCustomers` of `AR/ARCustomers`. */
export const resourceOf = ({ name }: Sage300Object): string => name.slice(name.indexOf('/') + 1)
