import type { Sage300Client } from '../client.ts'
import { strange } from '../errors.ts'
import { type Alternatives, filterOf } from '../filter.ts'
import { isList, isObject, objectOf, textOf } from '../json.ts'
import type { Sage300Object } from '../object.ts'
import { type Row, toRow } from '../wire.ts'

/** What stays the same over all pages of a read. */
export interface Ground {
  readonly client: Sage300Client
  readonly object: Sage300Object
  readonly select: string | undefined
  readonly window: Alternatives
}

export interface Listed {
  readonly rows: readonly Row[]
  /** The server says that more follow. Its link is not followed: behind a proxy it may name a host of the inner network (fact sheet 4). */
  readonly isMore: boolean
  /** All that fit; only where it was asked for and the server counts. */
  readonly total: number | undefined
  readonly today: string | undefined
}

export interface ListWish {
  readonly bounds: readonly (string | undefined)[]
  readonly top: number
  readonly count?: boolean
}

export async function fetchRows(ground: Ground, { bounds, top, count = false }: ListWish): Promise<Listed> {
  const { client, object, select, window } = ground
  const filter = filterOf(
    window,
    bounds.filter(it => it !== undefined),
  )
  const { body, today } = await client.call({
    method: 'GET',
    path: object.name,
    query: {
      ...(filter === undefined ? {} : { $filter: filter }),
      ...(select === undefined ? {} : { $select: select }),
      $top: String(top),
      ...(count ? { $count: 'true' } : {}),
    },
    label: `list ${object.name}`,
    expect: 'list',
    effect: 'none',
  })
  const answer = objectOf(body)
  const raws = isList(answer['value']) ? answer['value'].filter(isObject) : []
  // a server that ignores $top ignores $filter too, perhaps: nothing of it is believed
  if (raws.length > top) throw strange('SAGE300_PAGING', `${object.name}: a page has more records than asked for`)
  const rows = raws.map(raw => toRow(raw, object))
  if (new Set(rows.map(row => row.key)).size < rows.length)
    throw strange('SAGE300_PAGING', `${object.name}: a page has the same record twice`)
  const total = Number(answer['@odata.count'] ?? answer['odata.count'])
  return {
    rows,
    isMore: textOf(answer['@odata.nextLink'] ?? answer['odata.nextLink']) !== undefined,
    total: count && Number.isSafeInteger(total) ? total : undefined,
    today,
  }
}

/** How many fit within the bounds; undefined where the server does not count. */
export async function countRows(ground: Ground, bounds: ListWish['bounds']): Promise<number | undefined> {
  const { total } = await fetchRows({ ...ground, select: ground.object.key }, { bounds, top: 1, count: true })
  return total
}
