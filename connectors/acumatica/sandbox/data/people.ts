import { CUSTOMER_CLASSES } from '../entities/catalogue.ts'
import type { Node, Row, Values } from '../store/row.ts'
import type { InitialRows } from '../store/table.ts'
import { FAMILY, inner, type Plan } from './plan.ts'
import { CITIES, FIRST, FORMS, LAST, ODD_CUSTOMERS, ODD_NAMES, PLACES, STREETS, TRADES } from './words.ts'

const CLASSES = ['DEFAULT', 'DEFAULT', 'KEY', 'DEFAULT', 'INTL']
const STATUSES = ['Active', 'Active', 'Active', 'Active', 'Active', 'On Hold', 'Inactive', 'Credit Hold', 'One-Time']

/** Every fifth of the first customers has a key of before the numbering sequence. */
const oddKey = (slot: number) => (slot % 5 === 2 ? ODD_CUSTOMERS[(slot - 2) / 5] : undefined)

export const customerKey = (slot: number) => oddKey(slot) ?? `C${String(slot + 1).padStart(9, '0')}`

function nameOf(plan: Plan, subject: string, slot: number): string {
  const odd = slot % 6 === 3 ? ODD_NAMES[(slot - 3) / 6] : undefined
  if (odd !== undefined) return odd
  const { pick } = plan.chance
  return `${pick(PLACES, subject, slot)} ${pick(TRADES, `${subject}t`, slot)} ${pick(FORMS, `${subject}f`, slot)}`
}

function contact(plan: Plan, family: number, slot: number, values: Values): Node {
  const { pick, below } = plan.chance
  const address: Values = {
    AddressLine1: `${1 + below(200, 'no', slot)} ${pick(STREETS, 'street', slot)}`,
    City: pick(CITIES, 'city', slot),
    PostalCode: String(below(99_999, 'zip', slot)).padStart(5, '0'),
    Country: 'US',
    Validated: false,
  }
  return inner(family, slot * 2, {
    Phone1: `+1 555 ${String(below(10_000, 'phone', slot)).padStart(4, '0')}`,
    Phone1Type: 'Business 1',
    Address: inner(family, slot * 2 + 1, address),
    ...values,
  })
}

export function customers(plan: Plan, count: number): InitialRows {
  const make = (slot: number): Row => {
    const name = nameOf(plan, 'customer', slot)
    const customerClass = plan.chance.pick(CLASSES, 'class', slot)
    const {
      requireTaxZone: _rule,
      Country: _country,
      CreditLimit = 0,
      ...defaults
    } = CUSTOMER_CLASSES[customerClass] ?? {}
    const email = slot % 9 === 4 ? {} : { Email: `ap${slot + 1}@customer.example` }
    const main = contact(plan, FAMILY.customerContact, slot, { CompanyName: name, ...email })
    return plan.row(FAMILY.customer, slot, {
      ...defaults,
      ...email,
      CustomerID: customerKey(slot),
      CustomerName: name,
      CustomerClass: customerClass,
      Status: plan.chance.pick(STATUSES, 'status', slot),
      BAccountID: 7_000 + slot,
      CreditLimit,
      CustomerCategory: 'Company',
      EnableCurrencyOverride: false,
      IsGuestCustomer: false,
      LocationName: 'Primary Location',
      StatementType: 'Open Item',
      BillingAddressOverride: false,
      BillingContactOverride: false,
      ShippingAddressOverride: false,
      ShippingContactOverride: false,
      MainContact: main,
      CreditVerificationRules: inner(FAMILY.customerCredit, slot, {
        CreditVerification: 'Disabled',
        CreditLimit,
        CreditDaysPastDue: 0,
        RemainingCreditLimit: CreditLimit,
        OpenOrdersBalance: 0,
        UnreleasedBalance: 0,
      }),
      ...(slot % 4 === 1 ? { ParentRecord: customerKey(slot - 1) } : {}),
      ...(slot % 10 === 6 ? { AccountRef: `CRM-${String(slot).padStart(6, '0')}` } : {}),
    })
  }
  return { count, key: customerKey, modifiedAt: slot => plan.stamp(slot, count), make }
}

export const vendorKey = (slot: number) => `V${String(slot + 1).padStart(9, '0')}`

export function vendors(plan: Plan, count: number): InitialRows {
  const make = (slot: number): Row => {
    const name = nameOf(plan, 'vendor', slot)
    return plan.row(FAMILY.vendor, slot, {
      VendorID: vendorKey(slot),
      VendorName: name,
      LegalName: name,
      VendorClass: slot % 3 === 0 ? 'LOCAL' : 'DEFAULT',
      Status: slot % 8 === 5 ? 'Hold Payments' : 'Active',
      Terms: '30D',
      CurrencyID: 'USD',
      LocationName: 'Primary Location',
      PaymentMethod: 'CHECK',
      MainContact: contact(plan, FAMILY.vendorContact, slot, {
        CompanyName: name,
        Email: `ar${slot + 1}@vendor.example`,
      }),
    })
  }
  return { count, key: vendorKey, modifiedAt: slot => plan.stamp(slot, count), make }
}

export const contactId = (slot: number) => 10_000 + slot

export function contacts(plan: Plan, count: number): InitialRows {
  const make = (slot: number): Row => {
    const [first, last] = [plan.chance.pick(FIRST, 'first', slot), plan.chance.pick(LAST, 'last', slot)]
    const { values } = contact(plan, FAMILY.contactAddress, slot, { Email: `person${slot + 1}@contact.example` })
    return plan.row(FAMILY.contact, slot, {
      ...values,
      ContactID: contactId(slot),
      FirstName: first,
      LastName: last,
      DisplayName: `${first} ${last}`,
      BusinessAccount: customerKey(slot),
      Active: true,
      Status: 'Active',
    })
  }
  // keys of a table are texts, and those of this one are all of five digits
  return { count, key: slot => String(contactId(slot)), modifiedAt: slot => plan.stamp(slot, count), make }
}
