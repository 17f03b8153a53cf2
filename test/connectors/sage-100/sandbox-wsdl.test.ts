import { expect } from 'chai'
import {
  CUSTOMER,
  envelope,
  faultOf,
  LOGON,
  logonXml,
  NAMESPACE,
  openRig,
  type Rig,
  SERVICE,
  withRig,
} from './sandbox.support.ts'

/** Fact sheet 3, complete. */
const OPERATIONS = [
  'AddCreditCardToVault',
  'CreateCustomer',
  'CreateCustomerContact',
  'CreateSalesOrder',
  'DeleteCustomer',
  'DeleteCustomerContact',
  'DeleteSalesOrder',
  'GetContractInformation',
  'GetCustomer',
  'GetCustomerContact',
  'GetDiagnosticInformation',
  'GetNextCustomerNo',
  'GetNextSalesOrderNo',
  'GetSalesOrder',
  'GetSalesOrderTemplate',
  'PreAuthorizeCreditCard',
  'PreviewSalesOrder',
  'UpdateCustomer',
  'UpdateCustomerContact',
  'UpdateSalesOrder',
]

/** Fact sheet 3.1, word for word: the whole contract of a customer, and the needed part of an order's. */
const CUSTOMER_MEMBERS =
  'ARDivisionNo, AddressLine1, AddressLine2, AddressLine3, AgingCategory1..4, AvgDaysOverDue, AvgDaysPaymentInvoice, BalanceForward, BatchFax, City, Comment, ContactCode, CountryCode, CreditCardGUID, CreditHold, CreditLimit, CurrentBalance, CustomerDiscountRate, CustomerName, CustomerNo, CustomerStatus, CustomerType, DateEstablished, DateLastActivity, DateLastAging, DateLastFinanceChrg, DateLastPayment, DateLastStatement, DateTimeCreated, DateTimeUpdated, DefaultCostCode, DefaultCostType, DefaultCreditCardPmtType, DefaultItemCode, DefaultPaymentType, EBMConsumerUserID, EBMEnabled, EmailAddress, EmailStatements, FaxNo, HighestStmntBalance, InactiveReasonCode, LastPaymentAmt, NumberOfInvToUseInCalc, OpenItemCustomer, OpenOrderAmt, OtherFields, PriceLevel, PrimaryShipToCode, PrintDunningMessage, ResidentialAddress, RetentionAging1..4, RetentionCurrent, SalesPersonDivisionNo2..5, SalesPersonNo2..5, SalespersonDivisionNo, SalespersonNo, ServiceChargeRate, ShipMethod, SortField, SplitCommRate2..5, State, StatementCycle, TaxExemptNo, TaxSchedule, TelephoneExt, TelephoneNo, TemporaryCustomer, TermsCode, URLAddress, UnpaidServiceChrg, UserCreatedKey, UserUpdatedKey, ZipCode'
const CONTACT_MEMBERS =
  'ARDivisionNo, AddressLine1..3, City, ContactCode, ContactName, ContactNotes, ContactTitle, CountryCode, CustomerNo, DateTimeCreated, DateTimeUpdated, EBMUserID, EmailAddress, FaxNo, OtherFields, Salutation, State, TelephoneExt1, TelephoneExt2, TelephoneNo1, TelephoneNo2, UserCreatedKey, UserUpdatedKey, ZipCode'
const ORDER_MEMBERS =
  'ARDivisionNo, BillToAddress1..3, BillToCity, BillToCountryCode, BillToCustomerNo, BillToDivisionNo, BillToName, BillToState, BillToZipCode, CancelReasonCode, Comment, ConfirmTo, CurrentInvoiceNo, CustomerNo, CustomerPONo, DateTimeCreated, DateTimeUpdated, DepositAmt, DiscountAmt, DiscountRate, EmailAddress, FOB, FaxNo, FreightAmt, LastInvoiceOrderDate, LastInvoiceOrderNo, Lines, MasterRepeatingOrderNo, NonTaxableAmt, OrderDate, OrderStatus, OrderType, OtherFields, PaymentType, Payments, SalesOrderNo, SalesTaxAmt, SalespersonDivisionNo, SalespersonNo, ShipExpireDate, ShipToAddress1..3, ShipToCity, ShipToCode, ShipToCountryCode, ShipToName, ShipToState, ShipToZipCode, ShipVia, TaxSchedule, TaxableAmt, TermsCode, UserCreatedKey, UserUpdatedKey, WarehouseCode, Weight'
