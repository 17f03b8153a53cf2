import { defineFields, defineObject, type ObjectDef, relationsOf } from './definition.ts'

const STATUS = 'STATUS ENUM active=T|inactive=F'

const MAIL = [
  'ADDRESS1',
  'ADDRESS2',
  'ADDRESS3',
  'CITY',
  'STATE',
  'ZIP',
  'COUNTRY',
  'COUNTRYCODE',
  'LATITUDE',
  'LONGITUDE',
]

const CONTACT = defineObject({
  name: 'CONTACT',
  label: 'Contact',
  key: 'CONTACTNAME',
  fields: [
    'CONTACTNAME! TEXT 200',
    'PRINTAS! TEXT 200',
    'COMPANYNAME TEXT 100',
    'PREFIX TEXT 40',
    'FIRSTNAME TEXT 40',
    'INITIAL TEXT 40',
    'LASTNAME TEXT 40',
    'PHONE1 TEXT 30',
    'PHONE2 TEXT 30',
    'CELLPHONE TEXT 30',
    'FAX TEXT 30',
    'PAGER TEXT 30',
    'EMAIL1 TEXT 200',
    'EMAIL2 TEXT 200',
    'URL1 TEXT 200',
    'URL2 TEXT 200',
    STATUS,
    'VISIBLE BOOLEAN',
    'TAXABLE BOOLEAN',
    'TAXID TEXT 20',
    ...MAIL.map(it => `MAILADDRESS.${it} TEXT 100`),
  ],
})

const SUPPORT_FIELDS = [
  'SUPPORT_OPEN_TICKETS+ INTEGER',
  'SUPPORT_LAST_TICKET_URL+ TEXT 500',
  'SUPPORT_LAST_TICKET_ID+ TEXT 40',
  'SUPPORT_LAST_TICKET_AT+ DATE',
  'SUPPORT_LAST_TICKET_SUBJECT+ TEXT 200',
  'SUPPORT_LAST_TICKET_STATUS+ TEXT 40',
  'SUPPORT_SUMMARY+ TEXT 1000',
]

const COMPANY_FIELDS = [
  'NAME! TEXT 100',
  STATUS,
  'PARENTID TEXT 20',
  'PARENTKEY* INTEGER @PARENT.RECORDNO',
  'PARENTNAME* TEXT @PARENT.NAME',
  'TERMNAME TEXT 40',
  'TAXID TEXT 20',
  'CURRENCY TEXT 3',
  'CREDITLIMIT CURRENCY',
  'TOTALDUE* CURRENCY',
  'ONHOLD BOOLEAN',
  'ONETIME BOOLEAN',
  'SUPDOCID TEXT 20',
  // 200 characters: one source (fact sheet 7.1 B)
  'COMMENTS TEXT 200',
  'OBJECTRESTRICTION TEXT 20',
  'DISPLAYCONTACT.CONTACTNAME TEXT 200',
  'DISPLAYCONTACTKEY* INTEGER @DISPLAYCONTACT.RECORDNO',
]

function vendor(custom: readonly string[]): ObjectDef {
  return defineObject({
    name: 'VENDOR',
    label: 'Vendor',
    key: 'VENDORID',
    fields: [
      'VENDORID! TEXT 20',
      ...COMPANY_FIELDS,
      'VENDTYPE TEXT 80',
      'DONOTCUTCHECK BOOLEAN',
      'VENDORACCOUNTNO TEXT 40',
      'APACCOUNT TEXT 24',
      'PAYTOCONTACT.CONTACTNAME TEXT 200',
      ...custom,
    ],
    relations: [
      'DISPLAYCONTACT>CONTACT by DISPLAYCONTACT.CONTACTNAME',
      'PAYTOCONTACT>CONTACT by PAYTOCONTACT.CONTACTNAME',
      'PARENT>VENDOR by PARENTID',
      'TERM>APTERM by TERMNAME',
      'VENDTYPE>VENDTYPE by VENDTYPE',
    ],
    embedded: ['DISPLAYCONTACT'],
    contactLetter: 'V',
  })
}

