import { EngineError } from '../../engine/sdk/index.ts'
import { CHANGED, KEY, MADE, type Sage100Object, STAMP_COLUMNS } from './object.ts'

/** Fields that are worked out of others; their columns come in any case. */
const WORKED_OUT = new Set([KEY, CHANGED, MADE, 'customerKey', 'id'])
const LINES = 'Lines'
/** Beyond this all columns come: servers take addresses of some 2,000 characters. */
const MOST_SELECTED = 1_200

/** What the agent is asked for beside a filter: columns, and lines of orders. */
export function selection(object: Sage100Object, select: readonly string[] | 'all'): Readonly<Record<string, string>> {
  const hasLines = LINES in object.fields
  if (select === 'all') return hasLines ? { include: 'lines' } : {}
  const wished = select.map(path => path.split('.')[0] ?? path)
  const customer = 'customerKey' in object.fields ? ['ARDivisionNo', 'CustomerNo'] : []
  const names = [...new Set([...object.keyColumns, ...customer, ...STAMP_COLUMNS, ...wished])]
  const columns = names.filter(it => !WORKED_OUT.has(it) && it !== LINES).map(nameIn)
  const fields = columns.join(',')
  return {
    ...(fields.length > MOST_SELECTED ? {} : { fields }),
    ...(hasLines && wished.includes(LINES) ? { include: 'lines' } : {}),
  }
}

/** Names come from flow files: nothing but a name may enter a request. */
export function nameIn(name: string): string {
  if (/^[A-Za-z]\w*$/.test(name)) return name
  throw new EngineError({
    kind: 'configuration',
    code: 'SAGE100_FIELD_NAME',
    message: `"${name.slice(0, 60)}" cannot be the name of a column`,
    remedy: 'Use a name that "ml-connector describe" shows, without the $ of ProvideX.',
  })
}
