import { expect } from 'chai'
import { INTACCT_RECOGNITIONS } from '../../../connectors/sage-intacct/refusals.ts'
import { EngineError, isEngineError } from '../../../engine/core/errors.ts'
import { answerWith, closeAll, dataCalls, failure, readAll, startIntacct, thrownBy } from './support.ts'

const XML = { 'content-type': 'text/xml', date: 'Tue, 03 Feb 2026 12:00:00 GMT' }
const HTML = { 'content-type': 'text/html' }

const control = (errorno: string, text: string) =>
  `<?xml version="1.0"?><response><control><status>failure</status></control><errormessage><error><errorno>${errorno}</errorno><description></description><description2>${text}</description2><correction></correction></error></errormessage></response>`
const gateway = (errorno: string) =>
  `<response><control><status>failure</status></control><errormessage><error><errorno>${errorno}</errorno><description>Too many requests [Request ID: 0A1B:4E5F]</description></error></errormessage></response>`
const authentication = (errorno: string, description: string, description2: string) =>
  `<?xml version="1.0"?><response><control><status>success</status></control><operation><authentication><status>failure</status><userid></userid><companyid></companyid></authentication><errormessage><error><errorno>${errorno}</errorno><description>${description}</description><description2>${description2}</description2><correction></correction></error></errormessage></operation></response>`

