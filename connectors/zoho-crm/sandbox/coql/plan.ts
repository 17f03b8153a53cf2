import type { ModuleDef } from '../modules.ts'
import type { Org } from '../org.ts'
import type { ModuleStore, OrderName, Place, StoredRecord } from '../store.ts'
import type { Column, Comparable } from './columns.ts'
import { type Compiled, type CompiledTest, order } from './condition.ts'

interface Search {
  readonly condition: Compiled
  readonly order: readonly { readonly column: Column; readonly isDescending: boolean }[]
  /** More matches than this need not be found. */
  readonly wanted: number
}

/** Matches in the order asked for. Keys and times come from indexes, so that a query over 200,000 records reads few of them. */
export function matching(org: Org, module: ModuleDef, search: Search): readonly StoredRecord[] {
  const store = org.store(module.apiName)
  const keyed = byKey(store, search.condition.always)
  if (keyed) return sorted(keyed.filter(search.condition.matches), search)
  const kept = keptOrder(search)
  if (kept) return walk(store, search, { ...kept, until: search.wanted })
  const ranged = search.condition.always.map(it => orderOf(it.column)).find(it => it !== undefined) ?? 'id'
  return sorted(walk(store, search, { name: ranged, isDescending: false, until: Number.POSITIVE_INFINITY }), search)
}

/** Records that an indexed field, or the id, leads to directly. */
function byKey(store: ModuleStore, tests: readonly CompiledTest[]): StoredRecord[] | undefined {
  for (const { column, test, values } of tests) {
    if (!column.isOwn || (test.operator !== '=' && test.operator !== 'in')) continue
    if (column.name === 'id') return unique(values.flatMap(it => store.records.get(String(it)) ?? []))
    if (store.isIndexed(column.name)) return unique(values.flatMap(it => store.having(column.name, it)))
  }
  return undefined
}

const unique = (records: readonly StoredRecord[]) => [...new Set(records)]

const ORDER_NAMES: readonly OrderName[] = ['id', 'Created_Time', 'Modified_Time']
const orderOf = (column: Column): OrderName | undefined =>
  column.isOwn ? ORDER_NAMES.find(it => it === column.name) : undefined

/** The order that is kept anyway and equals the one asked for: a time, optionally then the id, in one direction. */
function keptOrder(search: Search): { name: OrderName; isDescending: boolean } | undefined {
  const [main, tie, more] = search.order
  if (!main) {
    const isRanged = search.condition.always.some(it => orderOf(it.column) !== undefined)
    return isRanged ? undefined : { name: 'id', isDescending: false }
  }
  const name = orderOf(main.column)
  const isTieKept = !tie || (tie.column.name === 'id' && tie.isDescending === main.isDescending)
  return name !== undefined && isTieKept && !more ? { name, isDescending: main.isDescending } : undefined
}

interface Walk {
  readonly name: OrderName
  readonly isDescending: boolean
  readonly until: number
}

function walk(store: ModuleStore, search: Search, { name, isDescending, until }: Walk): StoredRecord[] {
  const kept = store.orders[name]
  const { low, high } = bounds(name, search.condition.always)
  const from = isDescending
    ? high === null
      ? kept.size - 1
      : kept.rank(place(name, high, true)) - 1
    : low === null
      ? 0
      : kept.rank(place(name, low, false))
  const found: StoredRecord[] = []
  kept.walk(from, isDescending ? -1 : 1, record => {
    const value = name === 'id' ? record.id : name === 'Created_Time' ? record.createdAt : record.modifiedAt
    const end = isDescending ? low : high
    if (end !== null && (isDescending ? order(value, end) < 0 : order(value, end) > 0)) return false
    if (search.condition.matches(record)) found.push(record)
    return found.length < until
  })
  return found
}

const AFTER_ALL_IDS = '9'.repeat(20)

function place(name: OrderName, value: Comparable, isUpper: boolean): Place {
  const id = name === 'id' ? `${value}${isUpper ? '~' : ''}` : isUpper ? AFTER_ALL_IDS : ''
  return { id, createdAt: Number(value), modifiedAt: Number(value) }
}

/** The narrowest range that the criteria leave of an order; ends may still be refused by the criteria themselves. */
function bounds(name: OrderName, tests: readonly CompiledTest[]): { low: Comparable; high: Comparable } {
  let low: Comparable = null
  let high: Comparable = null
  for (const { column, test, values } of tests) {
    if (orderOf(column) !== name) continue
    const [one = null, other = null] = values
    if (LOWERS.has(test.operator) && (low === null || order(one, low) > 0)) low = one
    const upper = test.operator === 'between' ? other : one
    if (UPPERS.has(test.operator) && (high === null || order(upper, high) < 0)) high = upper
  }
  return { low, high }
}

const LOWERS = new Set(['=', '>', '>=', 'between'])
const UPPERS = new Set(['=', '<', '<=', 'between'])

function sorted(records: readonly StoredRecord[], search: Search): StoredRecord[] {
  return records.toSorted((a, b) => {
    for (const { column, isDescending } of search.order) {
      const way = order(column.compare(a), column.compare(b))
      if (way !== 0) return isDescending ? -way : way
    }
    return order(a.id, b.id)
  })
}