const LINE_MEMBERS =
  'AliasItemNo, CommentText, CostOfGoodsSoldAcctKey, Discount, DropShip, ExtDescriptionText, ExtensionAmt, ItemCode, ItemCodeDesc, ItemType, LineDiscountPercent, LineKey, LineSeqNo, OtherFields, PriceLevel, PromiseDate, QuantityBackordered, QuantityOrdered, QuantityShipped, SalesAcctKey, SalesOrderNo, TaxClass, UnitCost, UnitOfMeasure, UnitPrice, WarehouseCode'

const spelled = (list: string) =>
  list.split(', ').flatMap(it => {
    const [, name, from, to] = /^(\w+?)(\d)\.\.(\d)$/.exec(it) ?? []
    if (name === undefined) return [it]
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_unused, at) => `${name}${Number(from) + at}`)
  })

const elementsIn = (text: string, opening: RegExp): readonly string[] => {
  const at = opening.exec(text)
  const inner = at ? text.slice(at.index).split('</xs:sequence>')[0] : ''
  return [...(inner ?? '').matchAll(/<xs:element [^>]*?name="(\w+)" nillable/g)].map(it => it[1] ?? '')
}
const typeIn = (text: string, name: string) => elementsIn(text, new RegExp(`<xs:complexType name="${name}">`))
const operationIn = (text: string, name: string) => elementsIn(text, new RegExp(`<xs:element name="${name}">`))

describe('Sage 100 sandbox: metadata of the SOAP service', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig()
  })
  after(() => rig.close())

  const get = async (query: string, of = rig) => {
    const { status, headers, text } = await of.raw(`${SERVICE}${query}`)
    expect([query, status, headers.get('content-type')]).to.deep.equal([query, 200, 'text/xml; charset=utf-8'])
    return text
  }

  it('is a page for people without a query, whatever the capitals of the path', async () => {
    for (const path of [SERVICE, SERVICE.toLowerCase()]) {
      const { status, headers, text } = await rig.raw(path)
      expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8'])
      expect(text).to.include('MasService')
    }
  })

  it('is split: the service imports the contract, that imports the types, all at an internal host', async () => {
    const service = await get('?wsdl')
    const inner = `http://sage100srv.corp.example${SERVICE}`
    expect(service).to.include(`<wsdl:import namespace="${NAMESPACE}" location="${inner}?wsdl=wsdl0"/>`)
    expect(service).to.include(`<soap:address location="${inner}"/>`)
    expect(service).to.not.include('127.0.0.1').and.not.include('wsdl:portType')
    const contract = await get('?wsdl=wsdl0')
    expect(contract).to.include(`schemaLocation="${inner}?xsd=xsd0"`).and.not.include('xsd1')
    expect(typeIn(await get('?xsd=xsd0'), 'Logon')).to.deep.equal(['Password', 'Username'])
  })

  it('is whole in one document on request', async () => {
    const text = await get('?singleWsdl')
    expect(text).to.not.match(/wsdl:import|xs:import|schemaLocation/)
    expect(operationIn(text, 'GetCustomer')).to.deep.equal(['logon', 'companyCode', 'arDivisionNo', 'customerNo'])
  })

  it('lists the twenty operations with their actions, and none that lists or searches', async () => {
    const actions = [...(await get('?wsdl')).matchAll(/soapAction="([^"]*)"/g)].map(it => it[1])
    expect(actions.sort()).to.deep.equal(OPERATIONS.map(it => `${NAMESPACE}/IMasService/${it}`))
  })

  it('has every member of the fact sheet, in ordinal order', async () => {
    const text = await get('?xsd=xsd0')
    for (const [name, list] of [
      ['Customer', CUSTOMER_MEMBERS],
      ['CustomerContact', CONTACT_MEMBERS],
      ['SalesOrder', ORDER_MEMBERS],
      ['SalesOrderLine', LINE_MEMBERS],
    ] as const)
      expect([name, typeIn(text, name)]).to.deep.equal([name, spelled(list)])
  })

  it('can have another contract name, namespaces, order and members: a client must read them', async () => {
    const options = {
      contractName: 'IMas',
      namespace: 'urn:ops',
      memberNamespace: 'urn:members',
      elementOrder: 'reversed',
      extraMembers: 'true',
    }
    await withRig(options, 2, async other => {
      expect(await get('?wsdl', other)).to.include('soapAction="urn:ops/IMas/GetCustomer"')
      expect(await get('?wsdl=wsdl0', other)).to.match(
        /xsd=xsd0" namespace="urn:ops".*xsd=xsd1" namespace="urn:members"/,
      )
      const operations = operationIn(await get('?xsd=xsd0', other), 'GetCustomer')
      expect(operations).to.deep.equal(['customerNo', 'arDivisionNo', 'companyCode', 'logon'])
      const customer = typeIn(await get('?xsd=xsd1', other), 'Customer')
      expect([...customer].reverse()).to.deep.equal(
        [...spelled(CUSTOMER_MEMBERS), 'DivisionalRegion', 'ZoneSurcharge'].sort(),
      )
      const { username, password, company } = LOGON
      const answer = await other.raw(SERVICE, {
        method: 'POST',
        headers: { 'content-type': 'text/xml', soapaction: '"urn:ops/IMas/GetCustomer"' },
        body: envelope(
          `<GetCustomer xmlns="urn:ops" xmlns:m="urn:members"><customerNo>ABF</customerNo><arDivisionNo>01</arDivisionNo><companyCode>${company}</companyCode><logon><m:Username>${username}</m:Username><m:Password>${password}</m:Password></logon></GetCustomer>`,
        ),
      })
      expect(answer.text).to.match(/<GetCustomerResult [^>]*xmlns:b="urn:members".*<b:ZipCode>.*<b:CustomerNo>ABF</)
      expect(faultOf(await other.soap('GetCustomer', CUSTOMER('01', 'ABF')))).to.match(/^500 a:ActionNotSupported/)
    })
  })
})

