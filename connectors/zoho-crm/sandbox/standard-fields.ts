import { address, type FieldDef, field, lookup, many, picklist, text } from './fields.ts'

/** The standard fields of fact sheet section 2, module by module. */

const mandatory = { mandatory: true } as const

export const accounts: readonly FieldDef[] = [
  text('Account_Name', 200, mandatory),
  field('Account_Number', 'bigint', { length: 9 }),
  picklist('Account_Type', [
    'Analyst',
    'Competitor',
    'Customer',
    'Distributor',
    'Partner',
    'Prospect',
    'Supplier',
    'Vendor',
  ]),
  ...many('phone', 'Phone Fax'),
  field('Website', 'website'),
  picklist('Industry', [
    'Communications',
    'Consulting',
    'Finance',
    'Manufacturing',
    'Retail',
    'Technology',
    'Transport',
  ]),
  field('Employees', 'integer'),
  field('Annual_Revenue', 'currency'),
  picklist('Ownership', ['Other', 'Private', 'Public', 'Subsidiary', 'Partnership']),
  lookup('Parent_Account', 'Accounts'),
  ...address('Billing_', 'Code'),
  ...address('Shipping_', 'Code'),
  picklist('Currency', ['EUR', 'USD', 'GBP'], { initial: 'EUR' }),
  field('Exchange_Rate', 'double', { initial: 1 }),
  field('Description', 'textarea'),
]

export const contacts: readonly FieldDef[] = [
  text('First_Name', 40),
  text('Last_Name', 80, mandatory),
  field('Full_Name', 'text', { readOnly: 'refused' }),
  field('Email', 'email'),
  lookup('Account_Name', 'Accounts'),
  lookup('Vendor_Name', 'Vendors'),
  ...many('phone', 'Phone Mobile Fax'),
  text('Title', 100),
  text('Department', 50),
  ...address('Mailing_', 'Zip'),
  ...address('Other_', 'Zip'),
  field('Date_of_Birth', 'date'),
  field('Email_Opt_Out', 'boolean'),
  field('Description', 'textarea'),
]

export const vendors: readonly FieldDef[] = [
  text('Vendor_Name', 120, mandatory),
  field('Email', 'email'),
  field('Phone', 'phone'),
  field('Website', 'website'),
  text('Category', 50),
  picklist('GL_Account', ['Sales-Software', 'Sales-Hardware', 'Rental-Income', 'Interest-Income', 'Sales-Other']),
  ...address('', 'Zip_Code'),
  field('Description', 'textarea'),
]

export const products: readonly FieldDef[] = [
  text('Product_Name', 200, mandatory),
  text('Product_Code', 40),
  lookup('Vendor_Name', 'Vendors'),
  field('Product_Active', 'boolean', { initial: true }),
  picklist('Product_Category', ['Hardware', 'Software', 'CRM Applications', 'Services']),
  picklist('Manufacturer', ['AltVest Inc.', 'LexPon Inc.', 'MetBeat Corp.']),
  field('Unit_Price', 'currency'),
  field('Taxable', 'boolean'),
  field('Tax', 'taxes'),
  picklist('Usage_Unit', ['Box', 'Carton', 'Dozen', 'Each', 'Hours', 'Pieces', 'Unit']),
  ...many('double', 'Qty_in_Stock Qty_Ordered Qty_in_Demand Reorder_Level'),
  field('Commission_Rate', 'currency'),
  ...many('date', 'Sales_Start_Date Sales_End_Date'),
  field('Description', 'textarea'),
]

const STAGES = [
  'Qualification',
  'Needs Analysis',
  'Value Proposition',
  'Identify Decision Makers|Id. Decision Makers',
  'Proposal/Price Quote',
  'Negotiation/Review',
  'Closed Won',
  'Closed Lost',
  'Closed Lost to Competition',
]

export const deals: readonly FieldDef[] = [
  text('Deal_Name', 120, mandatory),
  picklist('Stage', STAGES, mandatory),
  lookup('Account_Name', 'Accounts'),
  lookup('Contact_Name', 'Contacts'),
  field('Amount', 'currency'),
  field('Closing_Date', 'date'),
  picklist('Type', ['Existing Business', 'New Business']),
  picklist('Lead_Source', ['Advertisement', 'Cold Call', 'Employee Referral', 'Partner', 'Trade Show', 'Web Research']),
  field('Probability', 'integer', { length: 3 }),
  field('Description', 'textarea'),
]

const TOTALS: readonly FieldDef[] = [
  field('Discount', 'currency'),
  field('Tax', 'currency'),
  field('Adjustment', 'currency'),
  field('Sub_Total', 'formula'),
  field('Grand_Total', 'formula'),
  field('Terms_and_Conditions', 'textarea'),
  field('Description', 'textarea'),
  ...address('Billing_', 'Code'),
  ...address('Shipping_', 'Code'),
]

export const salesOrders: readonly FieldDef[] = [
  text('Subject', 300, mandatory),
  lookup('Account_Name', 'Accounts', mandatory),
  field('SO_Number', 'autonumber'),
  text('Customer_No', 100),
  picklist('Status', ['Created', 'Approved', 'Delivered', 'Cancelled'], { initial: 'Created' }),
  field('Due_Date', 'date'),
  lookup('Contact_Name', 'Contacts'),
  lookup('Deal_Name', 'Deals'),
  text('Purchase_Order', 50),
  picklist('Carrier', ['BlueDart', 'DHL', 'FedEX', 'UPS', 'USPS']),
  ...many('currency', 'Excise_Duty Sales_Commission'),
  field('Ordered_Items', 'subform', { target: 'Ordered_Items', mandatory: true }),
  ...TOTALS,
]

export const invoices: readonly FieldDef[] = [
  text('Subject', 300, mandatory),
  lookup('Account_Name', 'Accounts', mandatory),
  field('Invoice_Number', 'autonumber'),
  field('Invoice_Date', 'date'),
  field('Due_Date', 'date'),
  picklist('Status', ['Created', 'Approved', 'Delivered', 'Cancelled'], { initial: 'Created' }),
  lookup('Sales_Order', 'Sales_Orders'),
  lookup('Contact_Name', 'Contacts'),
  text('Purchase_Order', 50),
  ...many('currency', 'Excise_Duty Sales_Commission'),
  field('Invoiced_Items', 'subform', { target: 'Invoiced_Items', mandatory: true }),
  ...TOTALS,
]

/** Rows of Ordered_Items and Invoiced_Items. Which spelling v8 takes is unconfirmed (2.2); metadata names these, so only these are taken. */
export const lineItems: readonly FieldDef[] = [
  field('id', 'bigint', { readOnly: 'refused' }),
  lookup('Product_Name', 'Products', mandatory),
  field('Quantity', 'double', { initial: 1 }),
  field('List_Price', 'currency'),
  field('Discount', 'currency', { initial: 0 }),
  field('Tax', 'currency', { initial: 0 }),
  field('Description', 'textarea', { length: 2000 }),
  ...many('formula', 'Total Total_After_Discount Net_Total'),
]
