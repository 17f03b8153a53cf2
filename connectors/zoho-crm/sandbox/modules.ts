import { type FieldDef, field, lookup, picklist, text } from './fields.ts'
import { accounts, contacts, deals, invoices, lineItems, products, salesOrders, vendors } from './standard-fields.ts'

export interface ModuleDef {
  readonly apiName: string
  readonly id: string
  /** As scopes spell it: `ZohoCRM.modules.{scope}.READ` (fact sheet 1.5). */
  readonly scope: string
  readonly singular: string
  readonly plural: string
  readonly kind: 'default' | 'custom' | 'subform'
  /** The field that the system itself checks for doubles on upsert (fact sheet 2). */
  readonly duplicateField: string | null
  readonly nameField: string
  /** Inventory modules start with Professional (fact sheet 2.3). */
  readonly inventory: boolean
  readonly fields: ReadonlyMap<string, FieldDef>
}

/** Fields that the system keeps for every record. */
const SYSTEM: readonly FieldDef[] = [
  field('id', 'bigint', { label: 'Record Id', readOnly: 'refused' }),
  field('Owner', 'ownerlookup'),
  field('Created_Time', 'datetime', { readOnly: 'refused' }),
  field('Modified_Time', 'datetime', { readOnly: 'refused' }),
  field('Created_By', 'ownerlookup', { readOnly: 'refused' }),
  field('Modified_By', 'ownerlookup', { readOnly: 'refused' }),
  field('Tag', 'tags'),
]

const custom = { custom: true } as const
const STATUS = picklist('ERP_Status', ['active', 'inactive'], custom)

/** What an administrator made for the alignment with the ERP: one external key everywhere, and more per module. */
const erpId = text('ERP_ID', 200, { custom: true, unique: true, external: true })

const ADMIN: Readonly<Record<string, readonly FieldDef[]>> = {
  Accounts: [
    STATUS,
    text('Customer_Status', 100, custom),
    text('Customer_Type', 100, custom),
    text('Customer_Group', 100, custom),
    text('Payment_Terms', 100, custom),
    field('Credit_Limit', 'currency', custom),
    field('On_Hold', 'boolean', custom),
    text('Territory_Code', 40, custom),
    field('Balance_Due', 'currency', custom),
    text('ERP_Currency', 10, custom),
    text('Tax_ID', 40, custom),
  ],
  Contacts: [STATUS, text('ERP_Owner_Type', 20, custom), text('ERP_Owner_ID', 40, custom)],
  Vendors: [
    STATUS,
    text('Vendor_Type', 100, custom),
    text('Vendor_Type_Group', 100, custom),
    text('Payment_Terms', 100, custom),
    text('Tax_ID', 40, custom),
    field('Credit_Limit', 'currency', custom),
    field('On_Hold', 'boolean', custom),
    text('ERP_Currency', 10, custom),
  ],
  Invoices: [
    lookup('Deal_Name', 'Deals', custom),
    field('Balance_Due', 'currency', custom),
    text('ERP_Status', 40, custom),
  ],
  GL_Accounts: [
    text('Title', 200, custom),
    picklist('Account_Type', ['balancesheet', 'incomestatement'], custom),
    picklist('Normal_Balance', ['debit', 'credit'], custom),
    text('Closing_Type', 40, custom),
    text('Category', 100, custom),
    STATUS,
  ],
  ERP_Classifications: [
    text('Dimension', 40, custom),
    text('Code', 40, custom),
    text('Parent_Code', 40, custom),
    field('Description', 'textarea', custom),
    STATUS,
  ],
}

type Outline = readonly [
  apiName: string,
  scope: string,
  singular: string,
  nameField: string,
  fields: readonly FieldDef[],
]

const STANDARD: readonly Outline[] = [
  ['Accounts', 'accounts', 'Account', 'Account_Name', accounts],
  ['Contacts', 'contacts', 'Contact', 'Last_Name', contacts],
  ['Vendors', 'vendors', 'Vendor', 'Vendor_Name', vendors],
  ['Products', 'products', 'Product', 'Product_Name', products],
  ['Deals', 'deals', 'Deal', 'Deal_Name', deals],
  ['Sales_Orders', 'salesorders', 'Sales Order', 'Subject', salesOrders],
  ['Invoices', 'invoices', 'Invoice', 'Subject', invoices],
]
const INVENTORY = new Set(['Vendors', 'Sales_Orders', 'Invoices', 'Ordered_Items', 'Invoiced_Items'])
const MODULE_IDS = 5_725_767_000_000_002_000n

const toMap = (fields: readonly FieldDef[]) => new Map(fields.map(it => [it.apiName, it]))

/** A module that an administrator adds: a mandatory Name of 120 characters, and the fields given. */
export function customModule(apiName: string, label: string, fields: readonly FieldDef[]): Omit<ModuleDef, 'id'> {
  return {
    apiName,
    scope: 'custom',
    singular: label,
    plural: label,
    kind: 'custom',
    duplicateField: 'Name',
    nameField: 'Name',
    inventory: false,
    fields: toMap([...SYSTEM, text('Name', 120, { mandatory: true }), erpId, ...fields]),
  }
}

/** All modules of a new org, whatever its edition. */
export function createModules(): ModuleDef[] {
  const standard = STANDARD.map(
    ([apiName, scope, singular, nameField, fields]): Omit<ModuleDef, 'id'> => ({
      apiName,
      scope,
      singular,
      plural: apiName.replaceAll('_', ' '),
      kind: 'default',
      duplicateField: apiName === 'Contacts' ? 'Email' : nameField,
      nameField,
      inventory: INVENTORY.has(apiName),
      fields: toMap([...SYSTEM, ...fields, erpId, ...(ADMIN[apiName] ?? [])]),
    }),
  )
  const subforms = ['Ordered_Items', 'Invoiced_Items'].map(
    (apiName): Omit<ModuleDef, 'id'> => ({
      apiName,
      scope: apiName === 'Ordered_Items' ? 'salesorders' : 'invoices',
      singular: apiName.replaceAll('_', ' '),
      plural: apiName.replaceAll('_', ' '),
      kind: 'subform',
      duplicateField: null,
      nameField: 'Product_Name',
      inventory: true,
      fields: toMap(lineItems),
    }),
  )
  const customs = ['GL_Accounts', 'ERP_Classifications'].map(name =>
    customModule(name, name.replaceAll('_', ' '), ADMIN[name] ?? []),
  )
  return [...standard, ...subforms, ...customs].map((it, i) => ({ ...it, id: moduleId(i) }))
}

export const moduleId = (position: number) => String(MODULE_IDS + BigInt(position * 2 + 131))
