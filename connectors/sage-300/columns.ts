import { nameIn } from './filter.ts'
import { type Sage300Object, watchedOf } from './object.ts'

/** IIS takes 2,048 characters of query by default: beyond this the selection is left out, and everything comes (fact sheet 7). */
const MOST_SELECTED = 900

/** `$select`, ready for a query; undefined: all fields come. Details are inline, so that only their name is said. */
export function columnsOf(object: Sage300Object, select: readonly string[] | 'all'): string | undefined {
  if (select === 'all') return undefined
  const names = new Set([...watchedOf(object), ...select.map(path => path.split('.')[0] ?? path)].map(nameIn))
  const text = [...names].join(',')
  return encodeURIComponent(text).length > MOST_SELECTED ? undefined : text
}
