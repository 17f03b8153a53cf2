import { expect } from 'chai'
import { CUSTOMER, faultOf, members, openRig, type Rig, resultOf } from './sandbox.support.ts'

const AMOUNTS = { CreditLimit: '5000.00' }

describe('Sage 100 sandbox: records over SOAP', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 20)
  })
  afterEach(() => rig.close())

  const get = async (division: string, number: string) =>
    resultOf('GetCustomer', await rig.soap('GetCustomer', CUSTOMER(division, number)))
  const update = (values: Readonly<Record<string, string>>) =>
    rig.soap('UpdateCustomer', `<customer>${members(values)}</customer>`)
  const create = (values: Readonly<Record<string, string>>) =>
    rig.soap('CreateCustomer', `<customer>${members(values)}</customer>`)
  const stored = async (key: string) => (await rig.at.records('AR_Customer')).find(it => it['key'] === key)

  it('gets one by its key, as texts that lose nothing', async () => {
    expect(await get('02', '0000010')).to.include({ ARDivisionNo: '02', CustomerNo: '0000010', CustomerStatus: 'A' })
    expect(await get('01', '1E5')).to.include({ CustomerNo: '1E5', CustomerName: 'Café Zoé – Événements' })
    expect(await get('01', '0000010')).to.include({ CustomerName: 'Škoda & Söhne <Zürich> "Best"' })
    expect(await get('01', 'ABF')).to.include({
      DateTimeUpdated: '2026-01-14T14:30:29',
      DateEstablished: '2019-05-02T00:00:00',
    })
    expect(faultOf(await rig.soap('GetCustomer', CUSTOMER('01', 'NOPE')))).to.equal(
      '500 CI_NoKey: Customer 01-NOPE does not exist.',
    )
  })

  it('has members that are empty, nil and absent, or all of one kind', async () => {
    const answer = await rig.soap('GetCustomer', CUSTOMER('01', 'ABF'))
    expect(answer.text)
      .to.match(/<\w+\/>/)
      .and.match(/<\w+ i:nil="true"\/>/)
    const shown = resultOf('GetCustomer', answer)
    expect(Object.keys(shown).length).to.be.below(90)
    for (const [blanks, seen] of [
      ['empty', /<AddressLine2\/>/],
      ['nil', /<AddressLine2 i:nil="true"\/>/],
      ['absent', /<AddressLine1>[^<]*<\/AddressLine1><AgingCategory1>/],
    ] as const) {
      await rig.at.knobs({ blanks })
      expect((await rig.soap('GetCustomer', CUSTOMER('01', 'ABF'))).text).to.match(seen)
    }
  })

  it('lists fields of the customer’s own apart: none, one and many', async () => {
    await rig.at.knobs({ blanks: 'absent' })
    const names = async (division: string, number: string) =>
      (await get(division, number)).OtherFields?.Field.map(it => it.MasFieldName)
    expect(await names('01', 'ABF')).to.equal(undefined)
    expect(await names('02', 'ABF')).to.deep.equal(['UDF_TIER'])
    expect(await names('02', '0000010')).to.deep.equal(['UDF_TIER', 'UDF_REGION', 'UDF_SINCE'])
  })

  it('passes over members that come late, that it does not know, and those of another namespace', async () => {
    const key = { ARDivisionNo: '01', CustomerNo: 'NEW 1' }
    const answer = await create({ ...key, CustomerName: 'Too late', City: 'Too late', Nonsense: 'x', ZipCode: '60606' })
    expect(faultOf(answer)).to.equal('200 -: ')
    // CustomerName stands before CustomerNo, and City before both
    expect(await get('01', 'NEW 1')).to.include({ CustomerNo: 'NEW 1', ZipCode: '60606' })
    expect(await stored('01-NEW 1')).to.include({ CustomerName: '', City: '', CustomerStatus: 'A' })
    const inner =
      '<customer><ARDivisionNo>01</ARDivisionNo><x:CustomerName xmlns:x="urn:x">Other</x:CustomerName><CustomerNo>NEW 2</CustomerNo></customer>'
    expect((await rig.soap('CreateCustomer', inner)).status).to.equal(200)
    expect(await stored('01-NEW 2')).to.include({ CustomerName: '' })
  })

  it('blanks on update what was not sent, leaves dates alone, and clears them by the null date', async () => {
    const named = { ARDivisionNo: '01', CustomerName: 'Only a name', CustomerNo: 'ABF' }
    expect((await update(named)).status).to.equal(200)
    expect(await stored('01-ABF')).to.include({
      CustomerName: 'Only a name',
      City: '',
      CreditLimit: '0.00',
      DateEstablished: '20190502',
    })
    const { NullDateTime } = resultOf('GetContractInformation', await rig.soap('GetContractInformation'))
    expect(NullDateTime).to.equal('1753-01-01T00:00:00')
    await update({ ...named, DateEstablished: String(NullDateTime) })
    expect(await stored('01-ABF')).to.include({ DateEstablished: '' })
    await rig.at.knobs({ absentMembers: 'kept' })
    await update({ ARDivisionNo: '02', CustomerName: 'Kept', CustomerNo: 'ABF' })
    expect((await stored('02-ABF'))?.['City']).to.not.equal('')
  })

  it('stamps what it writes with the wall clock of its host, the same over both paths', async () => {
    await rig.at.clock({ now: '2026-07-01T15:30:30.000Z' })
    await update({ ARDivisionNo: '01', ...AMOUNTS, CustomerName: 'Stamped', CustomerNo: 'ABF' })
    // five decimals of an hour hold no whole second: 10.50833 is 29.988 seconds past the minute
    expect(await get('01', 'ABF')).to.include({ DateTimeUpdated: '2026-07-01T10:30:29', UserUpdatedKey: '0000000007' })
    const { body } = await rig.agent('companies/ABC/customers/01~ABF?fields=DateUpdated,TimeUpdated,DateCreated')
    expect(body).to.include({ key: '01~ABF', DateUpdated: '20260701', DateCreated: '20180101' })
    expect(Number(body['TimeUpdated'])).to.equal(10.50833)
  })

  it('writes all of a record or nothing of it', async () => {
    const before = await stored('01-ABF')
    const key = { ARDivisionNo: '01' }
    for (const [values, code, text] of [
      [{ City: 'X', CustomerNo: 'ABF', ZipCode: '99999' }, 'CI_NOF', 'Could not set AR_Customer_bus column ZipCode\\$'],
      [{ City: 'C'.repeat(31), CustomerNo: 'ABF' }, 'CI_CharLength', 'City'],
      [{ City: 'X', CreditHold: 'true', CustomerNo: 'ABF' }, 'CI_Invalid', 'Y or N'],
      [{ City: 'X', CustomerNo: 'ABF', TermsCode: '99' }, 'CI_NOF', 'TermsCode'],
      [{ City: 'X', CurrentBalance: '1.23', CustomerNo: 'ABF' }, 'CI_ReadOnly', 'CurrentBalance'],
      [{ City: 'X', CustomerNo: 'ABF', DateTimeUpdated: '2020-01-01T00:00:00' }, 'CI_ReadOnly', 'DateTimeUpdated'],
      [{ CustomerNo: 'NOPE' }, 'CI_NoKey', 'does not exist'],
    ] as const)
      expect(faultOf(await update({ ...key, ...values }))).to.match(new RegExp(`^500 ${code}: .*${text}`))
    expect(faultOf(await create({ ...key, CustomerNo: 'ABF' }))).to.equal(
      '500 WS_AlreadyExists: Customer 01-ABF already exists.',
    )
    expect(await stored('01-ABF')).to.deep.equal(before)
  })

  it('takes back unchanged what it gave: get, change, send', async () => {
    const { text } = await rig.soap('GetCustomer', CUSTOMER('02', '0000010'))
    const inner = /<GetCustomerResult[^>]*>([\s\S]*)<\/GetCustomerResult>/.exec(text)?.[1] ?? ''
    const before = await stored('02-0000010')
    const changed = inner.replace(/<City>[^<]*<\/City>/, '<City>Elsewhere</City>')
    const declared = '<customer xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
    expect((await rig.soap('UpdateCustomer', `${declared}${changed}</customer>`)).status).to.equal(200)
    const { DateUpdated, TimeUpdated, UserUpdatedKey, ...after } = (await stored('02-0000010')) ?? {}
    const { DateUpdated: date, TimeUpdated: time, UserUpdatedKey: user, ...kept } = before ?? {}
    expect(after).to.deep.equal({ ...kept, City: 'Elsewhere' })
    expect([DateUpdated, TimeUpdated, UserUpdatedKey]).to.not.deep.equal([date, time, user])
  })

  it('keeps contacts by customer and code, and deletes them with their customer', async () => {
    const contact = (operation: string, more: Readonly<Record<string, string>>) =>
      rig.soap(operation, `<customerContact>${members({ ARDivisionNo: '01', ...more })}</customerContact>`)
    const key = (code: string) => `${CUSTOMER('01', 'ABF')}<contactCode>${code}</contactCode>`
    const named = { ContactCode: 'NEW & 1'.replace('&', '&amp;'), ContactName: 'Zoë', CustomerNo: 'ABF' }
    expect((await contact('CreateCustomerContact', named)).status).to.equal(200)
    expect(faultOf(await contact('CreateCustomerContact', named))).to.match(/^500 WS_AlreadyExists/)
    await contact('UpdateCustomerContact', { ...named, ContactName: 'Zoë Z.' })
    const shown = resultOf('GetCustomerContact', await rig.soap('GetCustomerContact', key('NEW &amp; 1')))
    expect(shown).to.include({ ContactCode: 'NEW & 1', ContactName: 'Zoë Z.' })
    expect(faultOf(await contact('CreateCustomerContact', { ...named, CustomerNo: 'NOPE' }))).to.match(/^500 CI_NoKey/)
    expect((await rig.soap('DeleteCustomerContact', key('NEW &amp; 1'))).status).to.equal(200)
    expect(faultOf(await rig.soap('GetCustomerContact', key('NEW &amp; 1')))).to.match(/^500 CI_NoKey/)
    expect((await rig.soap('DeleteCustomer', CUSTOMER('01', 'ABF'))).status).to.equal(200)
    expect(faultOf(await rig.soap('GetCustomerContact', key('ART J')))).to.match(/^500 CI_NoKey/)
    expect(faultOf(await rig.soap('DeleteCustomer', CUSTOMER('01', 'ABF')))).to.match(/^500 CI_NoKey/)
  })

  it('uses a number up by telling it', async () => {
    const next = async (operation: string) => String(resultOf(operation, await rig.soap(operation)))
    const customers = [await next('GetNextCustomerNo'), await next('GetNextCustomerNo')]
    expect(Number(customers[1]) - Number(customers[0])).to.equal(1)
    const orders = [await next('GetNextSalesOrderNo'), await next('GetNextSalesOrderNo')]
    expect(orders.map(it => [it.length, /^\d+$/.test(it)])).to.deep.equal([
      [7, true],
      [7, true],
    ])
    expect(Number(orders[1]) - Number(orders[0])).to.equal(1)
    const held = (await rig.at.records('SO_SalesOrder')).map(it => it['key'])
    expect(held).to.not.include(orders[0])
  })

  it('keeps the two companies apart', async () => {
    const name = async (company: string) =>
      resultOf('GetCustomer', await rig.soap('GetCustomer', CUSTOMER('01', 'ABF'), { company }))['CustomerName']
    await update({ ARDivisionNo: '01', CustomerName: 'In ABC', CustomerNo: 'ABF' })
    expect([await name('ABC'), await name('ABX')]).to.deep.equal(['In ABC', 'American Business Futures'])
  })
})