describe('Sage 100 sandbox: the SOAP envelope', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig({}, 4)
  })
  after(() => rig.close())

  const get = (options: Parameters<Rig['soap']>[2] = {}) => rig.soap('GetCustomer', CUSTOMER('01', 'ABF'), options)
  const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    rig.raw(SERVICE, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: `"${NAMESPACE}/IMasService/GetCustomer"`,
        ...headers,
      },
      body,
    })

  it('takes the action with quotes and without, and no other', async () => {
    expect((await get({ action: `${NAMESPACE}/IMasService/GetCustomer` })).status).to.equal(200)
    for (const action of ['""', `"${NAMESPACE}/IMas/GetCustomer"`, `"${NAMESPACE}/IMasService/ListCustomers"`]) {
      const answer = await get({ action })
      expect(faultOf(answer)).to.match(/^500 a:ActionNotSupported: The message with Action/)
      expect(answer.text)
        .to.include('xmlns:a="http://schemas.microsoft.com/ws/2005/05/addressing/none"')
        .and.not.include('MasFault')
    }
  })

  it('answers 415 to SOAP 1.2 and other content, 400 to what is no envelope, 413 to what is too large', async () => {
    for (const type of ['application/soap+xml; charset=utf-8', 'application/json', 'application/xml'])
      expect((await get({ headers: { 'content-type': type } })).status).to.equal(415)
    for (const body of [
      '',
      'no xml',
      '<a>',
      '<!DOCTYPE a [<!ENTITY b "c">]><a/>',
      `<!DOCTYPE a>${envelope('<x/>')}`,
      envelope('<x>&b;</x>'),
      '<Envelope/>',
    ])
      expect([body, (await post(body)).status]).to.deep.equal([body, 400])
    expect((await post(envelope(' '.repeat(65_536)))).status).to.equal(413)
  })

  it('answers a fault of its own where body and action do not match', async () => {
    const other = envelope(`<GetSalesOrder xmlns="${NAMESPACE}"/>`)
    const strange = envelope('<GetCustomer xmlns="urn:other"/>')
    for (const body of [other, strange]) expect(faultOf(await post(body))).to.match(/^500 a:DeserializationFailed/)
  })

  it('reads prefixes, CDATA, comments and numeric references as any client writes them', async () => {
    const inner = `<w:arDivisionNo><!-- a --><![CDATA[01]]></w:arDivisionNo><w:customerNo>R&#38;D&#x20;CO</w:customerNo>`
    const logon = logonXml(LOGON).replaceAll('<', '<w:').replaceAll('<w:/', '</w:')
    const answer = await post(envelope(`<w:GetCustomer xmlns:w="${NAMESPACE}">${logon}${inner}</w:GetCustomer>`))
    expect(faultOf(answer)).to.equal('500 CI_NoKey: Customer 01-R&amp;D CO does not exist.')
  })

  it('counts calls by operation', async () => {
    await rig.at.resetCalls()
    await get()
    await rig.raw(`${SERVICE}?wsdl`)
    await rig.soap('ListCustomers')
    expect((await rig.at.calls()).byLabel).to.deep.equal({ GetCustomer: 1, 'GET wsdl': 1, 'POST soap': 1 })
  })
})
