import type { Sage300Object } from '../object.ts'
import { choice, day, flag, text } from './fields.ts'

/** Fact sheet 3, "GLAccounts": no date of last maintenance. */
export const ACCOUNT: Sage300Object = {
  name: 'GL/GLAccounts',
  title: 'General ledger accounts',
  key: 'UnformattedAccount',
  changes: {
    by: 'look',
    watched: ['AccountNumber', 'Description', 'AccountType', 'NormalBalanceDRCR', 'Status', 'AccountGroupCode'],
  },
  fields: {
    UnformattedAccount: text('Account without punctuation', 45, { unique: true }),
    AccountNumber: text('Account', 45, { unique: true }),
    Description: text('Description', 60),
    AccountType: text('Account type', 30),
    NormalBalanceDRCR: choice('Normal balance', 'Debit|Credit'),
    Status: choice('Status', 'Inactive|Active'),
    StructureCode: text('Structure', 6),
    AccountGroupCode: text('Account group', 12),
    Multicurrency: flag('Multicurrency'),
    DateCreated: day('Created'),
  },
}
