import { expect } from 'chai'
import { codes, customer, openRig, type Rig, refusal } from './sandbox.support.ts'

describe('Sage 300 sandbox: writing', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({ timeZone: 'America/Vancouver' })
    await rig.at.clock({ now: '2026-03-02T20:00:00Z' })
  })
  afterEach(() => rig.close())

  const post = (body: unknown, path = 'AR/ARCustomers') => rig.call('POST', path, { body })
  const patch = (key: string, body: unknown) => rig.call('PATCH', `AR/ARCustomers('${key}')`, { body })
  const held = async (key: string) => (await rig.call('GET', `AR/ARCustomers('${key}')`)).body

  it('answers an insert with 201, Location and the whole entry, filled by the group', async () => {
    const { status, headers, body } = await post(customer("K'1 ä"))
    expect(status).to.equal(201)
    expect(headers.get('location')).to.match(/\/SAMINC\/AR\/ARCustomers\('K''1%20%C3%A4'\)$/)
    expect(body).to.include({
      CustomerNumber: "K'1 ä",
      ShortName: 'HARBOURLIG',
      Status: 'Active',
      Terms: 'N30',
      TaxGroup: 'BCTAX',
      BillingCycle: 'BILMTH',
      AccountType: 'OpenItem',
      DateLastMaintained: '2026-03-02T00:00:00Z',
    })
    await rig.at.knobs({ createdStatus: '200' })
    expect((await post(customer('K2'))).status).to.equal(200)
  })

  it('answers changes and removals with 204 and nothing', async () => {
    await post(customer('K1'))
    const answers = [
      await patch('K1', { City: 'Kelowna' }),
      await rig.call('PUT', "AR/ARCustomers('K1')", { body: customer('K1') }),
      await rig.call('DELETE', "AR/ARCustomers('K1')"),
    ]
    expect(answers.map(it => [it.status, it.text])).to.deep.equal(answers.map(() => [204, '']))
    expect(codes([await patch('K1', {}), await rig.call('DELETE', "AR/ARCustomers('K1')")])).to.deep.equal([
      [404, 'RecordNotFound'],
      [404, 'RecordNotFound'],
    ])
  })

  it('refuses a second record of the same key, and leaves the first', async () => {
    await post(customer('K1', { City: 'Victoria' }))
    expect(refusal(await post(customer('K1  ', { City: 'Nelson' })))).to.deep.equal([409, 'RecordDuplicate'])
    expect((await held('K1'))['City']).to.equal('Victoria')
  })

  it('holds key, group and tax group to be there and to exist', async () => {
    const refused = [
      customer('', {}),
      { CustomerNumber: 'K1' },
      customer('K1', { GroupCode: 'NONE' }),
      customer('K1', { TaxGroup: 'NONE' }),
      customer('K1', { Terms: 'NONE' }),
      customer('K1', { GroupCode: 'MISC' }),
      customer('K1', { CustomerOptionalFieldValues: [{ OptionalField: 'NONE' }] }),
      customer('ABCDEFGHIJKLM'),
    ]
    expect(codes(await Promise.all(refused.map(it => post(it))))).to.deep.equal(
      refused.map(() => [409, 'FieldInvalid']),
    )
    expect((await post(customer('K1', { GroupCode: 'MISC', TaxGroup: 'BCTAX' }))).status).to.equal(201)
    const vendor = { VendorNumber: 'V1', ShortName: 'V', GroupCode: 'INV', OnHold: 'NotOnHold', VendorName: 'Bolt' }
    expect((await post(vendor, 'AP/APVendors')).body).to.include({ BankCode: 'CCB', PaymentCode: 'CHECK' })
  })

  it('refuses bodies that are none, unknown properties and values of another type', async () => {
    const bodies = [
      '',
      '{',
      '[]',
      'null',
      { ...customer('K1'), Nothing: 1 },
      { ...customer('K1'), customerName: 'x' },
      { ...customer('K1'), CreditLimitCustomerCurrency: '5' },
      { ...customer('K1'), Status: 1 },
      { ...customer('K1'), Status: 'active' },
      { ...customer('K1'), StartDate: '2026-02-30' },
      { ...customer('K1'), StartDate: '3/2/2026' },
      { ...customer('K1'), City: 5 },
      { ...customer('K1'), CustomerOptionalFieldValues: {} },
      { ...customer('K1'), CustomerOptionalFieldValues: [{ OptionalField: 'REGION', Nothing: 1 }] },
    ]
    expect(codes(await Promise.all(bodies.map(it => post(it))))).to.deep.equal(
      bodies.map(() => [400, 'InvalidPayload']),
    )
    expect(refusal(await rig.call('GET', "AR/ARCustomers('K1')"))).to.deep.equal([404, 'RecordNotFound'])
  })

  it('applies fields in the order of the body: a group overwrites what came before it', async () => {
    await post({ CustomerNumber: 'K1', GroupCode: 'WHL', Terms: 'COD' })
    await post({ CustomerNumber: 'K2', Terms: 'COD', GroupCode: 'WHL' })
    expect([(await held('K1'))['Terms'], (await held('K2'))['Terms']]).to.deep.equal(['COD', 'N30'])
  })

  it('keeps the values of an existing record when its group changes, and computes what is computed', async () => {
    await post(customer('K1', { Terms: 'COD' }))
    expect((await patch('K1', { GroupCode: 'RTL', BalanceDueInCustomerCurrency: 999 })).status).to.equal(204)
    expect(await held('K1')).to.include({
      GroupCode: 'RTL',
      Terms: 'COD',
      TaxGroup: 'BCTAX',
      BalanceDueInCustomerCurrency: 0,
    })
    await rig.at.put('AR/ARCustomers', { CustomerNumber: 'K1', BalanceDueInCustomerCurrency: 12.5 })
    await rig.call('PUT', "AR/ARCustomers('K1')", { body: customer('K1') })
    expect(await held('K1')).to.include({ GroupCode: 'WHL', Terms: 'N30', BalanceDueInCustomerCurrency: 12.5 })
  })

  it('takes back what it gave: an echoed entry, changed in its key only, is a new record', async () => {
    const given = await held('1400')
    expect((await post({ ...given, CustomerNumber: 'COPY' })).status).to.equal(201)
    const { DateLastMaintained: _then, '@odata.context': _context, ...original } = given
    const { DateLastMaintained: day, '@odata.context': _other, ...copy } = await held('COPY')
    expect(day).to.equal('2026-03-02T00:00:00Z')
    expect(copy).to.deep.equal({ ...original, CustomerNumber: 'COPY' })
  })

  it('keeps odd texts as they are, but for blanks at their end', async () => {
    const texts = ['  two before', 'back\\slash & <tag> "quoted"', '\u{1F680} é 北京', "O'NEIL", '00012', '1E5', 'null']
    for (const text of texts) {
      expect((await patch('1200', { CustomerName: `${text}  ` })).status).to.equal(204)
      expect((await held('1200'))['CustomerName']).to.equal(text)
      expect(await rig.column('AR/ARCustomers?$select=CustomerName,CustomerNumber', 'CustomerName')).to.include(text)
    }
  })

  it('changes only what PATCH names; PUT brings back defaults and purges details', async () => {
    const optional = [
      { OptionalField: 'REGION', Value: 'West' },
      { OptionalField: 'WARRANTY', Value: 'Y' },
    ]
    await post(
      customer('K1', { City: 'Victoria', CreditLimitCustomerCurrency: 5, CustomerOptionalFieldValues: optional }),
    )
    const before = await held('K1')
    await patch('K1', { City: 'Nelson' })
    expect(await held('K1')).to.deep.equal({ ...before, City: 'Nelson' })
    const { CustomerOptionalFieldValues: _rows, CreditLimitCustomerCurrency: _limit, ...rest } = before
    await rig.call('PUT', "AR/ARCustomers('K1')", { body: rest })
    expect(await held('K1')).to.deep.equal({
      ...before,
      CreditLimitCustomerCurrency: 0,
      CustomerOptionalFieldValues: [],
    })
  })

  it('follows the UpdateOperation of details', async () => {
    const row = (OptionalField: string, Value: string, UpdateOperation?: string) => ({
      OptionalField,
      Value,
      ...(UpdateOperation ? { UpdateOperation } : {}),
    })
    const rows = async () =>
      (await held('K1')).CustomerOptionalFieldValues.map(it => `${it['OptionalField']}=${it['Value']}`)
    const set = (...given: object[]) => patch('K1', { CustomerOptionalFieldValues: given })
    await post(customer('K1'))
    await set(row('REGION', 'West', 'Insert'), row('WARRANTY', 'Y'))
    expect(await rows()).to.deep.equal(['REGION=West', 'WARRANTY=Y'])
    await set(row('REGION', 'East', 'Update'), row('WARRANTY', 'N', 'Unspecified'))
    expect(await rows()).to.deep.equal(['REGION=East', 'WARRANTY=N'])
    await set({ OptionalField: 'REGION', UpdateOperation: 'Delete' })
    expect(await rows()).to.deep.equal(['WARRANTY=N'])
    expect(
      codes([
        await set(row('WARRANTY', 'x', 'Insert')),
        await set(row('REGION', 'x', 'Update')),
        await set(row('REGION', 'x', 'Delete')),
        await set({ Value: 'x', UpdateOperation: 'Update' }),
        await set({ Value: 'x' }),
        await set(row('REGION', 'x', 'Upsert')),
      ]),
    ).to.deep.equal([
      [409, 'RecordDuplicate'],
      [404, 'RecordNotFound'],
      [404, 'RecordNotFound'],
      [400, 'InvalidPayload'],
      [409, 'FieldInvalid'],
      [400, 'InvalidPayload'],
    ])
    expect(await rows()).to.deep.equal(['WARRANTY=N'])
  })

  it("dates every write by the server's own calendar, and two changes of a day alike", async () => {
    const day = async () => (await held('1200'))['DateLastMaintained']
    await patch('1200', { City: 'A' })
    expect(await day()).to.equal('2026-03-02T00:00:00Z')
    // 07:30 UTC of the next day is still 23:30 in Vancouver
    await rig.at.clock({ now: '2026-03-03T07:30:00Z' })
    await patch('1200', { City: 'B' })
    expect(await day()).to.equal('2026-03-02T00:00:00Z')
    await rig.at.clock({ now: '2026-03-03T08:30:00Z' })
    await patch('1200', {})
    expect(await day()).to.equal('2026-03-03T00:00:00Z')
    await patch('1200', { DateLastMaintained: '2020-01-01' })
    expect(await day()).to.equal('2026-03-03T00:00:00Z')
    const dated = async (path: string) =>
      'DateLastMaintained' in ((await rig.call('GET', `${path}?$top=1`)).body.value[0] ?? {})
    expect([await dated('OE/OEOrders'), await dated('OE/OEInvoices'), await dated('GL/GLAccounts')]).to.deep.equal([
      false,
      false,
      false,
    ])
  })

  it('does not delete a customer that has orders, and moves no key', async () => {
    const [buyer] = await rig.column('OE/OEOrders?$top=1', 'CustomerNumber')
    const key = encodeURIComponent(String(buyer).replaceAll("'", "''"))
    expect(refusal(await rig.call('DELETE', `AR/ARCustomers('${key}')`))).to.deep.equal([409, 'RecordInvalid'])
    expect(refusal(await patch('1200', { CustomerNumber: 'OTHER' }))).to.deep.equal([400, 'InvalidPayload'])
  })

  it('folds keys, and cuts what is too long, where the installation does so', async () => {
    await rig.at.knobs({ keyCase: 'upper', overlong: 'cut' })
    const { body } = await post(customer('abc', { ShortName: 'much too long for this' }))
    expect(body).to.include({ CustomerNumber: 'ABC', ShortName: 'much too l' })
    expect((await held('abc'))['CustomerNumber']).to.equal('ABC')
    expect(refusal(await post(customer('aBc')))).to.deep.equal([409, 'RecordDuplicate'])
  })

  it('says that another user holds a record', async () => {
    await rig.at.knobs({ lockedRecords: ["AR/ARCustomers('1200')"] })
    const locked = await patch('1200', { City: 'A' })
    expect(refusal(locked)).to.deep.equal([409, 'General'])
    expect(locked.body.error.message.value).to.match(/locked by another user\.\n/)
    expect((await patch('1400', { City: 'A' })).status).to.equal(204)
    await rig.at.knobs({ lockedRecords: [] })
    expect((await patch('1200', { City: 'A' })).status).to.equal(204)
  })
})
