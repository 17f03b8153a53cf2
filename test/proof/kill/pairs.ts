import type { JsonObject } from '../../../engine/core/record.ts'

/** A flow of the library between two systems, and how the proof looks at both ends. */
export interface Pair {
  readonly use: string
  /** Where it reads: connector, entity, key and the text that people change. */
  readonly source: Place
  /** Where it writes. `prefix`: what stands before the source's key there. */
  readonly target: Place & { readonly prefix?: string }
  /** What a new record must have beside key and text. */
  readonly more?: (key: string) => JsonObject
  /** Does the target's record say that its source is gone? */
  readonly isMarked: (fields: JsonObject) => boolean
  /** What hangs on each of the records that this proof makes. */
  readonly child?: Child
}

export interface Place {
  readonly connector: string
  readonly entity: string
  readonly key: string
  readonly text: string
}

export interface Child {
  readonly entity: string
  readonly key: string
  /** Stands behind the parent's key in the child's. */
  readonly suffix: string
  /** Names the parent by its id. */
  readonly parent: string
}

const inZoho = (entity: string, key: string, text: string) => ({ connector: 'zoho-crm', entity, key, text })
const isInactive = (fields: JsonObject) => fields['ERP_Status'] === 'inactive'
const isDeletedThere = ({ organization_fields: own }: JsonObject) => (own as JsonObject)['erp_status'] === 'deleted'

/** Flows of the five pairs of systems, all of them in one workspace; won deals have a file of their own. */
export const PAIRS: readonly Pair[] = [
  {
    use: 'sage-intacct-to-zoho-crm/vendors',
    source: { connector: 'sage-intacct', entity: 'VENDOR', key: 'VENDORID', text: 'NAME' },
    target: inZoho('Vendors', 'ERP_ID', 'Vendor_Name'),
    more: () => ({ STATUS: 'active' }),
    isMarked: isInactive,
  },
  {
    use: 'sage-300-to-zoho-crm/vendors',
    source: { connector: 'sage-300', entity: 'AP/APVendors', key: 'VendorNumber', text: 'VendorName' },
    target: inZoho('Accounts', 'ERP_Vendor_ID', 'Account_Name'),
    more: () => ({ GroupCode: 'INV', ContactName: 'Ann Lee' }),
    isMarked: isInactive,
  },
  {
    use: 'acumatica-to-zoho-crm/customers',
    source: { connector: 'acumatica', entity: 'Customer', key: 'CustomerID', text: 'CustomerName' },
    target: inZoho('Accounts', 'ERP_ID', 'Account_Name'),
    isMarked: isInactive,
  },
  {
    use: 'sage-100-to-zoho-crm/vendors',
    source: { connector: 'sage-100', entity: 'AP_Vendor', key: 'key', text: 'VendorName' },
    target: inZoho('Vendors', 'ERP_ID', 'Vendor_Name'),
    isMarked: isInactive,
  },
  {
    use: 'sage-intacct-to-zendesk/vendors',
    source: { connector: 'sage-intacct', entity: 'VENDOR', key: 'VENDORID', text: 'NAME' },
    target: { connector: 'zendesk', entity: 'organizations', key: 'external_id', text: 'name', prefix: 'vendor-' },
    more: () => ({ STATUS: 'active' }),
    isMarked: isDeletedThere,
  },
  {
    use: 'sage-intacct-to-zendesk/customers',
    source: { connector: 'sage-intacct', entity: 'CUSTOMER', key: 'CUSTOMERID', text: 'NAME' },
    target: { connector: 'zendesk', entity: 'organizations', key: 'external_id', text: 'name', prefix: 'customer-' },
    more: key => ({
      STATUS: 'active',
      DISPLAYCONTACT: { PRINTAS: key, LASTNAME: 'Lee', EMAIL1: `${key.toLowerCase()}@lee.example` },
    }),
    isMarked: isDeletedThere,
    child: { entity: 'users', key: 'external_id', suffix: '-contact', parent: 'organization_id' },
  },
  {
    use: 'acumatica-to-zoho-crm/items',
    source: { connector: 'acumatica', entity: 'StockItem', key: 'InventoryID', text: 'Description' },
    target: inZoho('Products', 'ERP_ID', 'Product_Name'),
    isMarked: fields => fields['Product_Active'] === false,
  },
]

/** Options of the sandboxes: what they start with, and what would only be in the way. */
export const SANDBOXES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sage-intacct': { vendors: '40', customers: '10' },
  'sage-300': { vendors: '25', customers: '2', orders: '0', items: '6' },
  acumatica: { customerNumbering: 'manual' },
  'sage-100': {},
  'zoho-crm': {},
  zendesk: { organizations: '0', users: '0', tickets: '0', jobPolls: '0' },
}

/** What each starts with where no option says. */
export const RECORDS: Readonly<Record<string, number>> = { acumatica: 25, 'sage-100': 25 }

/** A vendor and a customer may have the same number: vendors of Sage 300 have a field of their own. */
export const VENDOR_FIELD = { api_name: 'ERP_Vendor_ID', data_type: 'text', length: 200, unique: true, external: true }
