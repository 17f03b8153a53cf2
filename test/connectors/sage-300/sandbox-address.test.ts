import { expect } from 'chai'
import { basic, codes, customer, openRig, type Rig, refusal } from './sandbox.support.ts'

describe('Sage 300 sandbox: addresses', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig()
  })
  after(() => rig.close())

  const get = (path: string) => rig.call('GET', path)
  const name = async (key: string) => (await get(`AR/ARCustomers(${key})?$select=CustomerName`)).body['CustomerName']

  it('knows one version in either case, companies without regard to case, and nothing else', async () => {
    const authorization = basic('SYNC', 'Sync-Pass-300')
    const status = async (path: string) => (await rig.raw('GET', path, { headers: { authorization } })).status
    expect(await status('/Sage300WebApi/V1.0/-/saminc/AP/APVendors?$top=1')).to.equal(200)
    for (const path of [
      '/Sage300WebApi/v2.0/-/SAMINC/AP/APVendors',
      '/Sage300WebApi/v1.0/x/SAMINC/AP/APVendors',
      '/Sage300WebApi/v1.0/-/SAMINC/AP/APVendors/1200',
      '/elsewhere',
    ])
      expect([path, await status(path)]).to.deep.equal([path, 404])
  })

  it('holds two companies apart, and knows no third', async () => {
    await rig.call('POST', 'AR/ARCustomers', { body: customer('ONLYHERE') })
    const other = await rig.call('GET', "AR/ARCustomers('ONLYHERE')", { company: 'SAMLTD' })
    expect(refusal(other)).to.deep.equal([404, 'RecordNotFound'])
    expect((await rig.call('GET', 'AR/ARCustomers', { company: 'SAMLTD' })).body.value).to.have.length(5)
    const unknown = await rig.call('GET', 'AR/ARCustomers', { company: 'NOBODY' })
    expect(refusal(unknown)).to.deep.equal([404, 'ResourceNotFound'])
  })

  it('tells an unknown module or resource from an unknown record', async () => {
    const answers = await Promise.all(['ZZ/APVendors', 'AP/Vendors', 'AR/APVendors', "AP/APVendors('NOBODY')"].map(get))
    expect(codes(answers)).to.deep.equal([
      [404, 'ResourceNotFound'],
      [404, 'ResourceNotFound'],
      [404, 'ResourceNotFound'],
      [404, 'RecordNotFound'],
    ])
    expect(answers[3]?.body.error.message.lang).to.equal('en-US')
  })

  it('reads keys quoted, bare, named, with doubled quotes and percent-encoded', async () => {
    const keys = ["'O''NEIL'", "CustomerNumber='O''NEIL'", "'O%27%27NEIL'", "'1E5'", '1E5', "'A%26B-01'", "'12%2034'"]
    expect(await Promise.all(keys.map(name))).to.deep.equal([
      "O'Neil's Hardware",
      "O'Neil's Hardware",
      "O'Neil's Hardware",
      'Café Zoë – Événements',
      'Café Zoë – Événements',
      'A&amp;B Already Escaped',
      '北京零件有限公司',
    ])
    expect(await name("'0001200'")).to.equal('Smith <Tools> "Best" Ltd.')
  })

  it('reads numeric keys bare, and quoted as one client sends them', async () => {
    for (const key of ['2417001', "'2417001'", 'OrderUniquifier=2417001'])
      expect((await get(`OE/OEOrders(${key})`)).body['OrderNumber']).to.equal('ORD000000000001')
    expect(refusal(await get('OE/OEOrders(ORD1)'))).to.deep.equal([400, 'InvalidEntityKey'])
  })

  it('reads composite keys named in any order, and unnamed in that of the metadata', async () => {
    const [first] = (await get('AR/ARShipToLocations?$top=1')).body.value
    const [customerNumber, location] = [String(first?.['CustomerNumber']), String(first?.['ShipToLocationKey'])]
    for (const key of [
      `CustomerNumber='${customerNumber}',ShipToLocationKey='${location}'`,
      `ShipToLocationKey='${location}',CustomerNumber='${customerNumber}'`,
      `'${customerNumber}','${location}'`,
    ])
      expect((await get(`AR/ARShipToLocations(${encodeURIComponent(key)})`)).body['Description']).to.equal(
        first?.['Description'],
      )
    for (const key of [`'${customerNumber}'`, `CustomerNumber='1',Nothing='2'`])
      expect(refusal(await get(`AR/ARShipToLocations(${key})`))).to.deep.equal([400, 'InvalidEntityKey'])
  })

  it('refuses keys that are none', async () => {
    for (const key of ["'", "'O'NEIL'", '12 34', "''", ''])
      expect([key, ...refusal(await get(`AR/ARCustomers(${encodeURIComponent(key)})`))]).to.deep.equal([
        key,
        400,
        'InvalidEntityKey',
      ])
  })

  it('takes a slash in a key for a step of the path, encoded or not', async () => {
    for (const key of ["'A1-105/0'", "'A1-105%2F0'"])
      expect(refusal(await get(`IC/ICItems(${key})`))).to.deep.equal([404, 'ResourceNotFound'])
    expect((await get("IC/ICItems('A11050')")).body['ItemNumber']).to.equal('A1-105/0')
  })

  it('offers each resource its verbs and no others', async () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['PATCH', 'OE/OEOrders(2417001)'],
      ['PUT', 'OE/OEOrders(2417001)'],
      ['DELETE', 'OE/OEOrders(2417001)'],
      ['POST', 'OE/OEInvoices'],
      ['PATCH', 'OE/OEInvoices(2417001)'],
      ['DELETE', 'AR/ARInvoiceBatches(1)'],
      ['PATCH', 'AP/APVendors'],
      ['GET', 'AR/ARPostInvoices($process)'],
    ]
    for (const [method, path] of wrong)
      expect([path, ...refusal(await rig.call(method, path, method === 'GET' ? {} : { body: {} }))]).to.deep.equal([
        path,
        405,
        'MethodNotAllowed',
      ])
    expect(refusal(await get('OE/OEShipments'))).to.deep.equal([404, 'ResourceNotFound'])
  })

  it('gives templates and refuses other actions', async () => {
    for (const action of ['$template', "'$template'"]) {
      const { status, body } = await rig.call('POST', `AR/ARCustomers(${action})`)
      expect([status, body['Status'], body['DateLastMaintained']]).to.deep.equal([200, 'Active', null])
    }
    for (const path of ["AR/ARCustomers('1200')", 'AR/ARCustomers($process)', 'AR/ARPostInvoices($template)'])
      expect(refusal(await rig.call('POST', path, { body: {} }))).to.deep.equal([400, 'InvalidAction'])
  })

  it('describes its modules as EDMX 4.0 and links a Swagger 2.0 document from its first page', async () => {
    const { headers, text } = await get('AR/$metadata')
    expect(headers.get('content-type')).to.match(/^application\/xml/)
    expect(text).to.include('<edmx:Edmx Version="4.0"')
    expect(text).to.include('<EntitySet Name="ARCustomers"').and.include('Name="CustomerNumber" Type="Edm.String"')
    expect(text).to.include('<Member Name="BalanceForward"').and.include('<ComplexType Name="ARCustomerCustomerOpt')
    const page = await rig.raw('GET', '/Sage300WebApi')
    const [, link = ''] = /href="([^"]+)"/.exec(page.text) ?? []
    const { body } = await rig.raw('GET', link)
    expect(body['swagger']).to.equal('2.0')
    expect(body['paths']).to.have.property("/v{apiVersion}/{tenant}/{company}/AR/ARCustomers('{CustomerNumber}')")
  })

  it('lacks a resource that this release has not, in the metadata as well', async () => {
    await rig.at.knobs({ missingResources: ['OE/OEInvoices'] })
    expect(refusal(await get('OE/OEInvoices'))).to.deep.equal([404, 'ResourceNotFound'])
    expect((await get('OE/$metadata')).text)
      .to.include('OEOrders')
      .and.not.include('OEInvoices')
    await rig.at.knobs({ missingResources: [] })
  })
})
