import { expect } from 'chai'
import { parseAnswer } from '../../../connectors/sage-intacct/answer.ts'
import { toFunctionXml } from '../../../connectors/sage-intacct/write-xml.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Operation, WriteRecord } from '../../../engine/sdk/connector.ts'
import { answerWith, closeAll, type Intacct, startIntacct, thrownBy } from './support.ts'

const XML = { 'content-type': 'text/xml' }
const vendor = (id: string, more: JsonObject = {}): JsonObject => ({
  VENDORID: id,
  NAME: `Vendor ${id}`,
  DISPLAYCONTACT: { PRINTAS: `Vendor ${id}` },
  ...more,
})

const write = (
  { connection }: Pick<Intacct, 'connection'>,
  operation: Operation,
  records: readonly WriteRecord[],
  entity = 'VENDOR',
) => connection.write(entity, { operation, records, options: {} })

const asRecords = (...fields: readonly JsonObject[]): WriteRecord[] =>
  fields.map((it, index) => ({ ref: String(index), fields: it }))

async function held({ over }: Pick<Intacct, 'over'>, id: string, entity = 'VENDOR', key = 'VENDORID') {
  return (await over.records(entity)).find(it => it[key] === id)
}

async function made(it: Intacct, id: string): Promise<string> {
  const [answer] = await write(it, 'create', asRecords(vendor(id)))
  if (answer?.is !== 'written') throw new Error('the vendor was not created')
  return answer.sinkKey
}

const refusal = (errorno: string, text: string) =>
  `<errormessage><error><errorno>${errorno}</errorno><description></description><description2>${text}</description2><correction></correction></error></errormessage>`

