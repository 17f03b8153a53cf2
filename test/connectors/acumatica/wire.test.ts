import { expect } from 'chai'
import { columnsOf } from '../../../connectors/acumatica/columns.ts'
import { notTaken } from '../../../connectors/acumatica/echo.ts'
import { CUSTOMER } from '../../../connectors/acumatica/entities/customer.ts'
import { SALES_INVOICE } from '../../../connectors/acumatica/entities/documents.ts'
import { allOf, byKeys, byValues, compare, time } from '../../../connectors/acumatica/filter.ts'
import { modifiedOf, splitKey } from '../../../connectors/acumatica/object.ts'
import { toRow, toUtc, unwrapRecord, wrapRecord } from '../../../connectors/acumatica/wire.ts'
import { Secret } from '../../../engine/core/secret.ts'
import type { Field } from '../../../engine/sdk/index.ts'

describe('acumatica: values on the wire', () => {
  it('are unwrapped, and what is empty is absent', () => {
    const raw = {
      id: '2eed8918-a59a-ee11-8359-0690322d016b',
      rowNumber: 1,
      note: { value: 'x' },
      CustomerID: { value: '0000010' },
      CustomerName: { value: 'Łódź & Søn 🚚' },
      Terms: {},
      Email: { value: '' },
      Fax: { value: null },
      CreditLimit: { value: 7000.0 },
      IsGuestCustomer: { value: false },
      MainContact: {
        id: 'a',
        note: null,
        Email: { value: 'a@b.c' },
        Address: { id: 'b', City: {}, custom: {} },
        custom: {},
      },
      BillingContact: { id: 'c', custom: {} },
      Attributes: [{ id: 'd', rowNumber: 1, AttributeID: { value: '1E5' }, Value: {} }],
      Contacts: [],
      custom: {},
      _links: { self: '/x' },
      files: [],
    }
    expect(unwrapRecord(raw, CUSTOMER.fields)).to.deep.equal({
      CustomerID: '0000010',
      CustomerName: 'Łódź & Søn 🚚',
      CreditLimit: 7000,
      IsGuestCustomer: false,
      MainContact: { Email: 'a@b.c' },
      Attributes: [{ AttributeID: '1E5' }],
    })
  })

  it('are wrapped on every level, null as an emptied value, days as midnights', () => {
    const plain = { CustomerName: 'A', Terms: null, MainContact: { Address: { City: 'Leeds' } }, Since: '2026-02-05' }
    expect(wrapRecord(plain, { ...CUSTOMER.fields, Since: { type: 'date' } })).to.deep.equal({
      CustomerName: { value: 'A' },
      Terms: { value: null },
      MainContact: { Address: { City: { value: 'Leeds' } } },
      Since: { value: '2026-02-05T00:00:00+00:00' },
    })
  })

  it('are calendar dates where the field is one, whatever offset the midnight has', () => {
    const dates = { Date: { value: '2020-02-05T00:00:00+00:00' }, DueDate: { value: '2020-03-06T00:00:00-08:00' } }
    expect(unwrapRecord(dates, SALES_INVOICE.fields)).to.deep.equal({ Date: '2020-02-05', DueDate: '2020-03-06' })
  })

  const TIMES: readonly (readonly [string, string | undefined])[] = [
    ['2020-05-19T22:50:36.837+00:00', '2020-05-19T22:50:36.837Z'],
    ['2020-05-19T22:50:36.2+00:00', '2020-05-19T22:50:36.200Z'],
    ['2026-11-01T01:30:00-04:00', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01T01:30:00-05:00', '2026-11-01T06:30:00.000Z'],
    ['2026-11-01T01:30:00', undefined],
    ['12/14/2023 19:57:08', undefined],
  ]
  for (const [printed, utc] of TIMES)
    it(`that say ${printed} are ${utc ?? 'no time: it has no offset'}`, () => {
      expect(toUtc(printed)).to.equal(utc)
    })

  it('make a record with its key and version, joined where two fields make the key', () => {
    const raw = {
      id: 'g',
      Type: { value: 'Credit Memo' },
      ReferenceNbr: { value: '000/7' },
      LastModifiedDateTime: { value: '2026-11-02T08:41:07.193+00:00' },
    }
    const { key, version, fields } = toRow(raw, SALES_INVOICE, 'LastModifiedDateTime')
    expect([key, version, fields['DocumentKey']]).to.deep.equal([
      'Credit Memo/000/7',
      '2026-11-02T08:41:07.193Z',
      'Credit Memo/000/7',
    ])
    expect(splitKey(SALES_INVOICE, key)).to.deep.equal(['Credit Memo', '000/7'])
  })

  for (const lacking of ['id', 'CustomerID', 'LastModifiedDateTime'])
    it(`of a record without ${lacking} stop the run instead of skipping it`, () => {
      const whole = { id: 'g', CustomerID: { value: 'C1' }, LastModifiedDateTime: { value: '2026-01-01T00:00:00Z' } }
      const { [lacking as 'id']: _left, ...raw } = whole
      expect(() => toRow(raw, CUSTOMER, 'LastModifiedDateTime'))
        .to.throw()
        .with.property('code', 'ACUMATICA_RECORD_SHAPE')
    })
})

describe('acumatica: filters', () => {
  const LITERALS: readonly (readonly [Field['type'], string, string | undefined])[] = [
    ['string', "O'Neil", "F eq 'O''Neil'"],
    ['string', '1E5', "F eq '1E5'"],
    ['string', "x') or (1 eq 1", "F eq 'x'') or (1 eq 1'"],
    ['integer', '0042', 'F eq 42'],
    ['integer', 'abc', undefined],
    ['integer', '99999999999', undefined],
    ['number', '12.50', 'F eq 12.50M'],
    ['boolean', 'True', 'F eq true'],
    ['boolean', 'yes', undefined],
    ['datetime', '2026-11-01T10:00:00+02:00', "F eq datetimeoffset'2026-11-01T08:00:00.000+00:00'"],
    ['id', 'x', undefined],
  ]
  for (const [type, value, filter] of LITERALS)
    it(`write ${type} ${value} as ${filter ?? 'nothing: no record can have it'}`, () => {
      expect(compare({ name: 'F', type }, 'eq', value)).to.equal(filter)
    })

  it('name nested fields with slashes and take nothing but names', () => {
    expect(byValues(CUSTOMER, 'MainContact.Email', ['a@b.c'])).to.equal("MainContact/Email eq 'a@b.c'")
    expect(() => byValues(CUSTOMER, "X eq 1 or '", ['1']))
      .to.throw()
      .with.property('code', 'ACUMATICA_FIELD_NAME')
  })

  it('find documents by type and number', () => {
    expect(byKeys(SALES_INVOICE, ['Invoice/I1', 'nonsense', 'Credit Memo/C/2'])).to.equal(
      "((Type eq 'Invoice') and (ReferenceNbr eq 'I1')) or ((Type eq 'Credit Memo') and (ReferenceNbr eq 'C/2'))",
    )
  })

  it('always give times with an offset, and join only what is there', () => {
    expect(allOf(undefined, time('LastModified', 'ge', '2026-11-01T00:00:00.000Z'))).to.equal(
      "LastModified ge datetimeoffset'2026-11-01T00:00:00.000+00:00'",
    )
    expect(allOf(undefined, undefined)).to.equal(undefined)
  })
})

describe('acumatica: the choice of fields', () => {
  it('names each level that it expands, and a linked entity field by field', () => {
    expect(
      columnsOf(CUSTOMER, ['CustomerName', 'MainContact.Email', 'MainContact.Address'], 'LastModifiedDateTime'),
    ).to.deep.equal({
      $select:
        'CustomerID,LastModifiedDateTime,CustomerName,MainContact/Email,MainContact/Address/AddressLine1,MainContact/Address/AddressLine2,MainContact/Address/City,MainContact/Address/State,MainContact/Address/PostalCode,MainContact/Address/Country,MainContact/Address/Validated',
      $expand: 'MainContact,MainContact/Address',
    })
  })

  it('asks for no field that only this connector makes', () => {
    expect(columnsOf(SALES_INVOICE, ['DocumentKey', 'Balance'], 'LastModifiedDateTime')).to.deep.equal({
      $select: 'Type,ReferenceNbr,LastModifiedDateTime,Balance',
    })
  })

  it('is left out where the address would grow too long, and for everything', () => {
    const many = Object.keys(CUSTOMER.fields)
    expect(columnsOf(CUSTOMER, many, 'LastModifiedDateTime')).to.have.keys(['$expand'])
    const { $expand, ...rest } = columnsOf(CUSTOMER, 'all', 'LastModifiedDateTime')
    expect(rest).to.deep.equal({})
    expect($expand?.split(',')).to.include.members(['Attributes', 'Contacts', 'MainContact/Address'])
  })
})

describe('acumatica: the change field', () => {
  const settings = (endpointVersion: string) => ({
    instanceUrl: 'https://x',
    clientId: 'a@b',
    clientSecret: new Secret('s'),
    endpointVersion,
  })
  for (const [version, field] of [
    ['20.200.001', undefined],
    ['22.200.001', undefined],
    ['23.200.001', 'LastModifiedDateTime'],
    ['25.200.001', 'LastModifiedDateTime'],
  ] as const)
    it(`of sales invoices in ${version} is ${field ?? 'none'}`, () => {
      expect(modifiedOf(SALES_INVOICE, settings(version))).to.equal(field)
    })
})

describe('acumatica: what comes back of a write', () => {
  const CASES = [
    { what: 'an unknown field', sent: { Quantity: 5 }, echo: {}, lost: ['Quantity'] },
    {
      what: 'a dropped nested value',
      sent: { MainContact: { Email: 'a' } },
      echo: { MainContact: { Fax: 'b' } },
      lost: ['MainContact.Email'],
    },
    { what: 'a computed number', sent: { OrderTotal: 5 }, echo: { OrderTotal: 0 }, lost: ['OrderTotal'] },
    { what: 'a value that was to be emptied', sent: { Terms: null }, echo: { Terms: '30D' }, lost: ['Terms'] },
    { what: 'capitals of a code', sent: { Terms: '30d' }, echo: { Terms: '30D' }, lost: [] },
    { what: 'lost capitals', sent: { Name: 'ACME' }, echo: { Name: 'Acme' }, lost: ['Name'] },
    { what: 'pad spaces', sent: { A: 'x' }, echo: { A: 'x   ' }, lost: [] },
    {
      what: 'a time with another offset',
      sent: { T: '2026-01-01T10:00:00Z' },
      echo: { T: '2026-01-01T11:00:00+01:00' },
      lost: [],
    },
    { what: 'trailing zeros', sent: { N: 7 }, echo: { N: 7.0 }, lost: [] },
    { what: 'an emptied value', sent: { Terms: null, Name: '' }, echo: {}, lost: [] },
    { what: 'false for true', sent: { Hold: true }, echo: { Hold: false }, lost: ['Hold'] },
  ]
  for (const { what, sent, echo, lost } of CASES)
    it(`with ${what}: ${lost.length > 0 ? `${lost} was not taken` : 'all was taken'}`, () => {
      expect(notTaken(sent, echo)).to.deep.equal(lost)
    })
})
