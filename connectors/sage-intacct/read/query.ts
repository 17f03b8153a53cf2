/** The `query` function (sheet 5.1): built from a small description, its answer checked before anything is taken from it. */
import type { EngineError } from '../../../engine/sdk/index.ts'
import type { IntacctClient } from '../client.ts'
import { contractError, refusalError } from '../errors.ts'
import { element, textElement, type XmlElement } from '../xml.ts'

/** The page size of a walk: it shrinks for good when a page was too much. */
export interface Pace {
  pageSize: number
}

export function paceOf(pageSize: number): Pace {
  return { pageSize: Math.min(MAX_PAGE, Math.max(1, pageSize)) }
}

export interface Query {
  readonly object: string
  readonly select: readonly string[]
  /** One node, as XML. */
  readonly filter?: string
  /** Ascending, in this order. */
  readonly orderBy: readonly string[]
  readonly pace: Pace
  readonly attempts?: number
}

export interface QueryPage {
  readonly rows: readonly XmlElement[]
  /** Records that match and did not fit. */
  readonly remaining: number
  readonly serverNow: Date
}

export const MAX_PAGE = 2000
export const DEFAULT_PAGE = 1000
const SMALLEST_PAGE = 50

type Comparison = 'equalto' | 'greaterthan' | 'greaterthanorequalto' | 'lessthanorequalto'

export function compare(operator: Comparison, field: string, value: string): string {
  return element(operator, textElement('field', field) + textElement('value', value))
}

export function isNull(field: string): string {
  return element('isnull', textElement('field', field))
}

/** At most 1000 values (sheet 8). */
export function isIn(field: string, values: readonly string[]): string {
  return element('in', textElement('field', field) + values.map(it => textElement('value', it)).join(''))
}

/** One node stands alone: `and` and `or` want two at least. */
export function allOf(...nodes: readonly string[]): string {
  return nodes.length === 1 ? nodes.join('') : element('and', nodes.join(''))
}

export function anyOf(...nodes: readonly string[]): string {
  return nodes.length === 1 ? nodes.join('') : element('or', nodes.join(''))
}

/** An answer too slow or too large is asked for again in a smaller page: repeating it as it was would fail as before. */
const TOO_MUCH: ReadonlySet<string> = new Set(['INTACCT_TIMED_OUT', 'INTACCT_ANSWER_TOO_LARGE'])

/** One page, always from offset 0: where to go on is in the filter (keyset), since offset pages are queries of their own over moving rows. */
export function runQuery(client: IntacctClient, query: Query): Promise<QueryPage> {
  const { pace } = query
  return client.read({
    label: `query ${query.object}`,
    build: () => queryXml(query, client.context.settings.showPrivate),
    check: answer => toPage(answer.data, answer.serverNow, query),
    ...(query.attempts === undefined ? {} : { attempts: query.attempts }),
    onFailure: (error: EngineError) => {
      if (TOO_MUCH.has(error.code))
        pace.pageSize = Math.min(pace.pageSize, Math.max(SMALLEST_PAGE, Math.floor(pace.pageSize / 2)))
    },
  })
}

function queryXml(query: Query, showPrivate: boolean): string {
  const select = query.select.map(field => textElement('field', field)).join('')
  const order = query.orderBy.map(field => element('order', `${textElement('field', field)}<ascending/>`)).join('')
  return element(
    'query',
    [
      textElement('object', query.object),
      element('select', select),
      ...(query.filter === undefined ? [] : [element('filter', query.filter)]),
      element('orderby', order),
      element('options', textElement('showprivate', String(showPrivate))),
      textElement('pagesize', String(query.pace.pageSize)),
      textElement('offset', '0'),
    ].join(''),
  )
}

function toPage(data: XmlElement, serverNow: Date, query: Query): QueryPage {
  const what = `query ${query.object}`
  const { pageSize } = query.pace
  const wrong = (means: string) => contractError('INTACCT_PAGE_WRONG', what, means)
  const listType = data.attributes['listtype'] ?? ''
  if (listType.toUpperCase() !== query.object) throw wrong(`the page lists "${listType.slice(0, 40)}"`)
  const count = Number(data.attributes['count'] ?? Number.NaN)
  const remaining = Number(data.attributes['numremaining'] ?? Number.NaN)
  if (!Number.isInteger(count) || !Number.isInteger(remaining) || remaining < 0)
    throw wrong('the page does not say how many records it has and how many remain')
  if (count > pageSize) throw wrong(`the page has ${count} records, more than the ${pageSize} asked for`)
  if (count === 0 && remaining > 0) throw wrong(`the page is empty, though ${remaining} records remain`)
  const rows = data.children.filter(it => it.name.toUpperCase() === query.object)
  // well-formed, but rows are missing: cut and closed on the way, so worth another try
  if (rows.length !== count || data.children.length !== count) throw cutPage(what)
  return { rows, remaining, serverNow }
}

function cutPage(what: string): EngineError {
  const nothing = { errorno: '', text: '', correction: '', fields: [] }
  return refusalError({ level: 'http', status: 200, ...nothing }, { what, use: 'read' })
}
