import { expect } from 'chai'
import {
  type Company,
  dataAttributes,
  errorNumbers,
  errorTexts,
  openCompany,
  query,
  readByName,
  statuses,
  test,
  value,
  values,
} from './sandbox-company.ts'

const vendor = (id: string, name: string, inner = ''): string =>
  `<VENDOR><VENDORID>${id}</VENDORID><NAME>${name}</NAME><DISPLAYCONTACT><PRINTAS>${name}</PRINTAS></DISPLAYCONTACT>${inner}</VENDOR>`
const create = (...records: readonly string[]): string => `<create>${records.join('')}</create>`
const update = (id: string, inner: string): string =>
  `<update><VENDOR><VENDORID>${id}</VENDORID>${inner}</VENDOR></update>`

describe('Sage Intacct sandbox: create, update and delete', () => {
  let company: Company
  beforeEach(async () => {
    company = await openCompany({ customObject: 'true' })
    await company.control.clock({ now: '2026-02-03T12:15:00Z' })
  })
  afterEach(() => company.close())

  const read = (id: string) => company.call(readByName('VENDOR', id))
  const remove = async (object: string, keys: string) =>
    company.call(`<delete><object>${object}</object><keys>${keys}</keys></delete>`)

  it('creates a vendor with a display contact of its own and answers both keys', async () => {
    const inner =
      '<DISPLAYCONTACT><PRINTAS>Bolt</PRINTAS><EMAIL1>ap@bolt.example</EMAIL1><MAILADDRESS><CITY>Bern</CITY></MAILADDRESS></DISPLAYCONTACT>'
    const text = await company.call(
      create(`<VENDOR><VENDORID>B1</VENDORID><NAME>Bolt &amp; Co</NAME>${inner}</VENDOR>`),
    )
    expect(text).to.match(
      /<data listtype="objects" count="1"><vendor><RECORDNO>\d+<\/RECORDNO><VENDORID>B1<\/VENDORID><\/vendor><\/data>/,
    )
    const stored = await read('B1')
    expect(value(stored, 'CONTACTNAME')).to.equal('Bolt & Co(VB1)')
    expect(value(stored, 'CITY')).to.equal('Bern')
    expect(value(stored, 'WHENCREATED')).to.equal('2026-02-03T12:15:00Z')
    expect([value(stored, 'CREATEDBY'), value(stored, 'MODIFIEDBY')]).to.deep.equal(['48', '48'])
    expect(values(await company.call(readByName('CONTACT', 'Bolt & Co(VB1)')), 'EMAIL1')).to.deep.equal([
      'ap@bolt.example',
    ])
  })

  it('gives each new record the next record number', async () => {
    const numbers = values(await company.call(create(vendor('B1', 'One'), vendor('B2', 'Two'))), 'RECORDNO').map(Number)
    const greatest = Math.max(...(await company.control.records('VENDOR')).map(it => Number(it['RECORDNO'])))
    expect(numbers).to.deep.equal([greatest - 1, greatest])
  })

  it('updates partly: left-out fields stay, an empty one is cleared, change time and user are set', async () => {
    await company.call(create(vendor('B1', 'One', '<COMMENTS>Old</COMMENTS><CREDITLIMIT>500</CREDITLIMIT>')))
    await company.control.clock({ advanceMs: 60_000 })
    await company.call(update('B1', '<COMMENTS></COMMENTS><DISPLAYCONTACT/>'))
    const stored = await read('B1')
    expect([value(stored, 'COMMENTS'), value(stored, 'CREDITLIMIT'), value(stored, 'NAME')]).to.deep.equal([
      '',
      '500',
      'One',
    ])
    expect(value(stored, 'WHENMODIFIED')).to.equal('2026-02-03T12:16:00Z')
    await company.control.put('VENDOR', { VENDORID: 'B1', NAME: 'By hand' })
    expect(value(await read('B1'), 'MODIFIEDBY')).to.equal('12')
  })

  it('updates by record number too, and the contact along', async () => {
    const id = value(await read('007'), 'RECORDNO')
    const inner = '<DISPLAYCONTACT><PHONE1>1</PHONE1></DISPLAYCONTACT>'
    const text = await company.call(`<update><VENDOR><RECORDNO>${id}</RECORDNO>${inner}</VENDOR></update>`)
    expect(text).to.include(`<vendor><RECORDNO>${id}</RECORDNO><VENDORID>007</VENDORID></vendor>`)
    expect(value(await read('007'), 'PHONE1')).to.equal('1')
  })

  it('does not change a natural key', async () => {
    const id = value(await read('007'), 'RECORDNO')
    const text = await company.call(
      `<update><VENDOR><RECORDNO>${id}</RECORDNO><VENDORID>008</VENDORID></VENDOR></update>`,
    )
    expect(errorTexts(text)[0]).to.equal('VENDORID cannot be changed.')
  })

  it('answers duplicates with the specific error first and the stack after it', async () => {
    const twice = await company.call(
      create(
        '<CUSTOMER><CUSTOMERID>007</CUSTOMERID><NAME>x</NAME><DISPLAYCONTACT><PRINTAS>x</PRINTAS></DISPLAYCONTACT></CUSTOMER>',
      ),
    )
    expect(errorNumbers(twice)).to.deep.equal(['BL34000061', 'BL01001973'])
    expect(errorTexts(twice)).to.deep.equal([
      'Another Customer with the given value(s) 007 already exists',
      'Could not create Customer record!',
    ])
    expect(twice).to.include('<data listtype="objects" count="0"/>')
    expect(errorNumbers(await company.call(create(vendor('007', 'x'))))).to.deep.equal(['PL05000104', 'BL01001973'])
    const account = '<GLACCOUNT><ACCOUNTNO>1000</ACCOUNTNO><TITLE>x</TITLE></GLACCOUNT>'
    expect(errorNumbers(await company.call(create(account)))[0]).to.equal('BL01001973')
  })

  it('leaves the contact of a deleted vendor, so that creating it again collides', async () => {
    const id = value(await read('007'), 'RECORDNO')
    expect(statuses(await remove('VENDOR', id))).to.deep.equal(['success'])
    const again = await company.call(create(vendor('007', 'Bolt &amp; Nut Supply')))
    expect(errorNumbers(again)).to.deep.equal(['BL34000061', 'BL01001973', 'BL01001973'])
    expect(errorTexts(again)).to.deep.equal([
      'Another Contact with the given value(s) Bolt & Nut Supply(V007) already exists',
      'Could not create Contact record!',
      'Could not create Vendor record!',
    ])
  })

  it('deletes by record number with no more than a status, and refuses an unknown one', async () => {
    const id = value(await read('007'), 'RECORDNO')
    const text = await remove('VENDOR', id)
    expect(text).to.match(
      /<result><status>success<\/status><function>delete<\/function><controlid>[^<]+<\/controlid><\/result>/,
    )
    expect(values(await read('007'), 'NAME')).to.deep.equal([])
    expect(errorNumbers(await remove('VENDOR', id))).to.deep.equal(['BL01001973', 'BL01001973'])
    expect(errorNumbers(await remove('VENDOR', '007'))[0]).to.equal('BL01001973')
  })

  it('takes at most 100 records a function', async () => {
    const many = (count: number) =>
      create(
        ...Array.from({ length: count }, (_unused, at) => `<CLASS><CLASSID>N${at}</CLASSID><NAME>n</NAME></CLASS>`),
      )
    expect(statuses(await company.call(many(101)))).to.deep.equal(['failure'])
    expect(dataAttributes(await company.call(many(100)))['count']).to.equal('100')
  })

  it('undoes a function that fails half-way, or keeps the half when switched', async () => {
    const half = create(vendor('B1', 'One'), vendor('007', 'Bad'))
    expect(await company.call(half)).to.include('<data listtype="objects" count="0"/>')
    expect(values(await read('B1'), 'NAME')).to.deep.equal([])
    await company.control.knobs({ failedBatch: 'kept' })
    const kept = await company.call(half)
    expect([statuses(kept)[0], dataAttributes(kept)['count'], errorNumbers(kept)[0]]).to.deep.equal([
      'failure',
      '1',
      'PL05000104',
    ])
    expect(values(await read('B1'), 'NAME')).to.include('One')
  })

  const refused: readonly (readonly [string, string, string])[] = [
    ['a comment of more than 200 characters', `<COMMENTS>${'x'.repeat(201)}</COMMENTS>`, 'BL03000018'],
    ['a bad e-mail', '<DISPLAYCONTACT><EMAIL1>no at</EMAIL1></DISPLAYCONTACT>', 'BL03000018'],
    ['letters for a number', '<CREDITLIMIT>1,000</CREDITLIMIT>', 'BL03000018'],
    ['a status that does not exist', '<STATUS>T</STATUS>', 'BL03000018'],
    ['a date in ISO form', '<SUPPORT_LAST_TICKET_AT>2026-02-03</SUPPORT_LAST_TICKET_AT>', 'BL03000018'],
    ['an unknown field', '<NO_SUCH_FIELD>1</NO_SUCH_FIELD>', 'XL03000010'],
    ['a read-only field', '<WHENMODIFIED>02/03/2026</WHENMODIFIED>', 'BL01001973'],
    ['a flag that is neither true nor false', '<ONHOLD>T</ONHOLD>', 'BL03000018'],
    ['a dotted element', '<DISPLAYCONTACT.PHONE1>1</DISPLAYCONTACT.PHONE1>', 'XL03000010'],
    ['an empty name', '<NAME></NAME>', 'BL01001973'],
    ['a parent that does not exist', '<PARENTID>NOPE</PARENTID>', 'BL01001973'],
    ['itself as parent', '<PARENTID>007</PARENTID>', 'BL01001973'],
    ['a type that does not exist', '<VENDTYPE>NOPE</VENDTYPE>', 'BL01001973'],
    ['an attachment that does not exist', '<SUPDOCID>NOPE</SUPDOCID>', 'BL01001973'],
  ]
  for (const [what, inner, number] of refused)
    it(`refuses ${what} and changes nothing`, async () => {
      const before = await company.control.records('VENDOR')
      expect(errorNumbers(await company.call(update('007', inner)))[0]).to.equal(number)
      expect(await company.control.records('VENDOR')).to.deep.equal(before)
    })

  it('refuses a vendor without id, name or printed name', async () => {
    const contact = '<DISPLAYCONTACT><PRINTAS>x</PRINTAS></DISPLAYCONTACT>'
    for (const inner of [
      `<NAME>x</NAME>${contact}`,
      `<VENDORID>B1</VENDORID>${contact}`,
      '<VENDORID>B1</VENDORID><NAME>x</NAME>',
    ])
      expect(errorNumbers(await company.call(create(`<VENDOR>${inner}</VENDOR>`)))).to.deep.equal([
        'BL01001973',
        'BL01001973',
      ])
  })

  it('refuses to write types, users and history', async () => {
    const text = await company.call([
      create('<VENDTYPE><NAME>x</NAME></VENDTYPE>'),
      create('<AUDITHISTORY/>'),
      '<update><USERINFO><LOGINID>ws_sync</LOGINID></USERINFO></update>',
    ])
    expect(errorNumbers(text)).to.deep.equal(['PL04000005', 'PL04000005', 'PL04000005'])
  })

  it('writes custom fields, which query finds', async () => {
    await company.call(
      update(
        '007',
        '<SUPPORT_OPEN_TICKETS>3</SUPPORT_OPEN_TICKETS><SUPPORT_LAST_TICKET_AT>02/01/2026</SUPPORT_LAST_TICKET_AT>',
      ),
    )
    const text = await company.call(
      query(
        'VENDOR',
        ['VENDORID', 'SUPPORT_LAST_TICKET_AT'],
        `<filter>${test('greaterthan', 'SUPPORT_OPEN_TICKETS', '2')}</filter>`,
      ),
    )
    expect([value(text, 'VENDORID'), value(text, 'SUPPORT_LAST_TICKET_AT')]).to.deep.equal(['007', '02/01/2026'])
    expect(value(await read('007'), 'SUPPORT_LAST_TICKET_AT')).to.equal('2026-02-01')
    const plain = await openCompany({ customFields: 'false' })
    expect(
      errorNumbers(await plain.call(update('007', '<SUPPORT_OPEN_TICKETS>3</SUPPORT_OPEN_TICKETS>'))),
    ).to.deep.equal(['XL03000010'])
    await plain.close()
  })

  it('keeps a custom object under id, with ISO times', async () => {
    const made = await company.call(
      create(
        '<support_ticket><name>T-991</name><customer_id>007</customer_id><opened_at>2026-02-01T08:00:00Z</opened_at></support_ticket>',
      ),
    )
    const id = value(made, 'id')
    expect(made).to.include(`<support_ticket><id>${id}</id></support_ticket>`)
    await company.control.clock({ advanceMs: 5_000 })
    await company.call(`<update><support_ticket><id>${id}</id><status>solved</status></support_ticket></update>`)
    const inner = `<filter>${test('greaterthan', 'updatedAt', '2026-02-03T12:15:04Z')}</filter>`
    const found = await company.call(
      query('support_ticket', ['id', 'name', 'status', 'opened_at', 'createdAt', 'updatedAt', 'Rcustomer.NAME'], inner),
    )
    expect(/<support_ticket>.*<\/support_ticket>/.exec(found)?.[0]).to.equal(
      `<support_ticket><id>${id}</id><name>T-991</name><status>solved</status><opened_at>2026-02-01T08:00:00Z</opened_at>` +
        '<createdAt>2026-02-03T12:15:00Z</createdAt><updatedAt>2026-02-03T12:15:05Z</updatedAt><Rcustomer.NAME>Bolt &amp; Nut Supply</Rcustomer.NAME></support_ticket>',
    )
    expect(
      value(
        await company.call(`<read><object>support_ticket</object><keys>${id}</keys><fields>*</fields></read>`),
        'name',
      ),
    ).to.equal('T-991')
  })

  it('counts a transaction a record written and a call read', async () => {
    const before = Number((await company.control.facts())['transactions'])
    await company.call([
      create(vendor('B1', 'One'), vendor('B2', 'Two')),
      query('CLASS', ['CLASSID']),
      '<lookup><object>CLASS</object></lookup>',
    ])
    expect(Number((await company.control.facts())['transactions']) - before).to.equal(3)
  })
})