function customer(custom: readonly string[]): ObjectDef {
  return defineObject({
    name: 'CUSTOMER',
    label: 'Customer',
    key: 'CUSTOMERID',
    fields: [
      'CUSTOMERID! TEXT 20',
      ...COMPANY_FIELDS,
      'CUSTTYPE TEXT 80',
      'CUSTREPID TEXT 20',
      'TERRITORYID TEXT 20',
      'SHIPPINGMETHOD TEXT 40',
      'RESALENO TEXT 20',
      'BILLTOCONTACT.CONTACTNAME TEXT 200',
      'SHIPTOCONTACT.CONTACTNAME TEXT 200',
      'PRIMARYCONTACT.CONTACTNAME TEXT 200',
      ...custom,
    ],
    relations: [
      'DISPLAYCONTACT>CONTACT by DISPLAYCONTACT.CONTACTNAME',
      'BILLTOCONTACT>CONTACT by BILLTOCONTACT.CONTACTNAME',
      'SHIPTOCONTACT>CONTACT by SHIPTOCONTACT.CONTACTNAME',
      'PRIMARYCONTACT>CONTACT by PRIMARYCONTACT.CONTACTNAME',
      'PARENT>CUSTOMER by PARENTID',
      'TERM>ARTERM by TERMNAME',
      'CUSTTYPE>CUSTTYPE by CUSTTYPE',
    ],
    embedded: ['DISPLAYCONTACT'],
    contactLetter: 'C',
  })
}

const type = (name: string, label: string) =>
  defineObject({
    name,
    label,
    key: 'NAME',
    fields: ['NAME! TEXT 80', 'PARENT TEXT 80', 'PARENTKEY* INTEGER @PARENT.RECORDNO', STATUS],
    relations: [`PARENT>${name} by PARENT`],
    isReadOnly: true,
  })

const term = (name: string, label: string) =>
  defineObject({
    name,
    label,
    key: 'NAME',
    fields: [
      'NAME! TEXT 40',
      'DESCRIPTION TEXT 100',
      STATUS,
      'DUEDATE INTEGER',
      'DUEFROM TEXT 40',
      'DISCDATE INTEGER',
      'DISCAMOUNT DECIMAL',
      'DISCPERCAMN TEXT 1',
    ],
  })

const GRANT_FIELDS = [
  'CFDA',
  'FUNDEDNAME',
  'AGENCY',
  'PAYER',
  'FUNDINGOTHERID',
  'ASSISTANCETYPE',
  'REVRESTRICTION',
  'RESTRICTIONEXPIRY',
  'RESTRICTIONEXPIRATIONDATE',
  'TIMESATISFACTIONSCHEDULED',
].map(it => `${it}~ TEXT 40`)

const DIMENSIONS: readonly ObjectDef[] = [
  defineObject({
    name: 'DEPARTMENT',
    label: 'Department',
    key: 'DEPARTMENTID',
    relations: ['PARENT>DEPARTMENT by PARENTID'],
    fields: [
      'DEPARTMENTID! TEXT 20',
      'TITLE! TEXT 40',
      'PARENTID TEXT 20',
      'PARENTKEY* INTEGER @PARENT.RECORDNO',
      'SUPERVISORID TEXT 20',
      'CUSTTITLE TEXT 80',
      STATUS,
    ],
  }),
  defineObject({
    name: 'LOCATION',
    label: 'Location',
    key: 'LOCATIONID',
    relations: ['PARENT>LOCATION by PARENTID'],
    fields: [
      'LOCATIONID! TEXT 20',
      'NAME! TEXT 40',
      'PARENTID TEXT 20',
      'PARENTKEY* INTEGER @PARENT.RECORDNO',
      'SUPERVISORID TEXT 20',
      'STARTDATE DATE',
      'ENDDATE DATE',
      'CURRENCY TEXT 3',
      STATUS,
    ],
  }),
  defineObject({
    name: 'LOCATIONENTITY',
    label: 'Entity',
    key: 'LOCATIONID',
    isReadOnly: true,
    fields: [
      'LOCATIONID! TEXT 20',
      'NAME! TEXT 40',
      'SUPERVISORID TEXT 20',
      'FEDERALID TEXT 20',
      'STARTDATE DATE',
      'ENDDATE DATE',
      STATUS,
    ],
  }),
  defineObject({
    name: 'CLASS',
    label: 'Class',
    key: 'CLASSID',
    relations: ['PARENT>CLASS by PARENTID'],
    fields: [
      'CLASSID! TEXT 20',
      'NAME! TEXT 40',
      'DESCRIPTION TEXT 100',
      'PARENTID TEXT 20',
      'PARENTKEY* INTEGER @PARENT.RECORDNO',
      STATUS,
    ],
  }),
  defineObject({
    name: 'PROJECT',
    label: 'Project',
    key: 'PROJECTID',
    relations: [
      'CUSTOMER>CUSTOMER by CUSTOMERID',
      'LOCATION>LOCATION by LOCATIONID',
      'DEPARTMENT>DEPARTMENT by DEPARTMENTID',
    ],
    fields: [
      'PROJECTID! TEXT 20',
      'NAME! TEXT 100',
      'DESCRIPTION TEXT 100',
      'PROJECTCATEGORY! TEXT 40',
      'PROJECTSTATUS TEXT 40',
      'CUSTOMERID TEXT 20',
      'CUSTOMERNAME* TEXT @CUSTOMER.NAME',
      'LOCATIONID TEXT 20',
      'DEPARTMENTID TEXT 20',
      'BEGINDATE DATE',
      'ENDDATE DATE',
      'CURRENCY TEXT 3',
      STATUS,
      ...GRANT_FIELDS,
    ],
  }),
]