/** Each row of the table in sheet 6 that a read may meet: what is answered, and what it becomes when it lasts. */
const REFUSALS: readonly {
  readonly says: string
  readonly status?: number
  readonly body: string
  readonly kind: string
  readonly code: string
  /** Tries, when it is repeated. */
  readonly tries?: number
}[] = [
  {
    says: 'a malformed request',
    body: control('XL03000003', 'XML Parse schema error'),
    kind: 'contract',
    code: 'INTACCT_REQUEST_REFUSED',
  },
  {
    says: 'a wrong sender (old form)',
    body: control('XL03000006', 'Incorrect Intacct XML Partner ID or password'),
    kind: 'auth',
    code: 'INTACCT_SENDER_REFUSED',
  },
  { says: 'a wrong sender', status: 400, body: gateway('GW-0011'), kind: 'auth', code: 'INTACCT_SENDER_REFUSED' },
  {
    says: 'an invalid request',
    status: 400,
    body: gateway('invalidRequest'),
    kind: 'auth',
    code: 'INTACCT_SENDER_REFUSED',
  },
  { says: 'an expired company', body: control('PL04000055', 'expired'), kind: 'auth', code: 'INTACCT_COMPANY_EXPIRED' },
  {
    says: 'an unauthorised sender',
    body: authentication('XL03000006', 'Invalid Web Services Authorization', 'x'),
    kind: 'auth',
    code: 'INTACCT_SENDER_NOT_AUTHORISED',
  },
  {
    says: 'a denied address',
    body: authentication('XL03000006', '', 'IP address denied'),
    kind: 'auth',
    code: 'INTACCT_ADDRESS_DENIED',
  },
  {
    says: 'another sign-in failure',
    body: authentication('UJPP0002', '', 'no'),
    kind: 'auth',
    code: 'INTACCT_SIGN_IN_REFUSED',
  },
  {
    says: 'fields that cannot be queried',
    body: failure('XL03000006', 'The following fields cannot be queried due to permissions [VENDOR: [TAXID, ONHOLD] ]'),
    kind: 'configuration',
    code: 'INTACCT_FIELDS_FORBIDDEN',
  },
  {
    says: 'an unknown field',
    body: failure('XL03000010', 'Field requested is not valid: vendor.XYZ'),
    kind: 'configuration',
    code: 'INTACCT_FIELD_UNKNOWN',
  },
  {
    says: 'a bad list of fields',
    body: failure('', 'Invalid fields list x'),
    kind: 'configuration',
    code: 'INTACCT_FIELD_UNKNOWN',
  },
  {
    says: 'a missing permission',
    body: failure('PL04000005', 'You do not have permission for API operation READ_BY_QUERY on objects of type vendor'),
    kind: 'unavailable',
    code: 'INTACCT_PERMISSION_DENIED',
  },
  {
    says: 'an unknown object',
    body: failure('Query Failed', 'Object definition VENDOR not found'),
    kind: 'unavailable',
    code: 'INTACCT_OBJECT_UNKNOWN',
  },
  {
    says: 'anything else',
    body: failure('BL01001973', 'something new'),
    kind: 'contract',
    code: 'INTACCT_READ_REFUSED',
  },
  {
    says: 'an error of its own',
    body: failure('DL02000001', 'There was an error processing the request'),
    kind: 'transient',
    code: 'INTACCT_PROCESSING_ERROR',
    tries: 5,
  },
  {
    says: 'that it is off-line',
    body: failure('XX', 'The Service is Temporarily Off-line'),
    kind: 'transient',
    code: 'INTACCT_OFFLINE',
    tries: 5,
  },
  {
    says: 'to try again later',
    body: failure('XX', 'no', undefined, 'Please try again later.'),
    kind: 'transient',
    code: 'INTACCT_OFFLINE',
    tries: 5,
  },
  { says: 'HTTP 500', status: 500, body: '<html>oops</html>', kind: 'transient', code: 'INTACCT_DOWN', tries: 5 },
  { says: 'HTTP 502', status: 502, body: '', kind: 'transient', code: 'INTACCT_DOWN', tries: 5 },
  {
    says: 'HTTP 503',
    status: 503,
    body: '<html>Service Unavailable</html>',
    kind: 'transient',
    code: 'INTACCT_DOWN',
    tries: 5,
  },
  {
    says: 'HTTP 524',
    status: 524,
    body: '<html>A timeout occurred</html>',
    kind: 'transient',
    code: 'INTACCT_TIMED_OUT',
    tries: 5,
  },
  {
    says: 'a block at the edge',
    status: 403,
    body: '<html><div id="cf-error-details"></div></html>',
    kind: 'transient',
    code: 'INTACCT_BLOCKED_AT_EDGE',
    tries: 5,
  },
  { says: 'an empty body', body: '', kind: 'transient', code: 'INTACCT_ANSWER_BROKEN', tries: 5 },
  {
    says: 'an HTML page with 200',
    body: '<!DOCTYPE html><html><body>Maintenance</body></html>',
    kind: 'transient',
    code: 'INTACCT_ANSWER_BROKEN',
    tries: 5,
  },
  { says: 'JSON', body: '[]', kind: 'transient', code: 'INTACCT_ANSWER_BROKEN', tries: 5 },
  {
    says: 'half an answer',
    body: answerWith('<result><status>success</status>').slice(0, -25),
    kind: 'transient',
    code: 'INTACCT_ANSWER_BROKEN',
    tries: 5,
  },
  { says: 'another XML document', body: '<rss></rss>', kind: 'transient', code: 'INTACCT_ANSWER_BROKEN', tries: 5 },
  { says: 'an answer without a result', body: answerWith(''), kind: 'contract', code: 'INTACCT_ANSWER_INCOMPLETE' },
  {
    says: 'an answer without a status',
    body: '<response><control></control></response>',
    kind: 'contract',
    code: 'INTACCT_ANSWER_INCOMPLETE',
  },
  {
    says: 'a success without data',
    body: answerWith(
      '<result><status>success</status><function>query</function><controlid>query VENDOR</controlid></result>',
    ),
    kind: 'contract',
    code: 'INTACCT_ANSWER_INCOMPLETE',
  },
  {
    says: "another request's answer",
    body: answerWith(
      '<result><status>success</status><controlid>other</controlid><data listtype="VENDOR" totalcount="0" offset="0" count="0" numremaining="0"/></result>',
    ),
    kind: 'contract',
    code: 'INTACCT_ANSWER_INCOMPLETE',
  },
]

const page = (attributes: string, rows = '') =>
  answerWith(
    `<result><status>success</status><function>query</function><controlid>query VENDOR</controlid><data ${attributes}>${rows}</data></result>`,
  )
