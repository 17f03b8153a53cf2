import { demand, type Rules, refersTo, textOf } from './rules.ts'

export const ITEM_RULES: Rules = {
  fields: { Category: refersTo('Category', 'IC/ICCategories', 'Category') },
  finish: draft => {
    demand(draft, 'UnformattedItemNumber', 'Item number')
    if (textOf(draft, 'ItemNumber') === '') draft['ItemNumber'] = draft['UnformattedItemNumber'] ?? ''
    if (textOf(draft, 'StockingUnitOfMeasure') === '') draft['StockingUnitOfMeasure'] = 'Ea.'
  },
}

export const ACCOUNT_RULES: Rules = {
  finish: (draft, { company, before }) => {
    demand(draft, 'UnformattedAccount', 'Account number')
    if (textOf(draft, 'AccountNumber') === '') draft['AccountNumber'] = draft['UnformattedAccount'] ?? ''
    if (!before) draft['DateCreated'] = company.today()
  },
}
