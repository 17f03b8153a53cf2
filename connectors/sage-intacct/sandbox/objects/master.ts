import { defineObject, type ObjectDef, STATUS } from './definition.ts'

/** Vendor and customer types: read-only through generic functions (fact sheet 4). */
export const type = (name: string, label: string) =>
  defineObject({
    name,
    label,
    key: 'NAME',
    fields: ['NAME! TEXT 80', 'PARENT TEXT 80', 'PARENTKEY* INTEGER @PARENT.RECORDNO', STATUS],
    relations: [`PARENT>${name} by PARENT`],
    isReadOnly: true,
  })

export const term = (name: string, label: string) =>
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

export const DIMENSIONS: readonly ObjectDef[] = [
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

export const GLACCOUNT = defineObject({
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