const row = (recordNo: number, more = '') =>
  `<VENDOR><RECORDNO>${recordNo}</RECORDNO><VENDORID>V${recordNo}</VENDORID>${more}</VENDOR>`

const WRONG_PAGES: readonly {
  readonly says: string
  readonly body: string
  readonly code: string
  readonly kind?: string
}[] = [
  {
    says: 'another object',
    body: page('listtype="CUSTOMER" totalcount="0" offset="0" count="0" numremaining="0"'),
    code: 'INTACCT_PAGE_WRONG',
  },
  { says: 'no count', body: page('listtype="VENDOR" numremaining="0"'), code: 'INTACCT_PAGE_WRONG' },
  { says: 'no numremaining', body: page('listtype="VENDOR" count="0"'), code: 'INTACCT_PAGE_WRONG' },
  {
    says: 'nothing, though more remains',
    body: page('listtype="VENDOR" count="0" numremaining="7"'),
    code: 'INTACCT_PAGE_WRONG',
  },
  {
    says: 'more rows than asked for',
    body: page('listtype="VENDOR" count="3" numremaining="0"', row(1) + row(2) + row(3)),
    code: 'INTACCT_PAGE_WRONG',
  },
  {
    says: 'fewer rows than it says',
    body: page('listtype="VENDOR" count="2" numremaining="0"', row(1)),
    code: 'INTACCT_ANSWER_BROKEN',
    kind: 'transient',
  },
  {
    says: 'rows out of order',
    body: page('listtype="VENDOR" count="2" numremaining="0"', row(2) + row(1)),
    code: 'INTACCT_ORDER_WRONG',
  },
  {
    says: 'a row without its key',
    body: page('listtype="VENDOR" count="1" numremaining="0"', '<VENDOR><RECORDNO>1</RECORDNO></VENDOR>'),
    code: 'INTACCT_ROW_WRONG',
  },
  {
    says: 'a time in another format',
    body: page(
      'listtype="VENDOR" count="1" numremaining="0"',
      row(1, '<WHENMODIFIED>31.12.2025 10:00:00</WHENMODIFIED>'),
    ),
    code: 'INTACCT_TIME_UNREADABLE',
  },
]

