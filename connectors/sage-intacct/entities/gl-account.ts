import { defineReadable } from './define.ts'
import { flag, STATUS, SYSTEM_FIELDS, text } from './fields.ts'

export const GLACCOUNT = defineReadable({
  name: 'GLACCOUNT',
  title: 'GL accounts',
  key: 'ACCOUNTNO',
  fields: {
    ACCOUNTNO: text('Account number', { unique: true }),
    TITLE: text('Title'),
    ACCOUNTTYPE: text('Account type', { values: ['balancesheet', 'incomestatement'] }),
    NORMALBALANCE: text('Normal balance', { values: ['debit', 'credit'] }),
    CLOSINGTYPE: text('Closing type'),
    CATEGORY: text('Category'),
    ALTERNATIVEACCOUNT: text('Alternative account'),
    REQUIREDEPT: flag('Department required'),
    REQUIRELOC: flag('Location required'),
    STATUS,
    ...SYSTEM_FIELDS,
  },
})
