import { expect } from 'chai'
import {
  type Company,
  dataAttributes,
  errorNumbers,
  escaped,
  openCompany,
  readByName,
  statuses,
  value,
  values,
} from './sandbox-company.ts'

const readByQuery = (object: string, condition: string, fields = '*', rest = ''): string =>
  `<readByQuery><object>${object}</object><fields>${fields}</fields><query>${escaped(condition)}</query>${rest}</readByQuery>`

describe('Sage Intacct sandbox: readByQuery, readMore, read and readByName', () => {
  let company: Company
  before(async () => {
    company = await openCompany()
  })
  after(() => company.close())

  const departments = async (condition: string) =>
    values(await company.call(readByQuery('DEPARTMENT', condition, 'DEPARTMENTID')), 'DEPARTMENTID').sort()

  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', ['040', '10', '11', '12', '20', '21', '30', '90']],
    ["STATUS = 'F'", ['90']],
    ["STATUS = 'inactive'", []],
    ["DEPARTMENTID in ('10','040')", ['040', '10']],
    ["DEPARTMENTID not in ('10','11','12','20','21')", ['040', '30', '90']],
    ["TITLE like 'S%'", ['20']],
    ["TITLE not like '%e%'", ['11']],
    ["TITLE like '%&%'", ['30']],
    ['PARENTID IS NULL AND RECORDNO > 5', ['040', '30', '90']],
    ["PARENTID IS NOT NULL AND NOT (PARENTID = '10')", ['21']],
    ["NOT (PARENTID = '10')", ['21']],
    ["(RECORDNO <= 1 OR RECORDNO >= 8) AND STATUS = 'T'", ['10']],
    ['RECORDNO < 2', ['10']],
  ]
  for (const [condition, expected] of cases)
    it(`understands ${condition || 'an empty condition'}`, async () => {
      expect(await departments(condition)).to.deep.equal(expected)
    })

  it('takes an apostrophe escaped by a backslash', async () => {
    const text = await company.call(readByQuery('VENDOR', "NAME = 'O\\'Brien Freight'", 'VENDORID,NAME'))
    expect(values(text, 'VENDORID')).to.deep.equal(['1E5'])
    expect(text).to.include('<NAME>O&#039;Brien Freight</NAME>')
  })

  for (const condition of [
    "STATUS != 'F'",
    "STATUS <> 'F'",
    "NAME = 'O'Brien'",
    "DISPLAYCONTACT.EMAIL1 = 'a'",
    'STATUS =',
    "(STATUS = 'T'",
    "STATUS 'T'",
  ])
    it(`cannot parse ${condition}`, async () => {
      expect(errorNumbers(await company.call(readByQuery('VENDOR', condition, 'VENDORID')))).to.deep.equal([
        'Query Failed',
      ])
    })

  it('prints lower-case records with flat dotted names', async () => {
    const text = await company.call(
      readByQuery('VENDOR', "VENDORID = '007'", 'VENDORID,DISPLAYCONTACT.CONTACTNAME,STATUS'),
    )
    expect(/<data[\s\S]*<\/data>/.exec(text)?.[0]).to.equal(
      '<data listtype="vendor" count="1" totalcount="1" numremaining="0" resultId=""><vendor><VENDORID>007</VENDORID>' +
        '<DISPLAYCONTACT.CONTACTNAME>Bolt &amp; Nut Supply(V007)</DISPLAYCONTACT.CONTACTNAME><STATUS>active</STATUS></vendor></data>',
    )
    const none = await company.call(readByQuery('VENDOR', "VENDORID = 'none'"))
    expect(none).to.include('<data listtype="vendor" count="0" totalcount="0" numremaining="0" resultId=""/>')
  })

  it('keeps the result for readMore: a row that changes stays in it, a deleted one is missing', async () => {
    const live = await openCompany({ vendors: '30', customers: '1' })
    const first = await live.call(readByQuery('VENDOR', "STATUS = 'T'", 'VENDORID', '<pagesize>10</pagesize>'))
    const { totalcount, numremaining, resultId } = dataAttributes(first)
    expect(Number(numremaining)).to.equal(Number(totalcount) - 10)
    const seen = values(first, 'VENDORID')
    const unseen = (await live.control.records('VENDOR'))
      .filter(it => it['STATUS'] === 'active' && it['MEGAENTITYID'] === '' && !seen.includes(String(it['VENDORID'])))
      .map(it => String(it['VENDORID']))
    await live.control.put('VENDOR', { VENDORID: unseen[0] ?? '', STATUS: 'inactive' })
    await live.control.remove('VENDOR', unseen[1] ?? '')
    const more = `<readMore><resultId>${resultId}</resultId></readMore>`
    const second = await live.call(more)
    const third = dataAttributes(second)['numremaining'] === '0' ? second : await live.call(more)
    const rest = [...new Set([...values(second, 'VENDORID'), ...values(third, 'VENDORID')])]
    expect(rest.sort()).to.deep.equal(unseen.filter(it => it !== unseen[1]).sort())
    expect(dataAttributes(third)).to.include({ numremaining: '0', resultId: '' })
    expect(statuses(await live.call(more))).to.deep.equal(['failure'])
    await live.close()
  })

  it('pages 1 to 1000 rows', async () => {
    expect(statuses(await company.call(readByQuery('VENDOR', '', '*', '<pagesize>1001</pagesize>')))).to.deep.equal([
      'failure',
    ])
    expect(statuses(await company.call(readByQuery('VENDOR', '', '*', '<pagesize>1000</pagesize>')))).to.deep.equal([
      'success',
    ])
  })

  it('takes words for AUDITHISTORY where query takes codes', async () => {
    const word = await company.call(readByQuery('AUDITHISTORY', "ACCESSMODE = 'Delete'", 'OBJECTKEY'))
    const code = await company.call(readByQuery('AUDITHISTORY', "ACCESSMODE = 'D'", 'OBJECTKEY'))
    expect([values(word, 'OBJECTKEY').length, values(code, 'OBJECTKEY').length]).to.deep.equal([5, 0])
  })

  it('reads by record number: nested, ISO, missing keys left out', async () => {
    const id = value(await company.call(readByName('VENDOR', '007', 'RECORDNO')), 'RECORDNO')
    const text = await company.call(`<read><object>VENDOR</object><keys>${id},999999</keys><fields>*</fields></read>`)
    expect(text).to.include('<data listtype="VENDOR" count="1"><VENDOR>')
    expect(value(text, 'WHENMODIFIED')).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(text).to.match(/<DISPLAYCONTACT>.*<MAILADDRESS>.*<CITY>[^<]+<\/CITY>.*<\/MAILADDRESS><\/DISPLAYCONTACT>/)
    expect(text).to.not.include('<DISPLAYCONTACT.')
  })

  it('reads by natural key exactly as it is written', async () => {
    const text = await company.call(readByName('VENDOR', '007,0000010,1E5,true,null,A&B-01', 'VENDORID'))
    expect(values(text, 'VENDORID')).to.deep.equal(['007', '0000010', '1E5', 'true', 'null', 'A&B-01'])
    expect(values(await company.call(readByName('VENDOR', '7,100000,1e5', 'VENDORID')), 'VENDORID')).to.deep.equal([])
  })

  it('reads at most 100 keys and refuses unknown fields in words', async () => {
    const keys = (count: number) => Array.from({ length: count }, (_unused, at) => `V${10_000 + at}`).join()
    expect(statuses(await company.call(readByName('VENDOR', keys(100), 'VENDORID')))).to.deep.equal(['success'])
    expect(statuses(await company.call(readByName('VENDOR', keys(101), 'VENDORID')))).to.deep.equal(['failure'])
    expect(errorNumbers(await company.call(readByName('VENDOR', '007', 'NAME,XYZ')))).to.deep.equal([
      'Invalid fields list NAME,XYZ',
    ])
  })

  it('denies each operation by its own name', async () => {
    await company.control.knobs({ deniedObjects: 'CLASS' })
    const text = await company.call([
      readByQuery('CLASS', ''),
      readByName('CLASS', '100'),
      '<read><object>CLASS</object><keys>1</keys></read>',
    ])
    await company.control.knobs({ deniedObjects: '' })
    expect(errorNumbers(text)).to.deep.equal(['PL04000005', 'PL04000005', 'PL04000005'])
    expect([...text.matchAll(/operation (\w+) on/g)].map(it => it[1])).to.deep.equal([
      'READ_BY_QUERY',
      'READ_BY_NAME',
      'READ',
    ])
  })
})
