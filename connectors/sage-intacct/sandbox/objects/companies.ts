import { defineObject, type ObjectDef, STATUS } from './definition.ts'

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

export const CONTACT = defineObject({
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

/** Fields that an administrator added for the help desk (fact sheet 7.1 A). */
export const SUPPORT_FIELDS = [
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

export function vendor(custom: readonly string[]): ObjectDef {
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

export function customer(custom: readonly string[]): ObjectDef {
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
