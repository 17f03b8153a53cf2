import { expect } from 'chai'
import { bodyOf, openRig, type Rig, valuesAt, wrap } from './sandbox.support.ts'

const enc = encodeURIComponent

describe('Acumatica sandbox: $filter', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig({ customerNumbering: 'manual', timeZone: 'America/New_York' }, 0)
    await rig.control.clock({ now: '2026-03-01T04:30:00.000Z' })
    const people = [
      { CustomerID: 'A1', CustomerName: "O'Neil & Co", CreditLimit: 0, AccountRef: 'x-1', CustomerClass: 'KEY' },
      { CustomerID: 'B2', CustomerName: 'Plus+Minus', CreditLimit: 250.5, CustomerClass: 'DEFAULT' },
      { CustomerID: 'C3', CustomerName: 'Rocket 🚀', CreditLimit: 1000, AccountRef: 'X-1', CustomerClass: 'INTL' },
    ]
    for (const it of people) {
      await rig.put(
        'Customer',
        wrap({ ...it, MainContact: { Email: `${it.CustomerID}@x.example`, Address: { City: 'Leeds' } } }),
      )
      await rig.control.clock({ advanceMs: 3_600_000 })
    }
  })
  after(() => rig.close())
  afterEach(() => rig.control.knobs({ literalsIn: 'tenant', detailFilter: 'refuse' }))

  const keysOf = async (filter: string) =>
    valuesAt(await rig.get(`Customer?$filter=${enc(filter)}`), 'CustomerID').join(' ')
  const refusal = async (filter: string) => {
    const answer = await rig.call('GET', `Customer?$filter=${enc(filter)}`)
    return `${answer.status} ${String(bodyOf(answer)['exceptionMessage'])}`
  }

  for (const [filter, expected] of [
    ["CustomerID eq 'A1'", 'A1'],
    ["CustomerID eq 'a1'", 'A1'],
    ["CustomerID ne 'A1'", 'B2 C3'],
    ["CustomerID gt 'A1' and CustomerID le 'C3'", 'B2 C3'],
    ["CustomerID lt 'B2' or CustomerID eq 'C3'", 'A1 C3'],
    ["not (CustomerID eq 'A1')", 'B2 C3'],
    ["CustomerID eq 'A1' or CustomerID eq 'B2' and CreditLimit eq 0M", 'A1'],
    ["(CustomerID eq 'A1' or CustomerID eq 'B2') and CreditLimit gt 1M", 'B2'],
    ["CustomerName eq 'O''Neil & Co'", 'A1'],
    ["CustomerName eq 'Plus+Minus'", 'B2'],
    ["CustomerName eq 'Rocket 🚀'", 'C3'],
    ["AccountRef eq 'x-1'", 'A1 C3'],
    ['AccountRef eq null', 'B2'],
    ['AccountRef ne null', 'A1 C3'],
    ["AccountRef ne 'zzz'", 'A1 C3'],
    ['CreditLimit eq 0', 'A1'],
    ['CreditLimit ge 250.5M', 'B2 C3'],
    ['IsGuestCustomer eq false', 'A1 B2 C3'],
    ["substringof('minus',CustomerName)", 'B2'],
    ["startswith(CustomerName,'O''')", 'A1'],
    ["endswith(CustomerName, '🚀') eq true", 'C3'],
    ["MainContact/Email eq 'b2@x.example'", 'B2'],
    ["MainContact/Address/City eq 'Leeds'", 'A1 B2 C3'],
    ["LastModifiedDateTime ge datetimeoffset'2026-03-01T05:30:00.000+00:00'", 'B2 C3'],
    ["LastModifiedDateTime gt datetimeoffset'2026-03-01T05:30:00Z'", 'C3'],
    ["LastModifiedDateTime eq datetimeoffset'2026-03-01T06:30:00+01:00'", 'B2'],
  ] as const)
    it(`understands ${filter}`, async () => {
      expect(await keysOf(filter)).to.equal(expected)
    })

  it('takes a literal without an offset in the tenant’s zone, or in UTC', async () => {
    // midnight of New York is 05:00 in UTC
    expect(await keysOf("LastModifiedDateTime ge datetimeoffset'2026-03-01'")).to.equal('B2 C3')
    await rig.control.knobs({ literalsIn: 'utc' })
    expect(await keysOf("LastModifiedDateTime ge datetimeoffset'2026-03-01'")).to.equal('A1 B2 C3')
  })

  for (const [filter, text] of [
    ["CreditLimit eq '0'", "incompatible types was detected. Found operand types 'Edm.Decimal' and 'Edm.String'"],
    ["IsGuestCustomer eq 'false'", "'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'"],
    ["LastModifiedDateTime ge '2026-03-01'", "'Edm.DateTimeOffset' and 'Edm.String'"],
    ['CustomerID eq 1', "'Edm.String' and 'Edm.Int32'"],
    ["contains(CustomerName,'x')", 'Unknown function'],
    ["CustomerID eq 'A1", 'Syntax error'],
    ["CustomerID eq 'A1' and", 'operand expected'],
    ["CustomerID = 'A1'", 'Syntax error after'],
    ["LastModifiedDateTime ge datetimeoffset'yesterday'", "Unrecognized 'Edm.DateTimeOffset' literal"],
    ["Nope eq 'x'", "The given key 'Nope'"],
    ['CustomerName', 'single boolean value'],
  ] as const)
    it(`refuses ${filter}`, async () => {
      expect(await refusal(filter))
        .to.match(/^500 /)
        .and.include(text)
    })

  it('fails on a plus sign that was not encoded', async () => {
    const filter = "LastModifiedDateTime ge datetimeoffset'2026-03-01T06:30:00+01:00'"
    expect((await rig.call('GET', `Customer?$filter=${filter.replaceAll(' ', '%20')}`)).status).to.equal(500)
  })

  it('refuses a filter on details, or answers anything to it', async () => {
    const filter = "Attributes/Value eq 'x'"
    expect(await refusal(filter)).to.match(/^500 .*cannot be used in \$filter/)
    await rig.control.knobs({ detailFilter: 'ignore' })
    expect(await keysOf(filter)).to.equal('')
  })

  it('finds a text that changed under its new value only', async () => {
    expect(await keysOf("AccountRef eq 'first'")).to.equal('')
    await rig.put('Customer', wrap({ CustomerID: 'B2', AccountRef: 'first' }))
    expect(await keysOf("AccountRef eq 'first'")).to.equal('B2')
    await rig.put('Customer', wrap({ CustomerID: 'B2', AccountRef: 'second' }))
    expect([await keysOf("AccountRef eq 'first'"), await keysOf("AccountRef eq 'second'")]).to.deep.equal(['', 'B2'])
    await rig.put('Customer', { CustomerID: { value: 'B2' }, AccountRef: { value: null } })
    expect(await keysOf("AccountRef eq 'second'")).to.equal('')
  })
})
