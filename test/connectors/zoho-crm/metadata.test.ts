import { expect } from 'chai'
import { zohoCrm } from '../../../connectors/zoho-crm/index.ts'
import type { PreflightRequest } from '../../../engine/sdk/connector.ts'
import { connect } from '../../support/connect.ts'
import { type Opened, openZoho } from './open.ts'

describe('what a Zoho account has', () => {
  let zoho: Opened
  const ask = (wish: Partial<PreflightRequest> = {}) =>
    zoho.connection.preflight({ entity: 'Accounts', use: 'write', fields: [], optional: [], ...wish })
  const answerOf = async (wish: Partial<PreflightRequest>) => {
    const answer = await ask(wish)
    return answer.is === 'unavailable' ? [answer.error.kind, answer.error.code, answer.error.remedy] : [answer.is]
  }

  beforeEach(async () => {
    zoho = await openZoho()
  })
  afterEach(() => zoho.close())

  it('is available with its fields and a unique field to match on', async () => {
    expect(await ask({ fields: ['Account_Name', 'Parent_Account.id'], match: 'ERP_ID' })).to.deep.equal({
      is: 'available',
    })
  })

  it('is asked for once and then remembered for hours, so that a steady run asks nothing', async () => {
    await ask()
    const first = zoho.calls.length
    await ask()
    const next = await connect(zohoCrm, zoho.sandbox, { tokens: zoho.tokens, facts: zoho.facts, clock: zoho.clock })
    await next.connection.preflight({ entity: 'Accounts', use: 'write', fields: [], optional: [] })
    expect([zoho.calls.length, next.calls]).to.deep.equal([first, []])
    zoho.clock.advance(13 * 60 * 60_000)
    await ask()
    expect(zoho.calls.length).to.be.above(first)
  })

  it("tells a module that the edition lacks, with the edition's name", async () => {
    await zoho.at.knobs({ edition: 'standard' })
    const answer = await ask({ entity: 'Vendors', match: 'ERP_ID' })
    expect(answer.is === 'unavailable' && answer.error.message).to.include('edition standard')
    const [kind, code, remedy] = await answerOf({ entity: 'Vendors' })
    expect([kind, code]).to.deep.equal(['unavailable', 'ZOHO_MODULE_NOT_IN_EDITION'])
    expect(remedy).to.include('Professional')
  })

  it('tells a module that the profile may not use from one that is not there', async () => {
    const modules = [
      {
        api_name: 'Accounts',
        api_supported: true,
        creatable: false,
        editable: false,
        viewable: true,
        status: 'visible',
      },
    ]
    await zoho.at.fault({
      action: 'answer',
      path: 'settings/modules',
      times: 9,
      status: 200,
      body: JSON.stringify({ modules }),
    })
    const [kind, code] = await answerOf({ use: 'write' })
    expect([kind, code]).to.deep.equal(['unavailable', 'ZOHO_MODULE_NOT_PERMITTED'])
    expect(await answerOf({ use: 'read' })).to.deep.equal(['available'])
  })

  it('tells a match field that is missing, with label and type to make', async () => {
    const [kind, code, remedy] = await answerOf({ match: 'ERP_Number' })
    expect([kind, code]).to.deep.equal(['configuration', 'ZOHO_MATCH_FIELD_MISSING'])
    expect(remedy).to.include('"ERP Number"').and.to.include('Single Line')
  })

  it('tells a match field that is not unique', async () => {
    const [kind, code] = await answerOf({ match: 'Phone' })
    expect([kind, code]).to.deep.equal(['configuration', 'ZOHO_MATCH_FIELD_NOT_UNIQUE'])
    expect(await answerOf({ match: 'Account_Name' })).to.deep.equal(['available'])
  })

  it('tells a mapped field that is missing, in the exact spelling, and leaves optional ones out', async () => {
    const [kind, code, remedy] = await answerOf({ fields: ['account_name', 'Nope'], optional: ['Nope'] })
    expect([kind, code]).to.deep.equal(['configuration', 'ZOHO_FIELD_MISSING'])
    expect(remedy).to.include('account_name')
    expect(await ask({ fields: ['Account_Name', 'Nope'], optional: ['Nope'] })).to.deep.equal({
      is: 'available',
      absent: ['Nope'],
    })
  })

  it('tells a field that Zoho sets itself', async () => {
    const [kind, code] = await answerOf({ entity: 'Invoices', fields: ['Grand_Total'] })
    expect([kind, code]).to.deep.equal(['configuration', 'ZOHO_FIELD_READ_ONLY'])
    expect(await answerOf({ entity: 'Invoices', fields: ['Grand_Total'], use: 'read' })).to.deep.equal(['available'])
  })

  it('is asked again before a remembered "no" is told: the field may have been made meanwhile', async () => {
    expect((await ask({ match: 'VAT' })).is).to.equal('unavailable')
    await zoho.at.knobs({
      customFields: { Accounts: [{ api_name: 'VAT', data_type: 'text', length: 20, unique: true }] },
    })
    expect(await ask({ match: 'VAT' })).to.deep.equal({ is: 'available' })
  })

  it('is unknown, not missing, without the scope for metadata', async () => {
    await zoho.at.knobs({ scopes: 'ZohoCRM.modules.ALL' })
    expect((await ask({ match: 'ERP_ID' })).is).to.equal('unknown')
  })

  it('is described with types, lengths, picklists, unique fields and the columns of lines', async () => {
    const accounts = await zoho.connection.describe('Accounts')
    expect(accounts?.fields['ERP_ID']).to.deep.include({ type: 'string', unique: true, custom: true, maxLength: 200 })
    expect(accounts?.fields['Account_Name']).to.deep.include({ mandatory: true, maxLength: 200 })
    expect(accounts?.fields['Parent_Account']).to.deep.include({ type: 'object', references: 'Accounts' })
    expect(accounts?.fields['Account_Type']?.values).to.include('Customer')
    expect(accounts?.fields['Created_Time']).to.deep.include({ type: 'datetime', readOnly: true })
    const invoices = await zoho.connection.describe('Invoices')
    expect(invoices?.fields['Invoiced_Items']?.type).to.equal('list')
    expect(invoices?.fields['Invoiced_Items']?.fields).to.include.keys('Product_Name', 'Quantity', 'List_Price')
  })
})

describe('the declared modules of Zoho CRM', () => {
  it('agree with what the account describes: types, mandatory fields, lengths, what is read-only', async () => {
    const zoho = await openZoho()
    for (const [name, entity] of Object.entries(zohoCrm.entities)) {
      const live = (await zoho.connection.describe(name))?.fields ?? {}
      for (const [field, declared] of Object.entries(entity.fields)) {
        const found = live[field]
        expect(found, `${name}.${field}`).not.to.equal(undefined)
        expect(declared.mandatory ?? false, `${name}.${field} mandatory`).to.equal(found?.mandatory ?? false)
        expect(declared.readOnly ?? false, `${name}.${field} read-only`).to.equal(found?.readOnly ?? false)
        if (declared.maxLength !== undefined) expect(declared.maxLength, `${name}.${field}`).to.equal(found?.maxLength)
        if (declared.references !== undefined) expect(declared.references).to.equal(found?.references)
      }
    }
    await zoho.close()
  })

  it('hold custom modules too, under names that can be names only', () => {
    expect(zohoCrm.customEntity?.('GL_Accounts').fields['Name']?.mandatory).to.equal(true)
    expect(() => zohoCrm.customEntity?.('../org')).to.throw(/cannot be the API name/)
  })
})
