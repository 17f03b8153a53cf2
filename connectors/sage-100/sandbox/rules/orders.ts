import { cents, money, totalsOf } from '../data/others.ts'
import { ITEMS } from '../data/words.ts'
import { BLANK_LINE, type Line, type Row } from '../store/table.ts'
import { LINE_COLUMNS } from '../store/tables.ts'
import { ColumnRefusal, checked } from './check.ts'

const OBJECT = 'SO_SalesOrder_bus'

/** A line whose key the order does not have. */
export class LineMissing extends Error {
  override readonly name = 'LineMissing'
}

/** The order with these lines in place of its own: those with a LineKey are kept and changed, others are added. */
export function enterLines(order: Row, given: readonly Readonly<Record<string, unknown>>[]): Row {
  const held = new Map(order.lines.map(it => [it['LineKey'] ?? '', it]))
  let highest = Math.max(0, ...order.lines.map(it => Number(it['LineKey'])))
  const lines = given.map(it => {
    const key = typeof it['LineKey'] === 'string' ? it['LineKey'] : ''
    const before = held.get(key)
    if (key !== '' && !before) throw new LineMissing(`Line ${key} of the order does not exist.`)
    if (!before) highest += 1
    return lineFrom(before ?? { ...BLANK_LINE, ...numbered(highest) }, it)
  })
  return { values: { ...order.values, ...totalsOf(lines, order.values['TaxSchedule'] !== 'NONTAX') }, lines }
}

const numbered = (number: number): Line => ({
  LineKey: String(number).padStart(6, '0'),
  LineSeqNo: String(number).padStart(14, '0'),
})

function lineFrom(before: Line, given: Readonly<Record<string, unknown>>): Line {
  const code = given['ItemCode'] ?? before['ItemCode']
  const itemColumn = LINE_COLUMNS.get('ItemCode')
  if (itemColumn && (code === '' || code === undefined))
    throw new ColumnRefusal('CI_NOF', { object: OBJECT, column: itemColumn, why: 'A line needs an item.' })
  const item = code === before['ItemCode'] ? undefined : ITEMS.find(it => it.code === code)
  const fromItem = item && {
    ItemType: item.type,
    ItemCodeDesc: item.description.slice(0, 30),
    UnitOfMeasure: item.unit,
    UnitPrice: item.price,
    TaxClass: item.taxClass,
    WarehouseCode: item.type === '1' ? '001' : '',
  }
  const values = Object.entries(given).flatMap(([name, value]): [string, string][] => {
    const column = LINE_COLUMNS.get(name)
    if (!column || column.isReadOnly || value === null || value === undefined) return []
    // a blank is no wish for what the item brings
    return fromItem && value === '' ? [] : [[name, checked(OBJECT, column, String(value))]]
  })
  const line = { ...before, ...fromItem, ...Object.fromEntries(values) }
  return { ...line, ExtensionAmt: extensionOf(line) }
}

function extensionOf(line: Line): string {
  if (line['ItemType'] === '4') return money(0)
  const price = Number(line['UnitPrice']) * (line['ItemType'] === '3' ? 1 : Number(line['QuantityOrdered']))
  return money(cents(String(price * (1 - Number(line['LineDiscountPercent']) / 100))))
}
