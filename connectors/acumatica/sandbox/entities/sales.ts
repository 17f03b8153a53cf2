import {
  choice,
  created,
  date,
  type EntityDef,
  flag,
  int,
  key,
  linked,
  list,
  listed,
  modified,
  money,
  quantity,
  text,
  total,
  type ViewDef,
} from './definition.ts'
import { CONTACT_VIEW } from './people.ts'

export const INVOICE_TYPES = ['Invoice', 'Credit Memo', 'Debit Memo']
/** Only Open and Closed are released (fact sheet 4.4). */
export const INVOICE_STATUSES = [
  'On Hold',
  'Balanced',
  'Open',
  'Closed',
  'Credit Hold',
  'Voided',
  'Canceled',
  'Reserved',
]

const TAX: ViewDef = {
  name: 'SalesInvoiceTaxDetail',
  fields: { TaxID: text({ computed: true }), TaxRate: total(), TaxableAmount: total(), TaxAmount: total() },
}

const SALES_LINE: ViewDef = {
  name: 'SalesInvoiceDetail',
  fields: {
    Account: text({ maxLength: 30 }),
    Amount: total(),
    BranchID: text({ maxLength: 30 }),
    InventoryID: listed('Item'),
    LineNbr: int({ computed: true }),
    OrderLineNbr: int({ computed: true }),
    OrderNbr: text({ computed: true }),
    OrderType: text({ computed: true }),
    Qty: quantity(),
    ShipmentNbr: text({ computed: true }),
    TaxCategory: listed('TaxCategory'),
    TransactionDescr: text(),
    UnitPrice: money(),
    UOM: listed('UOM'),
  },
}

const FINANCIAL: ViewDef = {
  name: 'SalesInvoiceFinancialDetails',
  fields: { BatchNbr: text({ computed: true }), Branch: text() },
}

const DOCUMENT = {
  Amount: total(),
  Balance: total(),
  CustomerOrder: text({ maxLength: 40 }),
  Date: date(),
  Description: text(),
  DueDate: date(),
  Hold: flag(),
  Project: text({ maxLength: 30 }),
  ReferenceNbr: key(15),
  Status: choice(INVOICE_STATUSES, { computed: true }),
  TaxTotal: total(),
  Type: text({ key: true, values: INVOICE_TYPES }),
} as const

/** SO303000: no change time at all below 23.200.001 (fact sheet 4.1). */
export const SALES_INVOICE: EntityDef = {
  name: 'SalesInvoice',
  keys: ['Type', 'ReferenceNbr'],
  screen: 'SO303000',
  form: 'Invoices',
  graph: 'PX.Objects.SO.SOInvoiceEntry',
  view: 'Document',
  actions: ['ReleaseSalesInvoice'],
  customs: [],
  fields: {
    ...DOCUMENT,
    CreatedDate: created(24),
    Currency: listed('Currency'),
    CustomerID: listed('Customer', { required: true }),
    LastModifiedDate: modified(24),
    LastModifiedDateTime: modified(23),
    LocationID: text({ maxLength: 30 }),
    Details: list(SALES_LINE),
    FinancialDetails: linked(FINANCIAL),
    TaxDetails: list(TAX),
  },
}

const LINE: ViewDef = {
  name: 'InvoiceDetail',
  fields: {
    Account: text({ maxLength: 30 }),
    Amount: total(),
    Branch: text({ maxLength: 30 }),
    ExtendedPrice: total(),
    InventoryID: listed('Item'),
    LineNbr: int({ computed: true }),
    Qty: quantity(),
    TaxCategory: listed('TaxCategory'),
    TransactionDescription: text(),
    UnitPrice: money(),
    UOM: listed('UOM'),
  },
}

