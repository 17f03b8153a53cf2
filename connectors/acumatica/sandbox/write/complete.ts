import { CUSTOMER_CLASSES } from '../entities/catalogue.ts'
import type { EntityDef } from '../entities/definition.ts'
import { rounded } from '../money.ts'
import type { Given } from '../rest/given.ts'
import { isNode, isNodes, type Node, numberOf, textOf, type Value } from '../store/row.ts'
import type { World } from '../world.ts'
import type { Problems } from './apply.ts'

export interface Draft {
  readonly world: World
  readonly entity: EntityDef
  readonly given: Given
  readonly problems: Problems
  readonly isNew: boolean
  /** Slot that the record has or will have. */
  readonly slot: number
  /** Set in place: it is nobody else's yet. */
  readonly values: Record<string, Value | undefined>
}

/** What the business logic of a form does on saving, beyond the fields that were sent. */
export function complete(draft: Draft): void {
  COMPLETE[draft.entity.name]?.(draft)
}

const COMPLETE: Readonly<Record<string, ((draft: Draft) => void) | undefined>> = {
  Customer: draft => {
    if (draft.isNew) newCustomer(draft)
    mirrorEmail(draft)
    mirrorLimit(draft)
    keepOverrides(draft)
  },
  Vendor: ({ values, isNew }) => {
    if (!isNew) return
    defaults(values, {
      VendorClass: 'DEFAULT',
      Status: 'Active',
      Terms: '30D',
      CurrencyID: 'USD',
      LocationName: 'Primary Location',
    })
    defaults(values, { LegalName: values['VendorName'] })
  },
  Contact: ({ values, isNew }) => {
    if (isNew) defaults(values, { Active: true, Status: 'Active' })
    values['DisplayName'] = [values['FirstName'], values['LastName']].filter(it => it !== undefined).join(' ')
  },
  StockItem: ({ values, isNew }) => {
    if (!isNew) return
    const units = { BaseUOM: 'EA', SalesUOM: 'EA', PurchaseUOM: 'EA' }
    defaults(values, {
      ItemClass: 'DEFAULT',
      ItemStatus: 'Active',
      ItemType: 'Finished Good',
      TaxCategory: 'TAXABLE',
      ...units,
    })
    defaults(values, { DefaultPrice: 0, PostingClass: 'AOL', ValuationMethod: 'Average' })
  },
  NonStockItem: ({ values, isNew }) => {
    if (!isNew) return
    const units = { BaseUnit: 'HOUR', SalesUnit: 'HOUR', PurchaseUnit: 'HOUR' }
    defaults(values, {
      ItemClass: 'SERVICE',
      ItemStatus: 'Active',
      ItemType: 'Service',
      TaxCategory: 'EXEMPT',
      ...units,
    })
    defaults(values, { DefaultPrice: 0, RequireReceipt: false, RequireShipment: false })
  },
  SalesInvoice: draft => completeInvoice(draft, 'TransactionDescr'),
  Invoice: draft => completeInvoice(draft, 'TransactionDescription'),
  SalesOrder: completeOrder,
  Account: ({ values, isNew, world }) => {
    if (isNew)
      defaults(values, {
        AccountID: 2_000 + (world.clock.now().getTime() % 1_000),
        Active: true,
        PostOption: 'Summary',
        Type: 'Asset',
      })
  },
}

function defaults(values: Draft['values'], given: Readonly<Record<string, Value | undefined>>): void {
  for (const [name, value] of Object.entries(given)) values[name] ??= value
}

/** The class supplies what is not said (fact sheet 6.3). */
function newCustomer({ values, problems, world, slot }: Draft): void {
  values['CustomerClass'] ??= 'DEFAULT'
  const { requireTaxZone, Country, CreditLimit, ...supplied } = CUSTOMER_CLASSES[textOf(values['CustomerClass'])] ?? {}
  defaults(values, supplied)
  defaults(values, {
    BAccountID: 7_000 + slot,
    BillingAddressOverride: false,
    BillingContactOverride: false,
    CreditLimit: CreditLimit ?? 0,
    CustomerCategory: 'Company',
    EnableCurrencyOverride: false,
    IsGuestCustomer: false,
    LocationName: 'Primary Location',
    ShippingAddressOverride: false,
    ShippingContactOverride: false,
    StatementType: 'Open Item',
    Status: 'Active',
  })
  if (requireTaxZone === true && values['TaxZone'] === undefined) problems.set('TaxZone', "'Tax Zone' cannot be empty.")
  const main = nodeAt(values, 'MainContact', world)
  const address = nodeAt(main.values, 'Address', world)
  values['MainContact'] = {
    ...main,
    values: {
      ...main.values,
      CompanyName: main.values['CompanyName'] ?? values['CustomerName'],
      Address: {
        ...address,
        values: { ...address.values, Country: address.values['Country'] ?? Country, Validated: false },
      },
    },
  }
}

function nodeAt(values: Readonly<Record<string, Value | undefined>>, name: string, world: World): Node {
  const held = values[name]
  return isNode(held) ? held : { id: world.newId(), note: null, values: {}, custom: {} }
}

