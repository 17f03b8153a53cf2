import { expect } from 'chai'
import fc from 'fast-check'
import { openRig, type Rig, refusal } from './sandbox.support.ts'

describe('Sage 300 sandbox: $filter', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig()
  })
  after(() => rig.close())

  const ask = (resource: string, filter: string) =>
    rig.call('GET', `${resource}?$top=100&$filter=${encodeURIComponent(filter)}`)
  const found = async (resource: string, filter: string, field: string) => {
    const { status, text, body } = await ask(resource, filter)
    if (status !== 200) throw new Error(`${filter}: ${text}`)
    return body.value.map(it => it[field])
  }
  const vendors = (filter: string) => found('AP/APVendors', filter, 'VendorNumber')

  it('compares texts, binary and whole', async () => {
    expect(await vendors("VendorNumber eq '1E5'")).to.deep.equal(['1E5'])
    expect(await vendors("VendorNumber eq 'O''NEIL'")).to.deep.equal(["O'NEIL"])
    expect(await vendors("VendorNumber eq 'o''neil'")).to.deep.equal([])
    expect(await vendors("VendorNumber gt 'NULL'")).to.deep.equal(["O'NEIL", 'TRUE'])
    expect(await vendors("VendorNumber ge 'NULL' and VendorNumber lt 'TRUE'")).to.deep.equal(['NULL', "O'NEIL"])
    expect(await vendors("VendorNumber le '000'")).to.deep.equal(['+49-30', '000'])
    expect(await vendors("VendorName eq 'Sunny 🚀 Logistics'")).to.deep.equal(['NULL'])
  })

  it('compares numbers, booleans, enums by their names, and lengths', async () => {
    const orders = (filter: string) => found('OE/OEOrders', filter, 'OrderUniquifier')
    expect(await orders('OrderUniquifier gt 2417028')).to.deep.equal([2417029, 2417030])
    expect(await orders('OrderUniquifier eq 2417028.0 or OrderUniquifier eq 1')).to.deep.equal([2417028])
    expect(await orders('OrderTotal lt 0 or OrderTotal gt 1000000')).to.deep.equal([])
    expect(await found('IC/ICItems', 'Status eq false', 'UnformattedItemNumber')).to.include('B2001')
    expect(await found('IC/ICItems', 'Status ne true', 'UnformattedItemNumber')).to.have.length(3)
    const forward = await found('AR/ARCustomers', "AccountType eq 'BalanceForward'", 'GroupCode')
    expect(new Set(forward)).to.deep.equal(new Set(['RTL']))
    expect(await vendors('length(VendorNumber) le 3')).to.deep.equal(['000', '1E5'])
  })

  it('searches texts by their beginning, end and middle', async () => {
    expect(await vendors("startswith(VendorName,'O''Neil')")).to.deep.equal(["O'NEIL"])
    expect(await vendors("endswith(VendorName,'Logistics') eq true")).to.deep.equal(['NULL'])
    expect(await vendors("contains(VendorName,'<Tools>')")).to.deep.equal(['0001200'])
    expect(refusal(await ask('AP/APVendors', "substringof('x',VendorName)"))).to.deep.equal([400, 'InvalidParameters'])
  })

  it('compares dates with a zone, and absent ones with null', async () => {
    await rig.at.clock({ now: '2027-01-05T10:00:00Z' })
    await rig.call('PATCH', "AP/APVendors('1400')", { body: { City: 'Victoria' } })
    expect(await vendors('DateLastMaintained ge 2027-01-05T00:00:00Z')).to.deep.equal(['1400'])
    expect(await vendors('DateLastMaintained gt 2027-01-05T00:00:00Z')).to.deep.equal([])
    expect(await vendors('DateLastMaintained ge 2027-01-05T00:00:00-08:00')).to.deep.equal([])
    expect(await vendors('InactiveDate ne null')).to.have.length(3)
    expect(await vendors('InactiveDate ge 2000-01-01T00:00:00Z')).to.have.length(3)
    expect(await vendors('InactiveDate lt 2000-01-01T00:00:00Z')).to.deep.equal([])
    expect(await vendors("InactiveDate eq null and VendorNumber eq '1200'")).to.deep.equal(['1200'])
    await rig.at.clock({ now: null })
  })

  it('lets and bind before or, and parentheses before both', async () => {
    const [either, both] = ["VendorNumber eq '1200' or VendorNumber eq '1400'", "Status eq 'Inactive'"]
    expect(await vendors(`${both} and ${either}`)).to.deep.equal(['1400'])
    expect(await vendors(`${both} and (${either})`)).to.deep.equal([])
  })

  it('refuses what is not in its grammar', async () => {
    for (const filter of [
      '',
      'VendorNumber',
      'VendorNumber eq',
      "VendorNumber = '1'",
      "VendorNumber eq '1' and",
      "VendorNumber eq '1' VendorNumber eq '2'",
      "(VendorNumber eq '1'",
      "Nothing eq '1'",
      "vendornumber eq '1'",
      'VendorNumber eq 1200',
      "VendorNumber eq 'unclosed",
      "CreditLimit eq '5'",
      'CreditLimit eq 5m',
      "Status eq 'Sleeping'",
      'Status eq 1',
      "Status eq Sage300.Status'Active'",
      "not VendorNumber eq '1'",
      "VendorNumber in ('1','2')",
      'CreditLimit add 1 eq 2',
      "tolower(VendorNumber) eq '1'",
      "VendorOptionalFieldValues/any(o:o/Value eq 'x')",
      "VendorOptionalFieldValues eq 'x'",
      "DateLastMaintained ge datetime'2024-03-01T00:00:00'",
      'DateLastMaintained ge 2024-03-01',
      "DateLastMaintained ge '2024-03-01T00:00:00Z'",
      'DateLastMaintained ge 2024-13-01T00:00:00Z',
      "startswith('x',VendorName)",
      'startswith(CreditLimit,5)',
      "startswith(VendorName,'x') eq false",
    ])
      expect([filter, ...refusal(await ask('AP/APVendors', filter))]).to.deep.equal([filter, 400, 'InvalidParameters'])
  })

  it('of a lenient installation reads the older spellings', async () => {
    await rig.at.knobs({ lenient: true })
    expect(await vendors("substringof('<Tools>',VendorName) and CreditLimit eq 0m")).to.deep.equal(['0001200'])
    const since = await vendors('DateLastMaintained ge 2024-03-01T00:00:00Z')
    expect(await vendors("DateLastMaintained ge datetime'2024-03-01T00:00:00'")).to.deep.equal(since)
    expect(await vendors('DateLastMaintained ge 2024-03-01')).to.deep.equal(since)
    await rig.at.knobs({ lenient: false })
  })

  it('finds by a bounded key exactly what a look at every record finds', async () => {
    const keys = (await rig.column('AP/APVendors?$select=VendorNumber', 'VendorNumber')).map(String)
    const operators = {
      eq: (a: string, b: string) => a === b,
      ne: (a: string, b: string) => a !== b,
      gt: (a: string, b: string) => a > b,
      ge: (a: string, b: string) => a >= b,
      lt: (a: string, b: string) => a < b,
      le: (a: string, b: string) => a <= b,
    }
    const names = Object.keys(operators) as (keyof typeof operators)[]
    const bound = fc.tuple(fc.constantFrom(...names), fc.oneof(fc.constantFrom(...keys), fc.string({ maxLength: 4 })))
    const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
    await fc.assert(
      fc.asyncProperty(fc.array(bound, { minLength: 1, maxLength: 3 }), async bounds => {
        const filter = bounds.map(([how, to]) => `VendorNumber ${how} ${literal(to)}`).join(' and ')
        const expected = keys.filter(key => bounds.every(([how, to]) => operators[how](key, to.trimEnd())))
        expect(await vendors(filter)).to.deep.equal(expected)
      }),
      { numRuns: 150 },
    )
  })
})
