/** Of a list: how many at most, and how many when nobody says. */
export const MOST = 500
export const LIMIT = 50

export interface PageOf<T, Id> {
  readonly shown: readonly T[]
  /** Of the last one that is shown; null when nothing follows. */
  readonly next: Id | null
}

/** One more than is shown was read: whether anything follows is known without counting. */
export function pageOf<T, Id>(rows: readonly T[], limit: number, idOf: (row: T) => Id): PageOf<T, Id> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, next: rows.length > limit && last !== undefined ? idOf(last) : null }
}