/** The flat `Email` (23+) is the main contact's; whichever was sent wins. */
function mirrorEmail({ values, given, world }: Draft): void {
  const main = nodeAt(values, 'MainContact', world)
  if (given.values.has('Email') && !given.linked.get('MainContact')?.values.has('Email'))
    values['MainContact'] = { ...main, values: { ...main.values, Email: values['Email'] } }
  else values['Email'] = main.values['Email']
}

/** What is overridden has a contact of its own, a copy of the main one at first; what is no more, has none. */
function keepOverrides({ values, world }: Draft): void {
  for (const name of ['BillingContact', 'ShippingContact']) {
    const isOwn = values[`${name}Override`] === true
    if (!isOwn) values[name] = undefined
    else values[name] ??= { ...nodeAt(values, 'MainContact', world), id: world.newId() }
  }
}

function mirrorLimit({ values, given, world }: Draft): void {
  const rules = nodeAt(values, 'CreditVerificationRules', world)
  const sent = given.linked.get('CreditVerificationRules')?.values.has('CreditLimit')
  const limit = sent ? rules.values['CreditLimit'] : values['CreditLimit']
  values['CreditLimit'] = limit
  const {
    CreditVerification = 'Disabled',
    CreditDaysPastDue = 0,
    OpenOrdersBalance = 0,
    UnreleasedBalance = 0,
  } = rules.values
  const RemainingCreditLimit = limit
  values['CreditVerificationRules'] = {
    ...rules,
    values: {
      ...rules.values,
      CreditVerification,
      CreditDaysPastDue,
      OpenOrdersBalance,
      UnreleasedBalance,
      CreditLimit: limit,
      RemainingCreditLimit,
    },
  }
}

const linesOf = (values: Draft['values']): readonly Node[] => {
  const held = values['Details']
  return isNodes(held) ? held : []
}

/** Amounts are computed, whatever was sent; a document that was on hold and is no more is balanced (fact sheet 6.4). */
function completeInvoice({ values, isNew, world }: Draft, textField: string): void {
  const today = Math.floor(world.clock.now().getTime() / 86_400_000) * 86_400_000
  if (isNew)
    defaults(values, {
      Type: 'Invoice',
      Hold: true,
      Date: today,
      DueDate: today + 30 * 86_400_000,
      Project: 'X',
      TaxTotal: 0,
    })
  if (isNew && textField === 'TransactionDescr') defaults(values, { Currency: 'USD', LocationID: 'MAIN' })
  const isReleased = ['Open', 'Closed'].includes(textOf(values['Status']))
  if (isReleased) return
  const lines = numbered(linesOf(values), (line, LineNbr) => ({
    ...line.values,
    LineNbr,
    UOM: line.values['UOM'] ?? 'EA',
    Amount: rounded(numberOf(line.values['Qty']) * numberOf(line.values['UnitPrice'])),
  }))
  const amount = rounded(
    lines.reduce((sum, it) => sum + numberOf(it.values['Amount']), 0) + numberOf(values['TaxTotal']),
  )
  values['Details'] = lines
  values['Amount'] = amount
  values['Balance'] = amount
  values['Status'] = values['Hold'] === true ? 'On Hold' : 'Balanced'
}

function completeOrder({ values, isNew, world }: Draft): void {
  const today = Math.floor(world.clock.now().getTime() / 86_400_000) * 86_400_000
  if (isNew)
    defaults(values, {
      OrderType: 'SO',
      Hold: false,
      CreditHold: false,
      CurrencyID: 'USD',
      Date: today,
      LocationID: 'MAIN',
      TaxTotal: 0,
    })
  const lines = numbered(linesOf(values), (line, LineNbr) => {
    const Amount = rounded(numberOf(line.values['OrderQty']) * numberOf(line.values['UnitPrice']))
    const { UOM = 'EA', OrderQty = 0, WarehouseID = 'MAIN' } = line.values
    return { ...line.values, LineNbr, UOM, OrderQty, WarehouseID, Amount, ExtendedPrice: Amount }
  })
  values['Details'] = lines
  values['OrderedQty'] = lines.reduce((sum, it) => sum + numberOf(it.values['OrderQty']), 0)
  values['OrderTotal'] = rounded(lines.reduce((sum, it) => sum + numberOf(it.values['Amount']), 0))
  if (textOf(values['Status']) !== 'Completed') values['Status'] = values['Hold'] === true ? 'On Hold' : 'Open'
}

/** Lines with their numbers; those that a line has it keeps. */
function numbered(lines: readonly Node[], valuesOf: (line: Node, number: number) => Node['values']): readonly Node[] {
  let last = Math.max(0, ...lines.map(it => numberOf(it.values['LineNbr'])))
  return lines.map(line => {
    const held = numberOf(line.values['LineNbr'])
    if (held === 0) last += 1
    return { ...line, values: valuesOf(line, held === 0 ? last : held) }
  })
}
