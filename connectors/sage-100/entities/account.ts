import { KEY, type Sage100Object } from '../object.ts'
import { AUDIT, choice, day, flag, READ, series, text } from './fields.ts'

/** Of the main account; an account shows them too, but a change over there need not restamp it (fact sheet 5). */
const OF_MAIN = {
  AccountType: text('Type', 2),
  AccountGroup: text('Group', 15),
  AccountCategory: text('Category', 1),
  CashFlowsType: choice('Cash flow', 'C|F|I|N|O'),
}

/** Fact sheet 5. `AccountKey` is what other modules store; `Account` is what people read. */
export const ACCOUNT: Sage100Object = {
  name: 'GL_Account',
  title: 'General ledger accounts',
  key: 'AccountKey',
  keyColumns: ['AccountKey'],
  list: 'gl-accounts',
  module: 'G/L',
  task: 'Account Maintenance',
  fields: {
    AccountKey: text('Account key', 9, READ),
    AccountDesc: text('Description', 50),
    Account: text('Account', 41),
    RawAccount: text('Account without separators', 32),
    MainAccountCode: text('Main account', 15, READ),
    ...OF_MAIN,
    ...series('RollupCode', 1, 4, n => text(`Rollup ${n}`, 20)),
    // D: deleted, though still listed
    Status: choice('Status', 'A|I|D'),
    ClearBalance: flag('Clear balance'),
    DateStart: day('Starts'),
    DateEnd: day('Ends'),
    CompanyCode: text('Company', 3),
    ...AUDIT,
  },
}

/** Fact sheet 5: the level above, with group and type as they are now. */
export const MAIN_ACCOUNT: Sage100Object = {
  name: 'GL_MainAccount',
  title: 'Main accounts',
  key: KEY,
  keyColumns: ['SegmentNo', 'MainAccountCode'],
  list: 'gl-main-accounts',
  module: 'G/L',
  task: 'Main Account Maintenance',
  fields: {
    SegmentNo: text('Segment', 2, READ),
    MainAccountCode: text('Main account', 15, READ),
    [KEY]: text('Segment-code', 18, READ),
    MainAccountDesc: text('Description', 40),
    MainAccountShortDesc: text('Short description', 20),
    ...OF_MAIN,
    Status: choice('Status', 'A|I|D'),
    ...series('RollupCode', 1, 4, n => text(`Rollup ${n}`, 20)),
    ...AUDIT,
  },
}
