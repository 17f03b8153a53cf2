import { expect } from 'chai'
import { isEngineError } from '../../../engine/core/errors.ts'
import { accounts, failureOf, type Opened, openZoho } from './open.ts'

const NO_COQL = 'ZohoCRM.modules.ALL ZohoCRM.settings.ALL ZohoCRM.org.READ'

describe('finding records of Zoho CRM', () => {
  let zoho: Opened
  const find = (field: string, values: readonly string[], select: readonly string[] | 'all' = ['ERP_ID']) =>
    zoho.connection.find('Accounts', { field, values, select })
  const recordCalls = () => zoho.calls.filter(it => it !== 'POST oauth/v2/token')

  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  it('by an external key takes one query per 50 values', async () => {
    await zoho.at.put('Accounts', accounts(1, 120))
    const values = [...accounts(1, 100).map(it => String(it['ERP_ID'])), 'absent']
    const found = await find('ERP_ID', values)
    expect(found.map(it => it.fields['ERP_ID'])).to.have.members(values.slice(0, 100))
    expect(recordCalls()).to.deep.equal(['POST coql Accounts', 'POST coql Accounts', 'POST coql Accounts'])
  })

  it('with lookups reads them whole, by id', async () => {
    await zoho.at.put('Accounts', accounts(1, 1))
    const [parent] = await zoho.at.records('Accounts')
    const parentId = String(parent?.['id'])
    await zoho.at.put('Accounts', { ERP_ID: 'C2', Account_Name: 'Child', Parent_Account: { id: parentId } })
    const [found] = await find('ERP_ID', ['C2'], ['Parent_Account.name'])
    expect(found?.fields['Parent_Account']).to.deep.equal({ name: 'Account 1', id: parentId })
    expect(recordCalls()).to.deep.equal(['POST coql Accounts', 'GET Accounts'])
  })

  it('gives every record that shares a name, beyond one answer of 200', async () => {
    await zoho.at.put(
      'Accounts',
      accounts(1, 230).map(it => ({ ...it, Account_Name: 'Same' })),
    )
    expect(await find('Account_Name', ['Same'])).to.have.length(230)
  })

  for (const value of [
    "O'Brien",
    'back\\slash',
    "' or ERP_ID is not null or Account_Name = '",
    'a "quoted" name',
    'sla/sh?&%',
  ])
    it(`by the value ${value} finds that record and no other`, async () => {
      await zoho.at.put('Accounts', [
        { ERP_ID: 'C1', Account_Name: value },
        { ERP_ID: 'C2', Account_Name: 'Other' },
      ])
      const found = await find('Account_Name', [value])
      expect(found.map(it => it.fields['ERP_ID'])).to.deep.equal(['C1'])
    })

  it('without the scope of COQL goes through the external-id field, and remembers it', async () => {
    await zoho.at.knobs({ scopes: NO_COQL })
    await zoho.at.put('Accounts', [
      { ERP_ID: 'A/1 %', Account_Name: 'One' },
      { ERP_ID: 'B', Account_Name: 'Two' },
    ])
    const found = await find('ERP_ID', ['A/1 %', 'B', 'absent'])
    expect(found.map(it => it.fields['ERP_ID'])).to.have.members(['A/1 %', 'B'])
    await find('ERP_ID', ['B'])
    expect(recordCalls().filter(it => it.includes('coql'))).to.have.length(1)
  })

  it('without that scope and by a field that is not external says which scope is missing', async () => {
    await zoho.at.knobs({ scopes: NO_COQL })
    const error = await failureOf(() => find('Account_Name', ['x']))
    expect(isEngineError(error) && [error.kind, error.code]).to.deep.equal(['auth', 'ZOHO_LOOK_UP_NOT_PERMITTED'])
    expect(isEngineError(error) && error.remedy).to.include('ZohoCRM.coql.READ')
  })

  it('refuses a field name that would be more than a name', async () => {
    const error = await failureOf(() => find("ERP_ID = 'x' or id", ['1']))
    expect(isEngineError(error) && error.code).to.equal('ZOHO_FIELD_NAME')
    expect(recordCalls()).to.deep.equal([])
  })

  it('for nothing asks for nothing', async () => {
    expect(await find('ERP_ID', ['', ''])).to.deep.equal([])
    expect(recordCalls()).to.deep.equal([])
  })
})
