import { expect } from 'chai'
import { CUSTOMER, faultOf, members, NAMESPACE, openRig, type Rig, resultOf, SERVICE } from './sandbox.support.ts'

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/'
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/** Elements with this prefix, from `<a>1</a><b/>`. */
const prefixed = (prefix: string, xml: string) => xml.replace(/<(\/?)(?=\w)/g, `<$1${prefix}:`)

const LOGON =
  '<logon><Password>Web-Svc-100!</Password><Username>websvc</Username></logon><companyCode>ABC</companyCode>'

const KEPT = `<ARDivisionNo>01</ARDivisionNo>`
const CHANGE = `<customer>${KEPT}<AddressLine2 xsi:nil="true"/><City>Racine</City><CustomerName>By another client</CustomerName><CustomerNo>ABF</CustomerNo><DateEstablished xsi:nil="true"/></customer>`

/** The same call as other people's clients word it. */
const CLIENTS: Readonly<Record<string, { readonly body: string; readonly action: string; readonly type?: string }>> = {
  'a Python client': {
    action: `"${NAMESPACE}/IMasService/UpdateCustomer"`,
    body: `<?xml version='1.0' encoding='utf-8'?>\n<soap-env:Envelope xmlns:soap-env="${ENVELOPE}"><soap-env:Body><ns0:UpdateCustomer xmlns:ns0="${NAMESPACE}" xmlns:xsi="${XSI}">${prefixed('ns0', LOGON + CHANGE)}</ns0:UpdateCustomer></soap-env:Body></soap-env:Envelope>`,
  },
  'a PHP client': {
    action: `"${NAMESPACE}/IMasService/UpdateCustomer"`,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="${ENVELOPE}" xmlns:ns1="${NAMESPACE}" xmlns:xsi="${XSI}"><SOAP-ENV:Body>${prefixed('ns1', `<UpdateCustomer>${LOGON}${CHANGE}</UpdateCustomer>`)}</SOAP-ENV:Body></SOAP-ENV:Envelope>\n`,
  },
  'a Node client': {
    action: `${NAMESPACE}/IMasService/UpdateCustomer`,
    type: 'text/xml;charset=UTF-8',
    body: `<soap:Envelope xmlns:soap="${ENVELOPE}" xmlns:xsi="${XSI}" xmlns:tns="${NAMESPACE}"><soap:Header></soap:Header><soap:Body><UpdateCustomer xmlns="${NAMESPACE}">${LOGON}${prefixed('tns', CHANGE)}</UpdateCustomer></soap:Body></soap:Envelope>`,
  },
  'a .NET client': {
    action: `"${NAMESPACE}/IMasService/UpdateCustomer"`,
    type: 'text/xml; charset="utf-8"',
    body: `<s:Envelope xmlns:s="${ENVELOPE}"><s:Header><Trace xmlns="urn:trace">x</Trace></s:Header><s:Body><UpdateCustomer xmlns="${NAMESPACE}">${LOGON}${CHANGE.replace('<customer>', `<customer xmlns:xsi="${XSI}">`)}</UpdateCustomer></s:Body></s:Envelope>`,
  },
  'a client that indents': {
    action: `"${NAMESPACE}/IMasService/UpdateCustomer"`,
    type: 'text/xml',
    body: `<s:Envelope xmlns:s="${ENVELOPE}">\r\n  <s:Body>\r\n    <UpdateCustomer xmlns="${NAMESPACE}" xmlns:xsi="${XSI}">${`${LOGON}${CHANGE}`.replace(/></g, '>\r\n      <')}</UpdateCustomer>\r\n  </s:Body>\r\n</s:Envelope>`,
  },
}

describe('Sage 100 sandbox: clients of other people', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 12)
    await rig.at.knobs({ absentMembers: 'kept' })
  })
  afterEach(() => rig.close())

  const post = (body: string, action: string, type = 'text/xml; charset=utf-8') =>
    rig.raw(SERVICE, { method: 'POST', headers: { 'content-type': type, soapaction: action }, body })
  const stored = async (key = '01-ABF') => (await rig.at.records('AR_Customer')).find(it => it['key'] === key)
  const update = (values: string, more: Parameters<Rig['soap']>[2] = {}) =>
    rig.soap('UpdateCustomer', `<customer>${values}</customer>`, more)
  const withName = (behind: string) =>
    update(`<ARDivisionNo>01</ARDivisionNo><CustomerName>Changed</CustomerName><CustomerNo>ABF</CustomerNo>${behind}`)

  for (const [who, { body, action, type }] of Object.entries(CLIENTS))
    it(`are understood: ${who}`, async () => {
      expect((await post(body, action, type)).status).to.equal(200)
      expect(await stored()).to.include({
        City: 'Racine',
        CustomerName: 'By another client',
        DateEstablished: '20190502',
      })
    })

  it('get no further with members that have no namespace', async () => {
    const bare = `<GetCustomer xmlns="${NAMESPACE}">${`${LOGON}${CUSTOMER('01', 'ABF')}`.replace('<logon>', '<logon xmlns="">')}</GetCustomer>`
    const answer = await post(
      `<s:Envelope xmlns:s="${ENVELOPE}"><s:Body>${bare}</s:Body></s:Envelope>`,
      `"${NAMESPACE}/IMasService/GetCustomer"`,
    )
    expect(faultOf(answer)).to.match(/^500 WS_LogonFailed/)
  })

  it('are refused with a prefix that they did not declare, another encoding, another method', async () => {
    const loose = `<s:Envelope xmlns:s="${ENVELOPE}"><s:Body><x:GetCustomer/></s:Body></s:Envelope>`
    expect((await post(loose, `"${NAMESPACE}/IMasService/GetCustomer"`)).status).to.equal(400)
    const inner = CUSTOMER('01', 'ABF')
    const headers = { 'content-type': 'text/xml; charset=iso-8859-1' }
    expect((await rig.soap('GetCustomer', inner, { headers })).status).to.equal(415)
    for (const method of ['PUT', 'DELETE']) expect((await rig.raw(SERVICE, { method })).status).to.equal(405)
    const bodyOfOther = `<s:Envelope xmlns:s="${ENVELOPE}"><x:Body xmlns:x="urn:x"><GetCustomer/></x:Body></s:Envelope>`
    expect((await post(bodyOfOther, `"${NAMESPACE}/IMasService/GetCustomer"`)).status).to.equal(400)
  })

  for (const [what, xml] of [
    ['an empty date', '<DateEstablished></DateEstablished>'],
    ['a date as people write it', '<DateEstablished>05/02/2019</DateEstablished>'],
    ['a date that is none', '<DateEstablished>2026-02-31T25:00:00</DateEstablished>'],
    ['an empty amount', '<SplitCommRate2/>'],
    ['an amount with an exponent', '<SplitCommRate2>1E5</SplitCommRate2>'],
    ['an amount with a thousands separator', '<SplitCommRate2>1,000.00</SplitCommRate2>'],
  ] as const)
    it(`meet a fault before the service looks at anything: ${what}`, async () => {
      const before = await stored()
      const answer = await withName(xml)
      expect(faultOf(answer)).to.match(/^500 a:DeserializationFailed: The formatter threw an exception/)
      expect(answer.text).to.not.include('MasFault')
      expect(await stored()).to.deep.equal(before)
    })

  it('may send empty amounts to a release that types them as strings, never empty dates', async () => {
    await rig.at.knobs({ amountTypes: 'string' })
    expect((await withName('<SplitCommRate2></SplitCommRate2>')).status).to.equal(200)
    expect(await stored()).to.include({ CustomerName: 'Changed', SplitCommRate2: '0.000' })
    expect(faultOf(await withName('<SplitCommRate2>much</SplitCommRate2>'))).to.match(/^500 CI_Invalid/)
    expect(faultOf(await withName('<DateEstablished/>'))).to.match(/^500 a:Deserialization/)
  })

  for (const [given, kept] of [
    ['2026-05-04T00:00:00', '20260504'],
    ['2026-05-04', '20260504'],
    ['2026-05-04T00:00:00.0000000', '20260504'],
    // taken as it stands, though it says UTC; an offset is turned into the host's wall clock, here the evening before
    ['2026-05-04T00:00:00Z', '20260504'],
    ['2026-05-04T00:00:00+02:00', '20260503'],
    ['1753-01-01T00:00:00', ''],
    ['1753-01-01T00:00:00.000Z', ''],
  ] as const)
    it(`find a date stored as .NET reads it: ${given}`, async () => {
      expect((await withName(`<DateEstablished>${given}</DateEstablished>`)).status).to.equal(200)
      expect(await stored()).to.include({ DateEstablished: kept })
    })

  it('may write an amount in any way that a decimal has', async () => {
    const kept: unknown[] = []
    for (const given of ['5', '+5', '5.', '.5', '-0.0001', '0005.4321', ' 7 ']) {
      expect((await withName(`<SplitCommRate2>${given}</SplitCommRate2>`)).status).to.equal(200)
      kept.push((await stored())?.['SplitCommRate2'])
    }
    expect(kept).to.deep.equal(['5.000', '5.000', '5.000', '0.500', '0.000', '5.432', '7.000'])
  })

  it('read the date that means none from the service', async () => {
    await rig.at.knobs({ nullDateTime: '0001-01-01T00:00:00' })
    const { NullDateTime } = resultOf('GetContractInformation', await rig.soap('GetContractInformation'))
    expect(NullDateTime).to.equal('0001-01-01T00:00:00')
    await withName(`<DateEstablished>${String(NullDateTime)}</DateEstablished>`)
    expect(await stored()).to.include({ DateEstablished: '' })
  })

  it('never get a date or an amount that is an empty element', async () => {
    for (const blanks of ['empty', 'mixed', 'nil', 'absent']) {
      await rig.at.knobs({ blanks })
      const { text } = await rig.soap('GetCustomer', CUSTOMER('01', '0000010'))
      expect([blanks, ...(text.match(/<(Date\w+|\w+Amt|CreditLimit)\/>/g) ?? [])]).to.deep.equal([blanks])
    }
  })

  it('read a fault of the declared contract, whatever its prefix stands for', async () => {
    await rig.at.knobs({ faultNamespace: 'urn:codes', memberNamespace: 'urn:members' })
    const answer = await rig.soap('GetCustomer', CUSTOMER('01', 'ABF'))
    expect(answer.text).to.include('<faultcode xmlns:a="urn:codes">a:WS_LogonFailed</faultcode>')
    expect(answer.text).to.include('<MasFault xmlns="urn:members"')
  })

  it('get texts back letter by letter, line ends too', async () => {
    const notes = 'line 1\r\nline 2\ttab & <b> "q" 🚀 é'
    const xml = notes.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\r/g, '&#13;').replace('🚀', '&#x1F680;')
    const contact = `<customerContact>${members({ ARDivisionNo: '01', ContactCode: 'NOTES', ContactName: 'N', ContactNotes: xml, CustomerNo: 'ABF' })}</customerContact>`
    expect((await rig.soap('CreateCustomerContact', contact)).status).to.equal(200)
    const kept = (await rig.at.records('AR_CustomerContact')).find(it => it['ContactCode'] === 'NOTES')
    expect(kept?.['ContactNotes']).to.equal(notes)
    const key = `${CUSTOMER('01', 'ABF')}<contactCode>NOTES</contactCode>`
    expect((await rig.soap('GetCustomerContact', key)).text).to.include(
      'line 1&#xD;\nline 2\ttab &amp; &lt;b&gt; &quot;q&quot; 🚀 é',
    )
  })

  it('write fields of their own, one as well as many, and none that the company has not', async () => {
    const field = (name: string, value: string) =>
      `<Field><MasFieldName>${name}</MasFieldName><Value>${value}</Value></Field>`
    const send = (...fields: readonly string[]) => withName(`<OtherFields>${fields.join('')}</OtherFields>`)
    await send(field('UDF_TIER', 'GOLD'))
    expect(await stored()).to.include({ UDF_TIER: 'GOLD', UDF_REGION: '' })
    await send(field('UDF_REGION', 'West'), field('UDF_SINCE', '2020'))
    expect(await stored()).to.include({ UDF_TIER: 'GOLD', UDF_REGION: 'West', UDF_SINCE: '2020' })
    await send()
    await withName('')
    expect(await stored()).to.include({ UDF_TIER: 'GOLD', UDF_REGION: 'West' })
    expect(faultOf(await send(field('UDF_TIER', 'X'), field('UDF_NOPE', '1')))).to.match(/^500 CI_NOF: .*UDF_NOPE/)
    expect(faultOf(await send(field('UDF_TIER', 'X'.repeat(11))))).to.match(/^500 CI_CharLength/)
    expect(await stored()).to.include({ UDF_TIER: 'GOLD' })
  })

  it('make no customer in a division that is not on file', async () => {
    const inner = `<customer>${members({ ARDivisionNo: '99', CustomerName: 'Lost', CustomerNo: 'NEW' })}</customer>`
    expect(faultOf(await rig.soap('CreateCustomer', inner))).to.match(/^500 CI_NOF: .*ARDivisionNo 99/)
  })
})