/** AR301000: the same documents under other names (fact sheet 4.4). */
export const INVOICE: EntityDef = {
  name: 'Invoice',
  keys: ['Type', 'ReferenceNbr'],
  screen: 'AR301000',
  form: 'Invoices and Memos',
  graph: 'PX.Objects.AR.ARInvoiceEntry',
  view: 'Document',
  actions: ['ReleaseInvoice'],
  customs: [],
  fields: {
    ...DOCUMENT,
    CreatedDateTime: created(),
    Customer: listed('Customer', { required: true }),
    LastModifiedDateTime: modified(),
    Terms: listed('Terms'),
    Details: list(LINE),
    TaxDetails: list(TAX),
  },
}

const APPLICATION: ViewDef = {
  name: 'PaymentApplicationHistoryDetail',
  fields: { AmountPaid: total(), DisplayDocType: text({ computed: true }), DisplayRefNbr: text({ computed: true }) },
}

/** AR302000: credit memos show among the payments (fact sheet 10). */
export const PAYMENT: EntityDef = {
  name: 'Payment',
  keys: ['Type', 'ReferenceNbr'],
  screen: 'AR302000',
  form: 'Payments and Applications',
  graph: 'PX.Objects.AR.ARPaymentEntry',
  view: 'Document',
  actions: [],
  customs: [],
  fields: {
    ApplicationDate: date(),
    CustomerID: listed('Customer', { required: true }),
    Description: text(),
    Hold: flag(),
    LastModifiedDateTime: modified(),
    PaymentAmount: money(),
    PaymentMethod: text({ maxLength: 10 }),
    PaymentRef: text({ maxLength: 40 }),
    ReferenceNbr: key(15),
    Status: choice(INVOICE_STATUSES, { computed: true }),
    Type: text({ key: true, values: ['Payment', 'Prepayment', 'Credit Memo', 'Refund'] }),
    ApplicationHistory: list(APPLICATION),
  },
}

const ORDER_LINE: ViewDef = {
  name: 'SalesOrderDetail',
  fields: {
    Amount: total(),
    ExtendedPrice: total(),
    InventoryID: listed('Item'),
    // a text and no time: 12/14/2023 19:57:08 (fact sheet 4.1)
    LastModifiedDate: text({ computed: true, system: 'modifiedText' }),
    LineDescription: text(),
    LineNbr: int({ computed: true }),
    OrderQty: quantity(),
    UnitPrice: money(),
    UOM: listed('UOM'),
    WarehouseID: listed('Warehouse'),
  },
}

const SHIPMENT: ViewDef = {
  name: 'SalesOrderShipment',
  fields: {
    InvoiceNbr: text({ computed: true }),
    InvoiceType: text({ computed: true }),
    ShipmentNbr: text({ computed: true }),
  },
}

/** SO301000, fact sheet 4.5; the change time is `LastModified` and nothing else. */
export const SALES_ORDER: EntityDef = {
  name: 'SalesOrder',
  keys: ['OrderType', 'OrderNbr'],
  screen: 'SO301000',
  form: 'Sales Orders',
  graph: 'PX.Objects.SO.SOOrderEntry',
  view: 'Document',
  actions: [],
  customs: [],
  fields: {
    CreatedDate: created(22),
    CreditHold: flag({ computed: true }),
    CurrencyID: listed('Currency'),
    CustomerID: listed('Customer', { required: true }),
    CustomerOrder: text({ maxLength: 40 }),
    Date: date(),
    Description: text(),
    ExternalRef: text({ maxLength: 40 }),
    Hold: flag(),
    LastModified: modified(),
    LocationID: text({ maxLength: 30 }),
    OrderedQty: quantity({ computed: true }),
    OrderNbr: key(15),
    OrderTotal: total(),
    OrderType: text({ key: true, values: ['SO', 'QT', 'RC'] }),
    RequestedOn: date(),
    ShipVia: listed('ShipVia'),
    Status: choice(['On Hold', 'Open', 'Shipping', 'Completed', 'Canceled'], { computed: true }),
    TaxTotal: total(),
    BillToContact: linked(CONTACT_VIEW),
    Details: list(ORDER_LINE),
    Shipments: list(SHIPMENT),
    ShipToContact: linked(CONTACT_VIEW),
  },
}
