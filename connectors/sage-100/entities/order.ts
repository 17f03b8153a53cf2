import type { Fields } from '../../../engine/sdk/index.ts'
import type { Sage100Object } from '../object.ts'
import { AUDIT, amount, choice, day, lines, READ, series, text } from './fields.ts'

/** Fact sheet 5. A line has no stamps of its own: its change shows on the order's. */
const LINE: Fields = {
  LineKey: text('Line key', 6),
  LineSeqNo: text('Place', 14),
  ItemCode: text('Item', 30),
  // regular, special, charge, comment, miscellaneous
  ItemType: choice('Type of item', '1|2|3|4|5'),
  ItemCodeDesc: text('Description', 30),
  CommentText: text('Comment', 2_048),
  WarehouseCode: text('Warehouse', 3),
  UnitOfMeasure: text('Unit', 4),
  QuantityOrdered: amount('Ordered', 6),
  QuantityShipped: amount('Shipped', 6),
  QuantityBackordered: amount('Backordered', 6),
  UnitPrice: amount('Price', 6),
  UnitCost: amount('Cost', 6),
  ExtensionAmt: amount('Amount'),
  LineDiscountPercent: amount('Discount in percent'),
  PromiseDate: day('Promised'),
  PriceLevel: text('Price level', 1),
  TaxClass: text('Tax class', 2),
}

const party = (prefix: string, title: string): Fields => ({
  [`${prefix}Name`]: text(`${title} name`, 50),
  ...series(`${prefix}Address`, 1, 3, n => text(`${title} address ${n}`, 40)),
  [`${prefix}City`]: text(`${title} city`, 30),
  [`${prefix}State`]: text(`${title} state`, 2),
  [`${prefix}ZipCode`]: text(`${title} zip code`, 10),
  [`${prefix}CountryCode`]: text(`${title} country`, 3),
})

/** Fact sheet 5. There is no stored total: taxable + non-taxable + tax + freight − discount. */
export const ORDER: Sage100Object = {
  name: 'SO_SalesOrder',
  title: 'Sales orders',
  key: 'SalesOrderNo',
  keyColumns: ['SalesOrderNo'],
  list: 'sales-orders',
  module: 'S/O',
  task: 'Sales Order Entry',
  soap: { get: 'GetSalesOrder', parameters: ['salesOrderNo'] },
  fields: {
    SalesOrderNo: text('Order number', 7, READ),
    OrderDate: day('Order date'),
    OrderType: choice('Type', 'S|B|M|R|Q|P'),
    OrderStatus: choice('Status', 'N|O|C|H'),
    ShipExpireDate: day('Ship or expire date'),
    ARDivisionNo: text('Division', 2, READ),
    CustomerNo: text('Customer number', 20, READ),
    customerKey: text('Division-number of the customer', 23, { ...READ, references: 'AR_Customer' }),
    ...party('BillTo', 'Bill-to'),
    ShipToCode: text('Ship-to code', 4),
    ...party('ShipTo', 'Ship-to'),
    CustomerPONo: text('Purchase order', 30),
    WarehouseCode: text('Warehouse', 3),
    ConfirmTo: text('Confirm to', 50),
    Comment: text('Comment', 30),
    EmailAddress: text('Email', 250),
    ShipVia: text('Ship via', 15),
    FOB: text('FOB', 15),
    TermsCode: text('Terms', 2),
    TaxSchedule: text('Tax schedule', 9),
    SalespersonDivisionNo: text('Division of the salesperson', 2),
    SalespersonNo: text('Salesperson', 4),
    CurrentInvoiceNo: text('Current invoice', 20),
    LastInvoiceOrderNo: text('Last invoice', 20),
    CancelReasonCode: text('Reason of cancelling', 5),
    TaxableAmt: amount('Taxable'),
    NonTaxableAmt: amount('Not taxable'),
    SalesTaxAmt: amount('Tax'),
    FreightAmt: amount('Freight'),
    DiscountAmt: amount('Discount'),
    DepositAmt: amount('Deposit'),
    DiscountRate: amount('Discount rate', 3),
    Weight: amount('Weight'),
    Lines: lines('Lines', LINE),
    ...AUDIT,
  },
}
