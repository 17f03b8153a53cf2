import {
  choice,
  created,
  date,
  type EntityDef,
  flag,
  guid,
  int,
  key,
  linked,
  list,
  listed,
  modified,
  money,
  text,
  total,
  type ViewDef,
} from './definition.ts'

const v25 = { since: 25, maxLength: 70 }

/** Fact sheet 4.2, with what 25.200.001 adds. */
export const ADDRESS: ViewDef = {
  name: 'Address',
  fields: {
    AddressLine1: text({ maxLength: 50 }),
    AddressLine2: text({ maxLength: 50 }),
    BuildingName: text(v25),
    BuildingNumber: text(v25),
    City: text({ maxLength: 50 }),
    Country: listed('Country'),
    Department: text(v25),
    DistrictName: text(v25),
    Floor: text(v25),
    PostBox: text(v25),
    PostalCode: text({ maxLength: 20 }),
    Room: text(v25),
    State: text({ maxLength: 50 }),
    StreetName: text(v25),
    SubDepartment: text(v25),
    TownLocationName: text(v25),
    UnitNumber: text(v25),
    Validated: flag({ computed: true }),
  },
}

const phone = () => text({ maxLength: 50 })

const CONTACT_FIELDS = {
  Attention: text(),
  CompanyName: text(),
  DisplayName: text({ computed: true }),
  Email: text(),
  Fax: phone(),
  FirstName: text({ maxLength: 50 }),
  FullName: text(),
  JobTitle: text(),
  LastName: text({ maxLength: 100 }),
  Phone1: phone(),
  Phone1Type: choice(['Business 1', 'Business 2', 'Business 3', 'Cell', 'Home', 'Fax', 'Assistant 1']),
  Phone2: phone(),
  Phone3: phone(),
  WebSite: text(),
  Address: linked(ADDRESS),
} as const

export const CONTACT_VIEW: ViewDef = { name: 'Contact', fields: CONTACT_FIELDS }

const CREDIT: ViewDef = {
  name: 'CreditVerificationRules',
  fields: {
    CreditDaysPastDue: int(),
    CreditLimit: money(),
    CreditVerification: choice(['Disabled', 'Days Past Due', 'Credit Limit', 'Limit and Days Past Due']),
    FirstDueDate: date({ computed: true }),
    OpenOrdersBalance: total(),
    RemainingCreditLimit: total(),
    UnreleasedBalance: total(),
  },
}

export const ATTRIBUTE: ViewDef = {
  name: 'AttributeValue',
  fields: {
    AttributeID: text({ maxLength: 10 }),
    AttributeDescription: text({ computed: true, since: 22 }),
    Required: flag({ computed: true }),
    Value: text(),
  },
}

const CUSTOMER_CONTACT: ViewDef = {
  name: 'CustomerContact',
  fields: { ContactID: int({ computed: true }), DisplayName: text(), Email: text(), Phone1: phone() },
}

const SALESPERSON: ViewDef = {
  name: 'CustomerSalesPerson',
  fields: { SalespersonID: text({ maxLength: 30 }), Name: text({ computed: true }), Default: flag() },
}