describe('sage-intacct: answers', () => {
  afterEach(closeAll)

  for (const { says, status = 200, body, kind, code, tries = 1 } of REFUSALS)
    it(`become ${kind} ${code} for ${says}, never an empty page`, async () => {
      const it = await startIntacct()
      await readAll(it.connection, 'CLASS')
      it.calls.length = 0
      await it.over.fault({ action: 'answer', times: 99, status, headers: status === 200 ? XML : HTML, body })
      const thrown = await thrownBy(() => readAll(it.connection, 'VENDOR'))
      expect(thrown).to.be.instanceOf(EngineError).and.include({ kind, code })
      expect(isEngineError(thrown) && thrown.remedy).to.be.a('string')
      expect(it.calls).to.have.length(tries)
    })

  for (const { says, body, code, kind = 'contract' } of WRONG_PAGES)
    it(`are refused as ${code} when a page has ${says}`, async () => {
      const it = await startIntacct()
      await readAll(it.connection, 'CLASS')
      await it.over.fault({ action: 'answer', times: 99, status: 200, headers: XML, body })
      const thrown = await thrownBy(() => readAll(it.connection, 'VENDOR', { pageSize: 2 }))
      expect(thrown).to.be.instanceOf(EngineError).and.include({ kind, code })
    })

  it('that repeat the same page for ever end the walk', async () => {
    const it = await startIntacct()
    const body = page('listtype="VENDOR" count="2" numremaining="5"', row(1) + row(2))
    await readAll(it.connection, 'CLASS')
    await it.over.fault({ action: 'answer', times: 99, status: 200, headers: XML, body })
    const thrown = await thrownBy(() => readAll(it.connection, 'VENDOR', { pageSize: 2 }))
    expect(thrown).to.include({ kind: 'contract', code: 'INTACCT_NO_PROGRESS' })
  })

  for (const action of ['truncate', 'cutMid', 'cutAfter', 'cutBefore'] as const)
    it(`are asked for again after ${action}, and nothing is missing`, async () => {
      const it = await startIntacct({ records: 8 })
      const whole = await readAll(it.connection, 'VENDOR')
      await it.over.fault({ action, bodyContains: '<query>', times: 2 })
      const { records } = await readAll(it.connection, 'VENDOR', { pageSize: 3 })
      expect(records).to.deep.equal(whole.records)
    })

  it('are waited for when the gateway throttles, without using up tries', async () => {
    const it = await startIntacct({ records: 3 })
    await readAll(it.connection, 'CLASS')
    await it.over.fault({
      action: 'answer',
      times: 8,
      status: 429,
      headers: { ...HTML, 'retry-after': '7' },
      body: gateway('GW-0010'),
    })
    const { records } = await readAll(it.connection, 'VENDOR')
    expect(records).to.have.length(3)
    expect(it.clock.slept).to.deep.equal(Array(8).fill(7000))
  })

  it('that other calls of the company are running are waited for half a minute', async () => {
    const it = await startIntacct({ records: 3 })
    await readAll(it.connection, 'CLASS')
    const body = failure('XX', 'Error 200024: There are too many operations running for this company')
    await it.over.fault({ action: 'answer', status: 200, headers: XML, body })
    expect((await readAll(it.connection, 'VENDOR')).records).to.have.length(3)
    expect(it.clock.slept).to.deep.equal([30_000])
  })

  it('that take too long are asked for in smaller pages', async () => {
    const it = await startIntacct({ records: 1, options: { vendors: '300' }, settings: { timeoutSeconds: 1 } })
    await readAll(it.connection, 'CLASS')
    it.calls.length = 0
    await it.over.fault({ action: 'answer', bodyContains: '<pagesize>200</pagesize>', times: 99, status: 524 })
    const { records, pages } = await readAll(it.connection, 'VENDOR', { pageSize: 200 })
    expect(new Set(records.map(({ key }) => key)).size).to.equal(300)
    expect(pages).to.equal(3)
    expect(dataCalls(it)).to.have.length(4)
  })

  it('are not waited for once the run is cancelled', async () => {
    const it = await startIntacct()
    await readAll(it.connection, 'CLASS')
    await it.over.fault({ action: 'hangBefore' })
    const reading = thrownBy(() => readAll(it.connection, 'VENDOR'))
    it.cancel.abort()
    expect(await reading).to.include({ kind: 'cancelled' })
  })

  it('name the fields that the user cannot query, without signing in again', async () => {
    const it = await startIntacct()
    await readAll(it.connection, 'VENDOR')
    it.calls.length = 0
    await it.over.knobs({ deniedFields: ['VENDOR.TAXID', 'VENDOR.ONHOLD'] })
    const thrown = await thrownBy(() => readAll(it.connection, 'VENDOR', { select: ['NAME', 'TAXID', 'ONHOLD'] }))
    expect(thrown).to.include({ kind: 'configuration', code: 'INTACCT_FIELDS_FORBIDDEN' })
    expect(isEngineError(thrown) && thrown.message)
      .to.contain('TAXID')
      .and.contain('ONHOLD')
    expect(it.calls).to.deep.equal(['query VENDOR'])
  })

  it('name a field that the object does not have', async () => {
    const it = await startIntacct()
    const thrown = await thrownBy(() => readAll(it.connection, 'VENDOR', { select: ['NO_SUCH'] }))
    expect(thrown).to.include({ kind: 'configuration', code: 'INTACCT_FIELD_UNKNOWN', field: 'NO_SUCH' })
  })

  it('are recognised by a table whose every row can be reached', () => {
    for (const [index, rule] of INTACCT_RECOGNITIONS.entries()) {
      const { code: _, ...match } = rule
      const earlier = INTACCT_RECOGNITIONS.slice(0, index).some(it => {
        const { code: __, mayHaveHappened: ___, ...wider } = it
        return Object.entries(wider).every(([name, value]) => match[name as keyof typeof match] === value)
      })
      expect(earlier, `row ${index} (${rule.code})`).to.equal(false)
    }
  })
})