const GLACCOUNT = defineObject({
  name: 'GLACCOUNT',
  label: 'Account',
  key: 'ACCOUNTNO',
  fields: [
    'ACCOUNTNO! TEXT 24',
    'TITLE! TEXT 80',
    'ACCOUNTTYPE ENUM balancesheet=N|incomestatement=I',
    'NORMALBALANCE ENUM debit=1|credit=-1',
    'CLOSINGTYPE TEXT 40',
    'CATEGORY TEXT 80',
    'ALTERNATIVEACCOUNT TEXT 80',
    STATUS,
    'REQUIREDEPT BOOLEAN',
    'REQUIRELOC BOOLEAN',
    'REQUIREPROJECT BOOLEAN',
    'REQUIRECUSTOMER BOOLEAN',
    'REQUIREVENDOR BOOLEAN',
    'REQUIRECLASS BOOLEAN',
  ],
})

const USERINFO = defineObject({
  name: 'USERINFO',
  label: 'User',
  key: 'LOGINID',
  isReadOnly: true,
  fields: ['LOGINID! TEXT 40', 'DESCRIPTION TEXT 100', 'USERTYPE TEXT 40', 'ADMIN BOOLEAN', STATUS],
})

const AUDITHISTORY: ObjectDef = {
  ...defineObject({ name: 'AUDITHISTORY', label: 'Audit history', key: 'ID', fields: [], isReadOnly: true }),
  id: 'ID',
  isCodesReversed: true,
  relations: new Map(),
  fields: defineFields([
    'ID* INTEGER',
    'OBJECTTYPE* TEXT 40',
    'OBJECTKEY* TEXT 200',
    'ACCESSTIME* TIMESTAMP',
    'ACCESSMODE* ENUM Create=C|Modify=M|Delete=D',
    'USERID* TEXT 40',
    'SOURCE* TEXT 40',
  ]),
  created: 'ACCESSTIME',
  modified: 'ACCESSTIME',
}

/** A Platform Services object that a company may have built (fact sheet 7.1 D). */
const SUPPORT_TICKET: ObjectDef = {
  ...defineObject({ name: 'support_ticket', label: 'Support ticket', key: 'id', fields: [] }),
  id: 'id',
  relations: relationsOf('support_ticket', ['Rcustomer>CUSTOMER by customer_id', 'Rvendor>VENDOR by vendor_id']),
  fields: defineFields([
    'id* INTEGER',
    'name! TEXT 100',
    'ticket_id TEXT 40',
    'subject TEXT 200',
    'status TEXT 40',
    'url TEXT 500',
    'opened_at TIMESTAMP',
    'customer_id TEXT 20',
    'vendor_id TEXT 20',
    'createdAt* TIMESTAMP',
    'updatedAt* TIMESTAMP',
    'createdBy* INTEGER',
    'updatedBy* INTEGER',
  ]),
  isCustom: true,
  created: 'createdAt',
  modified: 'updatedAt',
}

export interface CatalogueOptions {
  readonly customFields: boolean
  readonly customObject: boolean
}

/** All objects of a company. */
export function createCatalogue(options: CatalogueOptions): ReadonlyMap<string, ObjectDef> {
  const custom = options.customFields ? SUPPORT_FIELDS : []
  const all = [
    vendor(custom),
    customer(custom),
    CONTACT,
    type('VENDTYPE', 'Vendor type'),
    type('CUSTTYPE', 'Customer type'),
    ...DIMENSIONS,
    GLACCOUNT,
    term('APTERM', 'AP term'),
    term('ARTERM', 'AR term'),
    USERINFO,
    AUDITHISTORY,
    ...(options.customObject ? [SUPPORT_TICKET] : []),
  ]
  return new Map(all.map(it => [it.name, it]))
}
