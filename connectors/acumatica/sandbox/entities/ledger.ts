import { choice, created, type EntityDef, flag, int, key, listed, modified, text } from './definition.ts'

/** GL202500, fact sheet 4.5. */
export const ACCOUNT: EntityDef = {
  name: 'Account',
  keys: ['AccountCD'],
  screen: 'GL202500',
  form: 'Chart of Accounts',
  graph: 'PX.Objects.GL.AccountMaint',
  view: 'AccountRecords',
  actions: [],
  customs: [],
  fields: {
    AccountCD: key(10, { required: true }),
    AccountClass: text({ maxLength: 20 }),
    AccountGroup: text({ maxLength: 30 }),
    AccountID: int({ computed: true }),
    Active: flag(),
    CashAccount: flag({ computed: true }),
    CreatedDateTime: created(),
    CurrencyID: listed('Currency'),
    Description: text({ required: true }),
    LastModifiedDateTime: modified(),
    PostOption: choice(['Summary', 'Detail']),
    RequireUnits: flag(),
    Type: choice(['Asset', 'Liability', 'Income', 'Expense']),
  },
}