describe('sage-intacct: writing', () => {
  afterEach(closeAll)

  it('creates records, one function each, in one request', async () => {
    const it = await startIntacct()
    const answers = await write(it, 'create', asRecords(vendor('A1'), vendor('A2')))
    expect(it.calls).to.deep.equal(['getAPISession', 'create VENDOR'])
    for (const [index, id] of ['A1', 'A2'].entries())
      expect(answers[index]).to.deep.equal({
        is: 'written',
        ref: String(index),
        sinkKey: (await held(it, id))?.['RECORDNO'],
        did: 'created',
      })
  })

  it('carries any text, without what XML cannot carry', async () => {
    const it = await startIntacct()
    await write(it, 'create', asRecords(vendor('A1', { NAME: 'Böhm & <Söhne> "x" \u0001😀' })))
    expect((await held(it, 'A1'))?.['NAME']).to.equal('Böhm & <Söhne> "x" 😀')
  })

  it('takes dotted names for nested ones', async () => {
    const it = await startIntacct()
    await write(it, 'create', asRecords(vendor('A1', { 'DISPLAYCONTACT.EMAIL1': 'a@b.example' })))
    expect(await held(it, 'A1')).to.include({
      'DISPLAYCONTACT.EMAIL1': 'a@b.example',
      'DISPLAYCONTACT.PRINTAS': 'Vendor A1',
    })
  })

  it('updates what is given and leaves the rest; null clears', async () => {
    const it = await startIntacct()
    const sinkKey = await made(it, 'A1')
    await write(it, 'update', [{ ref: '0', sinkKey, fields: { COMMENTS: 'call first', ONHOLD: true } }])
    expect(await held(it, 'A1')).to.include({ NAME: 'Vendor A1', COMMENTS: 'call first', ONHOLD: 'true' })
    await write(it, 'update', [{ ref: '0', sinkKey, fields: { COMMENTS: null } }])
    expect((await held(it, 'A1'))?.['COMMENTS']).to.equal('')
  })

  it('updates by natural key when the record number is not known', async () => {
    const it = await startIntacct()
    const sinkKey = await made(it, 'A1')
    const answers = await write(it, 'update', asRecords({ VENDORID: 'A1', NAME: 'New' }))
    expect(answers).to.deep.equal([{ is: 'written', ref: '0', sinkKey, did: 'updated' }])
  })

  it('writes support context into custom fields', async () => {
    const it = await startIntacct()
    const sinkKey = await made(it, 'A1')
    await write(it, 'update', [{ ref: '0', sinkKey, fields: { SUPPORT_OPEN_TICKETS: 3 } }])
    expect((await held(it, 'A1'))?.['SUPPORT_OPEN_TICKETS']).to.equal('3')
  })

  it('deletes by record number, and takes a record that is gone already as deleted', async () => {
    const it = await startIntacct()
    const sinkKey = await made(it, 'A1')
    const record = { ref: '0', sinkKey, fields: {} }
    const deleted = [{ is: 'written', ref: '0', sinkKey, did: 'deleted' }]
    expect(await write(it, 'delete', [record])).to.deep.equal(deleted)
    expect(await held(it, 'A1')).to.equal(undefined)
    expect(await write(it, 'delete', [record])).to.deep.equal(deleted)
  })

  it('writes customers and contacts as well', async () => {
    const it = await startIntacct()
    const customer = { CUSTOMERID: 'C-X', NAME: 'Customer', DISPLAYCONTACT: { PRINTAS: 'Customer' } }
    expect((await write(it, 'create', asRecords(customer), 'CUSTOMER'))[0]).to.include({
      is: 'written',
      did: 'created',
    })
    const contact = { CONTACTNAME: 'Someone', PRINTAS: 'Someone', MAILADDRESS: { ZIP: '01234' } }
    expect((await write(it, 'create', asRecords(contact), 'CONTACT'))[0]).to.include({ is: 'written', did: 'created' })
    expect(await held(it, 'Someone', 'CONTACT', 'CONTACTNAME')).to.include({ 'MAILADDRESS.ZIP': '01234' })
  })

  it('answers for each record when half of a batch is refused: none is lost, none is sent again', async () => {
    const it = await startIntacct()
    await made(it, 'A1')
    it.calls.length = 0
    const answers = await write(it, 'create', asRecords(vendor('B1'), vendor('A1', { NAME: 'Another' }), vendor('B2')))
    expect(answers.map(answer => [answer.ref, answer.is])).to.deep.equal([
      ['0', 'written'],
      ['1', 'refused'],
      ['2', 'written'],
    ])
    expect(it.calls).to.deep.equal(['create VENDOR'])
  })

  it('fails as a whole when the user may not write the object: its records are not to blame', async () => {
    const it = await startIntacct({ options: { deniedObjects: 'VENDOR' } })
    const thrown = await thrownBy(() => write(it, 'create', asRecords(vendor('A1'), vendor('A2'))))
    expect(thrown).to.include({ kind: 'unavailable', code: 'INTACCT_PERMISSION_DENIED' })
  })

  it('calls a value that another record holds a duplicate, with the words of Intacct', async () => {
    const it = await startIntacct()
    await made(it, 'A1')
    const [answer] = await write(it, 'create', asRecords(vendor('A1', { NAME: 'Another' })))
    expect(answer?.is === 'refused' && answer.error).to.include({ kind: 'record', code: 'INTACCT_DUPLICATE' })
    expect(answer?.is === 'refused' && answer.error.said)
      .to.match(/already exists/)
      .and.not.match(/Support ID/)
  })

  for (const [errorno, text, code] of [
    ['PL05000104', 'Another record with the value exists', 'INTACCT_DUPLICATE'],
    ['BL01001973', 'GL account 1000 already exists', 'INTACCT_DUPLICATE'],
    ['BL03000018', 'Invalid primary email', 'INTACCT_VALUE_REFUSED'],
    ['BL01001973', 'Invalid dimension', 'INTACCT_RECORD_REFUSED'],
    ['', 'something new', 'INTACCT_RECORD_REFUSED'],
  ] as const)
    it(`refuses the record, not the batch, for "${text}"`, () => {
      const result = `<result><status>failure</status><controlid>1</controlid>${refusal(errorno, text)}</result>`
      const done = '<result><status>success</status><controlid>2</controlid></result>'
      const { results } = parseAnswer(
        { status: 200, headers: { date: 'Tue, 03 Feb 2026 12:00:00 GMT' }, text: answerWith(result + done) },
        { what: 'update VENDOR', use: 'write', now: new Date(0), redact: it => it },
      )
      const [first, second] = results
      expect(first?.is === 'failed' && first.error).to.include({ kind: 'record', code })
      expect(second?.is).to.equal('done')
    })

  for (const action of ['cutAfter', 'truncate', 'cutMid', 'hang'] as const)
    it(`is uncertain after ${action}, and does not send the write again`, async () => {
      const it = await startIntacct({ settings: { timeoutSeconds: 1 } })
      await made(it, 'A0')
      it.calls.length = 0
      await it.over.fault({ action, bodyContains: '<create>' })
      const thrown = await thrownBy(() => write(it, 'create', asRecords(vendor('A1'))))
      expect(thrown).to.include({ kind: 'uncertain' })
      expect(it.calls).to.deep.equal(['create VENDOR'])
      expect(await it.connection.find('VENDOR', { field: 'VENDORID', values: ['A1'], select: [] })).to.have.length(1)
    })

  for (const status of [500, 502, 503, 504, 524])
    it(`is uncertain after HTTP ${status}, which may come from the edge alone`, async () => {
      const it = await startIntacct()
      await it.over.fault({ action: 'answer', bodyContains: '<create>', times: 9, status })
      const thrown = await thrownBy(() => write(it, 'create', asRecords(vendor('A1'))))
      expect(thrown).to.include({ kind: 'uncertain' })
    })

  it('is uncertain when the answer leaves a record out', async () => {
    const it = await startIntacct()
    const result = '<result><status>success</status><function>create</function><controlid>another</controlid></result>'
    await it.over.fault({
      action: 'answer',
      bodyContains: '<create>',
      status: 200,
      headers: XML,
      body: answerWith(result),
    })
    const thrown = await thrownBy(() => write(it, 'create', asRecords(vendor('A1'))))
    expect(thrown).to.include({ kind: 'uncertain', code: 'INTACCT_ANSWER_INCOMPLETE' })
    await it.over.fault({ action: 'answer', bodyContains: '<create>', status: 200, headers: XML, body: answerWith('') })
    expect(await thrownBy(() => write(it, 'create', asRecords(vendor('A2'))))).to.include({ kind: 'uncertain' })
  })

  it('is sent again when it certainly did not happen: throttled, or the session was dead', async () => {
    const it = await startIntacct()
    await made(it, 'A0')
    it.calls.length = 0
    await it.over.knobs({ expireSessions: true })
    const body =
      '<response><control><status>failure</status></control><errormessage><error><errorno>GW-0010</errorno></error></errormessage></response>'
    await it.over.fault({ action: 'answer', bodyContains: '<create>', status: 429, body })
    expect((await write(it, 'create', asRecords(vendor('A1'))))[0]).to.include({ is: 'written' })
    expect(it.calls).to.deep.equal(['create VENDOR', 'create VENDOR', 'getAPISession', 'create VENDOR'])
  })

  it('sends again only the records that met a passing trouble', async () => {
    const it = await startIntacct()
    await made(it, 'A0')
    it.calls.length = 0
    await it.over.knobs({ offlineCalls: 1 })
    const answers = await write(it, 'create', asRecords(vendor('A1'), vendor('A2')))
    expect(answers.map(answer => answer.is)).to.deep.equal(['written', 'written'])
    expect(
      (await it.over.records('VENDOR')).filter(record => /^A[12]$/.test(String(record['VENDORID']))),
    ).to.have.length(2)
    expect(it.calls).to.deep.equal(['create VENDOR', 'create VENDOR'])
  })

  it('says the same update twice when the first answer was lost', async () => {
    const it = await startIntacct()
    const sinkKey = await made(it, 'A1')
    const update = () => write(it, 'update', [{ ref: '0', sinkKey, fields: { NAME: 'New' } }])
    await it.over.fault({ action: 'cutAfter', bodyContains: '<update>' })
    expect(await thrownBy(update)).to.include({ kind: 'uncertain' })
    expect(await update()).to.deep.equal([{ is: 'written', ref: '0', sinkKey, did: 'updated' }])
  })

  it('takes a value back that something else has changed in between', async () => {
    const it = await startIntacct()
    const sinkKey = await made(it, 'A1')
    for (const NAME of ['3 open', '2 open', '3 open'])
      expect((await write(it, 'update', [{ ref: '0', sinkKey, fields: { NAME } }]))[0]).to.include({ is: 'written' })
    expect((await held(it, 'A1'))?.['NAME']).to.equal('3 open')
  })

  it('recognises its own create when the same batch comes a second time, and makes no second record', async () => {
    const it = await startIntacct()
    const create = () => write(it, 'create', asRecords(vendor('A1')))
    await it.over.fault({ action: 'cutAfter', bodyContains: '<create>' })
    expect(await thrownBy(create)).to.include({ kind: 'uncertain' })
    const [answer] = await create()
    expect(answer).to.deep.equal({
      is: 'written',
      ref: '0',
      sinkKey: (await held(it, 'A1'))?.['RECORDNO'],
      did: 'created',
    })
  })

  it('refuses what it cannot address or name, without a call', async () => {
    const it = await startIntacct()
    const answers = [
      ...(await write(it, 'update', [{ ref: 'a', fields: { NAME: 'x' } }])),
      ...(await write(it, 'delete', [{ ref: 'b', fields: { VENDORID: 'A1' } }])),
      ...(await write(it, 'update', [{ ref: 'c', sinkKey: '1,2', fields: {} }])),
      ...(await write(it, 'upsert', [{ ref: 'u', fields: { VENDORID: 'A1' } }])),
      ...(await write(it, 'create', [{ ref: 'd', fields: { 'A><B': 'x' } }])),
    ]
    expect(answers.map(answer => [answer.ref, answer.is === 'refused' && answer.error.code])).to.deep.equal([
      ['a', 'INTACCT_NOT_ADDRESSED'],
      ['b', 'INTACCT_NOT_ADDRESSED'],
      ['c', 'INTACCT_NOT_ADDRESSED'],
      ['u', 'INTACCT_NOT_ADDRESSED'],
      ['d', 'INTACCT_FIELD_NAME'],
    ])
    expect(it.calls).to.deep.equal([])
  })

  it('joins a multi-select the way Intacct prints it, and repeats what is a list of objects', () => {
    const fields = { TAGS: ['a', 'b & c'], LIST: [{ NAME: 'x' }, { NAME: 'y' }], ADDRESS: { 'ZIP.CODE': 1 } }
    expect(
      toFunctionXml({ name: 'VENDOR', title: '', key: 'VENDORID', fields: {} }, 'create', { ref: '0', fields }),
    ).to.equal(
      '<create><VENDOR><TAGS>a#~#b &amp; c</TAGS><LIST><NAME>x</NAME></LIST><LIST><NAME>y</NAME></LIST><ADDRESS><ZIP.CODE>1</ZIP.CODE></ADDRESS></VENDOR></create>',
    )
  })

  it('finds records by natural key, by any field and by record number', async () => {
    const it = await startIntacct()
    const sinkKey = await made(it, 'A1')
    await made(it, 'A2')
    const find = async (field: string, values: readonly string[]) =>
      (await it.connection.find('VENDOR', { field, values, select: ['NAME'] })).map(found => [
        found.sinkKey,
        found.fields['NAME'],
      ])
    for (const [field, value] of [
      ['VENDORID', 'A1'],
      ['NAME', 'Vendor A1'],
      ['DISPLAYCONTACT.PRINTAS', 'Vendor A1'],
      ['id', sinkKey],
    ] as const)
      expect(await find(field, [value, 'none'])).to.deep.equal([[sinkKey, 'Vendor A1']])
    expect(await find('VENDORID', ['a1'])).to.deep.equal([])
  })
})
