/** A line of a file, and what stands there without the guard. */
export interface Change {
  readonly file: string
  /** Stands exactly once in the file. */
  readonly from: string
  readonly to: string
}

/** A line that keeps a promise, and who must notice when it is gone. */
export interface Mutation extends Change {
  readonly guard: string
  /** A second guard that stands behind it and keeps the same promise: both are taken away. */
  readonly behind?: Change
  /** One of these must fail: the quickest first. */
  readonly tests: readonly Check[]
}

/** Files of tests below `test/`, with a part of their titles; or a proof with its arguments. */
export type Check =
  | { readonly test: string; readonly title?: string }
  | { readonly proof: 'histories' | 'examples' | 'writes'; readonly of: readonly string[] }

/** The named example of a reading failure, acted out on one entity. */
export const example = (row: string, connector: string, entity: string): Check => ({
  proof: 'examples',
  of: [connector, row, entity],
})
