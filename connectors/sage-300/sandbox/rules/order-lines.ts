import type { Json, JsonObject } from '../../../../engine/sdk/index.ts'
import { fieldInvalid } from '../answers.ts'
import { MISCELLANEOUS_CHARGES } from '../data/setup.ts'
import type { Company } from '../store/company.ts'
import { cents, type Draft, type LineRule, mustExist, numberOf, textOf } from './rules.ts'

/** The list price: no endpoint shows price lists, so that it follows from the item alone (fact sheet 8.10). */
export function listPriceOf(unformatted: string): number {
  let hash = 7
  for (const character of unformatted) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 19_937
  return cents(2 + hash / 100)
}

/** An item gives its description, units, category and price, and overwrites those that the body said before it. */
export function takeItem(line: Draft, fieldOf: (field: string) => Json): void {
  const price = listPriceOf(String(fieldOf('UnformattedItemNumber')))
  Object.assign(line, {
    Item: fieldOf('ItemNumber'),
    UnformattedItemNumber: fieldOf('UnformattedItemNumber'),
    Description: fieldOf('Description'),
    Category: fieldOf('Category'),
    OrderUnitOfMeasure: fieldOf('StockingUnitOfMeasure'),
    PricingUnitOfMeasure: fieldOf('StockingUnitOfMeasure'),
    PriceOverride: false,
    OrderUnitPrice: price,
    PricingUnitPrice: price,
  })
  extend(line)
}

export function extend(line: Draft): void {
  if (line['LineType'] === 'Miscellaneous') {
    line['ExtendedOrderAmount'] = numberOf(line, 'ExtendedAmount')
    return
  }
  const gross = numberOf(line, 'QuantityOrdered') * numberOf(line, 'PricingUnitPrice')
  const discount = cents((gross * numberOf(line, 'PriceDiscountPercentage')) / 100)
  line['PriceDiscountAmount'] = discount
  line['ExtendedAmount'] = cents(gross - discount)
  line['ExtendedOrderAmount'] = line['ExtendedAmount']
}

/** Either spelling: `A1-105/0` or `A11050` (fact sheet 8.1). */
function itemOf(company: Company, given: string): JsonObject {
  const items = company.table('IC/ICItems')
  const plain = given.trimEnd()
  const found = items.get(plain) ?? items.get(plain.replaceAll(/[-/. ]/g, ''))
  const isMeant = found && [found['ItemNumber'], found['UnformattedItemNumber']].includes(plain)
  if (!found || !isMeant) throw fieldInvalid(`Item number "${given}" does not exist.`)
  if (found['Status'] === false) throw fieldInvalid(`Item number "${given}" is inactive.`)
  if (found['Sellable'] === false) throw fieldInvalid(`Item number "${given}" is not sellable.`)
  return found
}

const setPrice =
  (field: string): LineRule =>
  (line, _header, { company }) => {
    if (line['LineType'] === 'Miscellaneous') return
    const isOwn = line['PriceOverride'] === true || company.knobs.now().priceOverride === 'implied'
    // without the override the price list has the last word
    const price = isOwn ? numberOf(line, field) : listPriceOf(textOf(line, 'UnformattedItemNumber'))
    if (price < 0) throw fieldInvalid('Unit price cannot be negative.')
    Object.assign(line, { OrderUnitPrice: price, PricingUnitPrice: price, PriceOverride: isOwn })
    extend(line)
  }

const setQuantity =
  (field: string): LineRule =>
  line => {
    if (numberOf(line, field) < 0) throw fieldInvalid(`${field} cannot be negative.`)
    extend(line)
  }

/** Rules of `OrderDetails`, per field. */
export const ORDER_LINE_RULES: Readonly<Record<string, LineRule>> = {
  Item: (line, header, { company }) => {
    if (line['LineType'] !== 'Item') throw fieldInvalid('A miscellaneous charge line has no item.')
    const item = itemOf(company, textOf(line, 'Item'))
    takeItem(line, field => item[field] ?? null)
    line['PriceList'] = header['DefaultPriceListCode'] ?? ''
    line['Location'] = header['DefaultLocationCode'] ?? ''
  },
  MiscellaneousChargesCode: line => {
    if (line['LineType'] !== 'Miscellaneous') throw fieldInvalid('An item line has no miscellaneous charge.')
    const code = textOf(line, 'MiscellaneousChargesCode')
    const charge = MISCELLANEOUS_CHARGES.find(it => it.code === code)
    if (!charge) throw fieldInvalid(`Miscellaneous charge "${code}" does not exist.`)
    Object.assign(line, { Description: charge.description, ExtendedAmount: charge.amount })
    extend(line)
  },
  Location: (line, _header, { company }) => mustExist('IC/ICLocations', 'Location')(line, 'Location', company),
  QuantityOrdered: setQuantity('QuantityOrdered'),
  QuantityShipped: setQuantity('QuantityShipped'),
  OrderUnitPrice: setPrice('OrderUnitPrice'),
  PricingUnitPrice: setPrice('PricingUnitPrice'),
  PriceDiscountPercentage: line => extend(line),
  ExtendedAmount: line => extend(line),
}