/** AR303000, fact sheet 4.2. */
export const CUSTOMER: EntityDef = {
  name: 'Customer',
  keys: ['CustomerID'],
  screen: 'AR303000',
  form: 'Customers',
  graph: 'PX.Objects.AR.CustomerMaint',
  view: 'BAccount',
  actions: [],
  customs: ['CurrentCustomer.UsrCrmID', 'CurrentCustomer.UsrNotes'],
  fields: {
    AccountRef: text({ maxLength: 50 }),
    BAccountID: int({ since: 22, computed: true }),
    BillingAddressOverride: flag(),
    BillingContactOverride: flag(),
    CreatedDateTime: created(),
    CreditLimit: money({ since: 22 }),
    CurrencyID: listed('Currency'),
    CurrencyRateType: text({ maxLength: 10 }),
    CustomerCategory: choice(['Company', 'Individual'], { since: 23 }),
    CustomerClass: listed('CustomerClass'),
    CustomerID: key(30, { required: true }),
    CustomerName: text({ required: true }),
    Email: text({ since: 23 }),
    EnableCurrencyOverride: flag(),
    IsGuestCustomer: flag({ since: 22 }),
    LastModifiedDateTime: modified(),
    LocationName: text(),
    NoteID: guid({ since: 22, system: 'id' }),
    ParentRecord: listed('Customer'),
    PriceClassID: text({ maxLength: 10 }),
    PrimaryContactID: int({ since: 23 }),
    ShipVia: listed('ShipVia'),
    ShippingAddressOverride: flag(),
    ShippingContactOverride: flag(),
    StatementCycleID: listed('StatementCycle'),
    StatementType: choice(['Open Item', 'Balance Brought Forward']),
    Status: choice(['Active', 'On Hold', 'Credit Hold', 'Inactive', 'One-Time']),
    TaxRegistrationID: text({ maxLength: 50 }),
    TaxZone: listed('TaxZone'),
    Terms: listed('Terms'),
    WarehouseID: listed('Warehouse'),
    Attributes: list(ATTRIBUTE, ['AttributeID']),
    BillingContact: linked(CONTACT_VIEW, { override: 'BillingContactOverride' }),
    Contacts: list(CUSTOMER_CONTACT),
    CreditVerificationRules: linked(CREDIT),
    MainContact: linked(CONTACT_VIEW),
    PrimaryContact: linked(CONTACT_VIEW),
    Salespersons: list(SALESPERSON, ['SalespersonID']),
    ShippingContact: linked(CONTACT_VIEW, { override: 'ShippingContactOverride' }),
  },
}

/** CR302000. The address of a contact is linked, its change time has one name in every version. */
export const CONTACT: EntityDef = {
  name: 'Contact',
  keys: ['ContactID'],
  screen: 'CR302000',
  form: 'Contacts',
  graph: 'PX.Objects.CR.ContactMaint',
  view: 'Contact',
  actions: [],
  customs: [],
  fields: {
    ...CONTACT_FIELDS,
    LastName: text({ maxLength: 100, required: true }),
    Active: flag(),
    BusinessAccount: text({ maxLength: 30 }),
    ContactClass: text({ maxLength: 10 }),
    ContactID: int({ key: true, computed: true }),
    LastModifiedDateTime: modified(),
    NoteID: guid({ system: 'id' }),
    Status: choice(['Active', 'Inactive']),
    Attributes: list(ATTRIBUTE, ['AttributeID']),
  },
}

/** AP303000. */
export const VENDOR: EntityDef = {
  name: 'Vendor',
  keys: ['VendorID'],
  screen: 'AP303000',
  form: 'Vendors',
  graph: 'PX.Objects.AP.VendorMaint',
  view: 'BAccount',
  actions: [],
  customs: [],
  fields: {
    AccountRef: text({ maxLength: 50 }),
    CreatedDateTime: created(),
    CurrencyID: listed('Currency'),
    LastModifiedDateTime: modified(),
    LegalName: text(),
    LocationName: text(),
    ParentAccount: text({ maxLength: 30 }),
    PaymentMethod: text({ maxLength: 10 }),
    Status: choice(['Active', 'Hold Payments', 'On Hold', 'Inactive', 'One-Time']),
    TaxRegistrationID: text({ maxLength: 50 }),
    TaxZone: listed('TaxZone'),
    Terms: listed('Terms'),
    VendorClass: listed('VendorClass'),
    VendorID: key(30, { required: true }),
    VendorName: text({ required: true }),
    Attributes: list(ATTRIBUTE, ['AttributeID']),
    MainContact: linked(CONTACT_VIEW),
    RemittanceContact: linked(CONTACT_VIEW),
  },
}
