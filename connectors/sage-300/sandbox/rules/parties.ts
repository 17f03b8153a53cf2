import { recordInvalid } from '../answers.ts'
import { demand, type FieldRule, OPTIONAL_FIELD_RULES, type Rules, refersTo, textOf } from './rules.ts'

/** A group gives its values when it is set, and overwrites what the body said before it (fact sheet 5). */
const takeGroup =
  (path: string, fields: readonly string[]): FieldRule =>
  (draft, call) => {
    refersTo('GroupCode', path, 'Group code')(draft, call)
    const group = call.company.table(path).get(textOf(draft, 'GroupCode'))
    // an existing record keeps its own values
    if (!group || call.before) return
    for (const name of fields) if (textOf(group, name) !== '') draft[name] = group[name] ?? ''
  }

const setInactiveDate: FieldRule = (draft, { company }) => {
  draft['InactiveDate'] = draft['Status'] === 'Inactive' ? company.today() : null
}

const shortNameOf = (name: string) => name.toUpperCase().replaceAll(/\s+/g, '').slice(0, 10)

const PARTY_GROUP = ['AccountSet', 'Terms', 'CurrencyCode', 'TaxGroup']

export const VENDOR_RULES: Rules = {
  fields: {
    GroupCode: takeGroup('AP/APVendorGroups', [...PARTY_GROUP, 'BankCode', 'PaymentCode']),
    Terms: refersTo('Terms', 'AP/APTerms', 'Terms code'),
    TaxGroup: refersTo('TaxGroup', 'TX/TXTaxGroups', 'Tax group', ['Purchases']),
    Status: setInactiveDate,
  },
  lines: { VendorOptionalFieldValues: OPTIONAL_FIELD_RULES },
  finish: draft => {
    demand(draft, 'VendorNumber', 'Vendor number')
    demand(draft, 'GroupCode', 'Group code')
    demand(draft, 'TaxGroup', 'Tax group')
    if (textOf(draft, 'ShortName') === '') draft['ShortName'] = shortNameOf(textOf(draft, 'VendorName'))
  },
}

export const CUSTOMER_RULES: Rules = {
  fields: {
    GroupCode: takeGroup('AR/ARCustomerGroups', [...PARTY_GROUP, 'BillingCycle', 'InterestProfile', 'AccountType']),
    Terms: refersTo('Terms', 'AR/ARTerms', 'Terms code'),
    TaxGroup: refersTo('TaxGroup', 'TX/TXTaxGroups', 'Tax group', ['Sales']),
    InventoryLocation: refersTo('InventoryLocation', 'IC/ICLocations', 'Location'),
    Status: setInactiveDate,
  },
  lines: { CustomerOptionalFieldValues: OPTIONAL_FIELD_RULES },
  finish: draft => {
    demand(draft, 'CustomerNumber', 'Customer number')
    demand(draft, 'GroupCode', 'Group code')
    demand(draft, 'TaxGroup', 'Tax group')
    if (textOf(draft, 'ShortName') === '') draft['ShortName'] = shortNameOf(textOf(draft, 'CustomerName'))
  },
  removed: (record, { company }) => {
    const orders = company.table('OE/OEOrders')
    const key = textOf(record, 'CustomerNumber')
    for (let place = 0; place < orders.size(); place += 1)
      if (orders.valueAt(place, 'CustomerNumber') === key)
        throw recordInvalid(`Customer "${key}" cannot be deleted. Transactions exist for this customer.`)
  },
}

export const SHIP_TO_RULES: Rules = {
  fields: {
    CustomerNumber: refersTo('CustomerNumber', 'AR/ARCustomers', 'Customer number'),
    TaxGroup: refersTo('TaxGroup', 'TX/TXTaxGroups', 'Tax group', ['Sales']),
    InventoryLocation: refersTo('InventoryLocation', 'IC/ICLocations', 'Location'),
    Status: setInactiveDate,
  },
  lines: { ShipToLocationsOptionalField: OPTIONAL_FIELD_RULES },
  finish: draft => {
    demand(draft, 'CustomerNumber', 'Customer number')
    demand(draft, 'ShipToLocationKey', 'Ship-to location code')
  },
}
