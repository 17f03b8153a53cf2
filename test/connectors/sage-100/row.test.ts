import { expect } from 'chai'
import { CONTACT } from '../../../connectors/sage-100/entities/contact.ts'
import { CUSTOMER } from '../../../connectors/sage-100/entities/customer.ts'
import { ORDER } from '../../../connectors/sage-100/entities/order.ts'
import { agentRow, decimalOf, toRecord } from '../../../connectors/sage-100/row.ts'
import { soapRow } from '../../../connectors/sage-100/soap-rows.ts'
import { parseXml } from '../../../connectors/sage-100/xml.ts'

const ZONE = 'America/Chicago'

const element = (xml: string) => {
  const root = parseXml(xml)
  if (!root) throw new Error('no XML')
  return root
}

const OF_AGENT = {
  key: '01~ABF',
  ARDivisionNo: '01',
  CustomerNo: 'ABF',
  CustomerName: 'American Business Futures  ',
  AddressLine2: '',
  ZipCode: '01234',
  CreditLimit: '5000.00',
  DateEstablished: '20190502',
  DateLastPayment: '',
  UDF_TIER: 'GOLD',
  DateCreated: '20190502',
  TimeCreated: '09.25000',
  DateUpdated: '20260114',
  TimeUpdated: '14.50833',
}

const OF_SERVICE = `<GetCustomerResult xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
  <ARDivisionNo>01</ARDivisionNo><AddressLine2/><AddressLine3 i:nil="true"/><CreditLimit>5000</CreditLimit>
  <CustomerName>American Business Futures</CustomerName><CustomerNo>ABF</CustomerNo>
  <DateEstablished>2019-05-02T00:00:00</DateEstablished><DateLastPayment>1753-01-01T00:00:00</DateLastPayment>
  <DateTimeCreated>2019-05-02T09:15:00</DateTimeCreated><DateTimeUpdated>2026-01-14T14:30:29</DateTimeUpdated>
  <OtherFields><Field><MasFieldName>UDF_TIER</MasFieldName><Value>GOLD</Value></Field></OtherFields><ZipCode>01234</ZipCode>
</GetCustomerResult>`

const FIELDS = {
  key: '01-ABF',
  ARDivisionNo: '01',
  CustomerNo: 'ABF',
  CustomerName: 'American Business Futures',
  ZipCode: '01234',
  CreditLimit: '5000',
  DateEstablished: '2019-05-02',
  UDF_TIER: 'GOLD',
  DateTimeCreated: '2019-05-02T14:15:00Z',
  DateTimeUpdated: '2026-01-14T20:30:29Z',
}

describe('a record of sage-100', () => {
  it('is the same over both paths: no blanks, no empty values, one spelling of numbers, dates and moments', () => {
    const reading = { timeZone: ZONE, nullDate: '1753-01-01T00:00:00' }
    expect(agentRow(CUSTOMER, OF_AGENT, ZONE).fields).to.deep.equal(FIELDS)
    expect(soapRow({ ...CUSTOMER, soap: CUSTOMER.soap }, element(OF_SERVICE), reading).fields).to.deep.equal(FIELDS)
  })

  it('keeps texts that look like numbers', () => {
    const { fields, key } = agentRow(CUSTOMER, { ...OF_AGENT, CustomerNo: '0000010', SortField: '1E5' }, ZONE)
    expect([key, fields['CustomerNo'], fields['SortField']]).to.deep.equal(['01-0000010', '0000010', '1E5'])
  })

  it('has another version when anything differs, though its stamp does not move', () => {
    const version = (more: object) => toRecord(agentRow(CUSTOMER, { ...OF_AGENT, ...more }, ZONE)).version
    expect(version({})).to.equal(version({}))
    expect(version({ City: 'Milwaukee' })).to.not.equal(version({}))
    expect(version({ TimeUpdated: '14.50834' })).to.not.equal(version({}))
  })

  it('without its key is nothing to be guessed at', () => {
    expect(() => agentRow(CUSTOMER, { ...OF_AGENT, CustomerNo: '' }, ZONE)).to.throw('without its')
  })

  it('of a contact names its customer', () => {
    const contact = { ARDivisionNo: '01', CustomerNo: 'A-B', ContactCode: 'ART J' }
    const { key, fields } = agentRow(CONTACT, contact, ZONE)
    expect([key, fields['customerKey']]).to.deep.equal(['01-A-B~ART J', '01-A-B'])
  })

  for (const [count, inner] of [
    [0, ''],
    [1, '<SalesOrderLine><LineKey>000001</LineKey><QuantityOrdered>2.000000</QuantityOrdered></SalesOrderLine>'],
    [
      2,
      '<SalesOrderLine><LineKey>000001</LineKey></SalesOrderLine><SalesOrderLine><LineKey>000002</LineKey></SalesOrderLine>',
    ],
  ] as const)
    it(`has ${count} lines as a list, over the web services`, () => {
      const order = { ...ORDER, soap: { get: 'GetSalesOrder', parameters: ['salesOrderNo'] } }
      const xml = element(`<R><SalesOrderNo>0000182</SalesOrderNo><Lines>${inner}</Lines></R>`)
      const { fields } = soapRow(order, xml, { timeZone: ZONE, nullDate: undefined })
      const lines = fields['Lines']
      expect(Array.isArray(lines) ? lines.length : 0).to.equal(count)
      if (count === 1) expect(lines).to.deep.equal([{ LineKey: '000001', QuantityOrdered: '2' }])
    })

  for (const [text, moment] of [
    ['2026-11-01T01:30:00', '2026-11-01T06:30:00Z'],
    ['2026-11-01T01:30:00-06:00', '2026-11-01T07:30:00Z'],
    ['2026-01-14T20:30:29.9Z', '2026-01-14T20:30:29Z'],
    ['0001-01-01T00:00:00', undefined],
  ] as const)
    it(`changed at ${text} of the web services changed at ${moment ?? 'no time that is known'}`, () => {
      const xml = element(`<R><SalesOrderNo>1</SalesOrderNo><DateTimeUpdated>${text}</DateTimeUpdated></R>`)
      const order = { ...ORDER, soap: { get: 'GetSalesOrder', parameters: ['salesOrderNo'] } }
      expect(soapRow(order, xml, { timeZone: ZONE, nullDate: undefined }).fields['DateTimeUpdated']).to.equal(moment)
    })

  for (const [text, plain] of [
    ['5000.00', '5000'],
    ['0.50', '0.5'],
    ['.5', '0.5'],
    ['-007.10', '-7.1'],
    ['-0.00', '0'],
    ['105.950000', '105.95'],
    ['100', '100'],
    ['1E5', '1E5'],
    ['n/a', 'n/a'],
  ] as const)
    it(`spells the number ${text} as ${plain}`, () => {
      expect(decimalOf(text)).to.equal(plain)
    })
})
