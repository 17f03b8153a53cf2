import { expect } from 'chai'
import {
  type Company,
  dataAttributes,
  errorNumbers,
  errorTexts,
  openCompany,
  orderBy,
  query,
  readByName,
  statuses,
  test,
  value,
  values,
} from './sandbox-company.ts'

const filter = (inner: string): string => `<filter>${inner}</filter>`
const PRIVATE = '<options><showprivate>true</showprivate></options>'

describe('Sage Intacct sandbox: query', () => {
  let company: Company
  before(async () => {
    company = await openCompany()
  })
  after(() => company.close())

  const departments = async (inner: string, options = '') =>
    values(
      await company.call(query('DEPARTMENT', ['DEPARTMENTID'], filter(inner) + orderBy('RECORDNO') + options)),
      'DEPARTMENTID',
    )

  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['equalto', test('equalto', 'DEPARTMENTID', '040'), ['040']],
    ['equalto on an enumeration, by its valid value', test('equalto', 'STATUS', 'inactive'), ['90']],
    ['equalto on an enumeration by its code: nothing', test('equalto', 'STATUS', 'F'), []],
    ['equalto with another case', test('equalto', 'TITLE', 'SALES'), []],
    ['notequalto, which null never is', test('notequalto', 'PARENTID', '10'), ['21']],
    ['lessthan on numbers, not texts', test('lessthan', 'RECORDNO', '3'), ['10', '11']],
    ['lessthanorequalto', test('lessthanorequalto', 'RECORDNO', '2'), ['10', '11']],
    ['greaterthan', test('greaterthan', 'RECORDNO', '7'), ['90']],
    ['greaterthanorequalto', test('greaterthanorequalto', 'RECORDNO', '7'), ['040', '90']],
    ['between, both ends included', test('between', 'RECORDNO', '2', '4'), ['11', '12', '20']],
    ['between with the higher first: nothing', test('between', 'RECORDNO', '4', '2'), []],
    ['in', test('in', 'DEPARTMENTID', '10', '040', '40'), ['10', '040']],
    ['notin', test('notin', 'DEPARTMENTID', '10', '11', '12', '20'), ['21', '30', '040', '90']],
    ['like with %', test('like', 'TITLE', '%&%'), ['30']],
    ['like with _', test('like', 'DEPARTMENTID', '1_'), ['10', '11', '12']],
    ['notlike', test('notlike', 'TITLE', '%e%'), ['11']],
    ['isnull', test('isnull', 'PARENTID'), ['10', '20', '30', '040', '90']],
    ['isnotnull', test('isnotnull', 'PARENTID'), ['11', '12', '21']],
    [
      'and in or',
      `<or>${test('equalto', 'DEPARTMENTID', '90')}<and>${test('equalto', 'PARENTID', '10')}${test('greaterthan', 'RECORDNO', '2')}</and></or>`,
      ['12', '90'],
    ],
    ['a dotted relation', test('equalto', 'PARENT.TITLE', 'Sales'), ['21']],
  ]
  for (const [what, inner, expected] of cases)
    it(`filters by ${what}`, async () => {
      expect(await departments(inner)).to.deep.equal(expected)
    })

  it('ignores case when asked', async () => {
    const options = '<options><caseinsensitive>true</caseinsensitive></options>'
    expect(await departments(test('equalto', 'TITLE', 'SALES'), options)).to.deep.equal(['20'])
    expect(await departments(test('like', 'TITLE', 'sales%'), options)).to.deep.equal(['20'])
  })

  const wrong: readonly (readonly [string, string])[] = [
    ['two top-level nodes', filter(test('isnull', 'PARENTID') + test('isnull', 'CUSTTITLE'))],
    ['an empty filter', '<filter/>'],
    ['and with one condition', filter(`<and>${test('isnull', 'PARENTID')}</and>`)],
    ['an unknown operator', filter(test('contains', 'TITLE', 'a'))],
    ['between with one value', filter(test('between', 'RECORDNO', '1'))],
    ['in without values', filter(test('in', 'RECORDNO'))],
    [
      'in with 1001 values',
      filter(test('in', 'RECORDNO', ...Array.from({ length: 1001 }, (_unused, at) => String(at)))),
    ],
    ['isnull with a value', filter(test('isnull', 'TITLE', 'x'))],
    ['a value before its field', filter('<equalto><value>x</value><field>TITLE</field></equalto>')],
    ['letters for a number', filter(test('equalto', 'RECORDNO', 'abc'))],
    ['like on a number', filter(test('like', 'RECORDNO', '1%'))],
    ['an ISO time', filter(test('greaterthan', 'WHENMODIFIED', '2026-02-03T04:15:00Z'))],
    ['a page of 2001', '<pagesize>2001</pagesize>'],
    ['a page of 0', '<pagesize>0</pagesize>'],
    ['a negative offset', '<offset>-1</offset>'],
    [
      'options out of order',
      '<options><showprivate>true</showprivate><caseinsensitive>true</caseinsensitive></options>',
    ],
    ['an unknown element', '<limit>3</limit>'],
    ['two page sizes', '<pagesize>3</pagesize><pagesize>3</pagesize>'],
    ['an empty order', '<orderby/>'],
  ]
  for (const [what, rest] of wrong)
    it(`refuses ${what}`, async () => {
      const text = await company.call(query('DEPARTMENT', ['DEPARTMENTID'], rest))
      expect(statuses(text)).to.deep.equal(['failure'])
      expect(text).to.not.include('<data')
    })

  it('takes its children in any order', async () => {
    const text = await company.call(
      '<query><pagesize>1</pagesize><select><field>CLASSID</field></select><object>CLASS</object></query>',
    )
    expect(dataAttributes(text)).to.include({ listtype: 'CLASS', totalcount: '5', count: '1' })
  })

  it('prints flat upper-case rows and all paging attributes', async () => {
    const inner = filter(test('equalto', 'VENDORID', '007'))
    const text = await company.call(
      query('VENDOR', ['VENDORID', 'NAME', 'DISPLAYCONTACT.CONTACTNAME', 'COMMENTS'], inner),
    )
    expect(/<data[\s\S]*<\/data>/.exec(text)?.[0]).to.equal(
      '<data listtype="VENDOR" totalcount="1" offset="0" count="1" numremaining="0"><VENDOR><VENDORID>007</VENDORID><NAME>Bolt &amp; Nut Supply</NAME>' +
        '<DISPLAYCONTACT.CONTACTNAME>Bolt &amp; Nut Supply(V007)</DISPLAYCONTACT.CONTACTNAME><COMMENTS></COMMENTS></VENDOR></data>',
    )
  })

  it('prints no row element when nothing matches', async () => {
    const text = await company.call(query('VENDOR', ['VENDORID'], filter(test('equalto', 'VENDORID', 'none'))))
    expect(text).to.include('<data listtype="VENDOR" totalcount="0" offset="0" count="0" numremaining="0"/>')
  })

  it('pages by offset with 100 rows by default', async () => {
    const big = await openCompany({ vendors: '250', customers: '1' })
    const page = (rest: string) => big.call(query('VENDOR', ['RECORDNO'], orderBy('RECORDNO') + PRIVATE + rest))
    expect(dataAttributes(await page(''))).to.deep.equal({
      listtype: 'VENDOR',
      totalcount: '250',
      offset: '0',
      count: '100',
      numremaining: '150',
    })
    expect(dataAttributes(await page('<pagesize>2000</pagesize><offset>240</offset>'))).to.deep.equal({
      listtype: 'VENDOR',
      totalcount: '250',
      offset: '240',
      count: '10',
      numremaining: '0',
    })
    await big.close()
  })

  it('loses a row by offset when people delete between the pages', async () => {
    const live = await openCompany({ vendors: '20', customers: '1' })
    const page = (offset: number) =>
      live.call(
        query(
          'VENDOR',
          ['VENDORID'],
          `${orderBy('RECORDNO')}${PRIVATE}<pagesize>10</pagesize><offset>${offset}</offset>`,
        ),
      )
    const all = values(await live.call(query('VENDOR', ['VENDORID'], orderBy('RECORDNO') + PRIVATE)), 'VENDORID')
    const seen = values(await page(0), 'VENDORID')
    await live.control.remove('VENDOR', all[0] ?? '')
    seen.push(...values(await page(10), 'VENDORID'))
    expect(all.filter(it => !seen.includes(it))).to.deep.equal([all[10]])
    await live.close()
  })

  it('has no order without orderby: two equal queries differ', async () => {
    const ids = async () => values(await company.call(query('GLACCOUNT', ['ACCOUNTNO'])), 'ACCOUNTNO').join()
    expect(await ids()).to.not.equal(await ids())
  })

  it('leaves ties of orderby in no order', async () => {
    const ids = async () =>
      values(await company.call(query('GLACCOUNT', ['ACCOUNTNO'], orderBy('STATUS'))), 'ACCOUNTNO').join()
    expect(await ids()).to.not.equal(await ids())
  })

  it('orders descending, numbers as numbers and null last when ascending', async () => {
    const descending = '<orderby><order><field>RECORDNO</field><descending/></order></orderby>'
    expect(values(await company.call(query('DEPARTMENT', ['DEPARTMENTID'], descending)), 'DEPARTMENTID')[0]).to.equal(
      '90',
    )
    const byParent = values(await company.call(query('DEPARTMENT', ['PARENTID'], orderBy('PARENTID'))), 'PARENTID')
    expect(byParent).to.deep.equal(['10', '10', '20', '', '', '', '', ''])
    const due = values(await company.call(query('VENDOR', ['TOTALDUE'], orderBy('TOTALDUE'))), 'TOTALDUE').map(Number)
    expect(due).to.deep.equal([...due].sort((a, b) => a - b))
  })

  it('reads several relations deep, but one hop up a hierarchy only', async () => {
    const inner = filter(test('equalto', 'VENDORID', 'V10007'))
    const fields = [
      'VENDORID',
      'PARENT.NAME',
      'TERM.DUEDATE',
      'DISPLAYCONTACT.MAILADDRESS.ZIP',
      'PARENT.DISPLAYCONTACT.MAILADDRESS.CITY',
    ]
    const text = await company.call(query('VENDOR', fields, inner))
    const parent = await company.call(readByName('VENDOR', 'V10000'))
    expect(value(text, 'PARENT.NAME')).to.equal(value(parent, 'NAME'))
    expect(value(text, 'PARENT.DISPLAYCONTACT.MAILADDRESS.CITY')).to.equal(value(parent, 'CITY'))
    const twice = await company.call(query('VENDOR', ['PARENT.PARENT.NAME']))
    expect(errorNumbers(twice)).to.deep.equal(['XL03000010'])
  })

  for (const [what, text] of [
    ['select', query('VENDOR', ['VENDORID', 'XYZ'])],
    ['filter', query('VENDOR', ['VENDORID'], filter(test('isnull', 'XYZ')))],
    ['orderby', query('VENDOR', ['VENDORID'], orderBy('XYZ'))],
  ] as const)
    it(`refuses an unknown field in ${what}`, async () => {
      const answer = await company.call(text)
      expect(errorNumbers(answer)).to.deep.equal(['XL03000010'])
      expect(errorTexts(answer)).to.deep.equal(['Field requested is not valid: vendor.XYZ'])
    })

  it('refuses * and an empty select', async () => {
    expect(statuses(await company.call(query('VENDOR', ['*'])))).to.deep.equal(['failure'])
    expect(statuses(await company.call(query('VENDOR', [])))).to.deep.equal(['failure'])
  })

  it('refuses unreadable fields with XL03000006 at function level, one error per object, though lookup lists them', async () => {
    await company.control.knobs({ deniedFields: ['VENDOR.TAXID', 'VENDOR.CREDITLIMIT', 'CONTACT.FAX'] })
    const text = await company.call(query('VENDOR', ['VENDORID', 'TAXID', 'DISPLAYCONTACT.FAX', 'CREDITLIMIT']))
    expect(errorNumbers(text)).to.deep.equal(['XL03000006', 'XL03000006'])
    expect(errorTexts(text)[0]).to.match(/fields cannot be queried.*\[VENDOR: \[TAXID, CREDITLIMIT\] \]$/)
    expect(errorTexts(text)[1]).to.match(/\[CONTACT: \[FAX\] \]$/)
    await company.control.knobs({ deniedFields: [] })
    const grant = await company.call([
      query('PROJECT', ['PROJECTID', 'CFDA']),
      '<lookup><object>PROJECT</object></lookup>',
    ])
    expect(statuses(grant)).to.deep.equal(['failure', 'success'])
    expect(values(grant, 'ID')).to.include('CFDA')
  })

  it('aggregates by the plain fields of select', async () => {
    const text = await company.call(
      '<query><object>DEPARTMENT</object><select><field>STATUS</field><count>RECORDNO</count><max>RECORDNO</max></select><orderby><order><field>STATUS</field></order></orderby></query>',
    )
    expect(/<data[\s\S]*<\/data>/.exec(text)?.[0]).to.equal(
      '<data listtype="DEPARTMENT" totalcount="2" offset="0" count="2" numremaining="0">' +
        '<DEPARTMENT><STATUS>active</STATUS><COUNT.RECORDNO>7</COUNT.RECORDNO><MAX.RECORDNO>7</MAX.RECORDNO></DEPARTMENT>' +
        '<DEPARTMENT><STATUS>inactive</STATUS><COUNT.RECORDNO>1</COUNT.RECORDNO><MAX.RECORDNO>8</MAX.RECORDNO></DEPARTMENT></data>',
    )
    const sums = await company.call(
      '<query><object>DEPARTMENT</object><select><sum>RECORDNO</sum><avg>RECORDNO</avg><min>RECORDNO</min></select></query>',
    )
    expect(sums).to.include(
      '<SUM.RECORDNO>36</SUM.RECORDNO><AVG.RECORDNO>4.5</AVG.RECORDNO><MIN.RECORDNO>1</MIN.RECORDNO>',
    )
  })

  it('answers JSON and CSV without an envelope, errors still as XML', async () => {
    const ask = (format: string, field = 'CLASSID') =>
      company.call(
        query(
          'CLASS',
          [field, 'NAME'],
          `${filter(test('equalto', 'CLASSID', '0300'))}<options><returnformat>${format}</returnformat></options>`,
        ),
      )
    expect(JSON.parse(await ask('json'))).to.deep.equal([{ CLASSID: '0300', NAME: 'Grants' }])
    expect(await ask('csv')).to.equal('"CLASSID","NAME"\n"0300","Grants"')
    expect(errorNumbers(await ask('json', 'XYZ'))).to.deep.equal(['XL03000010'])
  })

  it('denies objects one by one, with metadata still open', async () => {
    await company.control.knobs({ deniedObjects: 'CUSTOMER,CLASS' })
    const text = await company.call([
      query('CUSTOMER', ['RECORDNO']),
      query('VENDOR', ['RECORDNO']),
      '<lookup><object>CUSTOMER</object></lookup>',
    ])
    await company.control.knobs({ deniedObjects: [] })
    expect(statuses(text)).to.deep.equal(['failure', 'success', 'success'])
    expect(errorNumbers(text)).to.deep.equal(['PL04000005'])
    expect(errorTexts(text)).to.deep.equal([
      'You do not have permission for API operation QUERY on objects of type customer',
    ])
  })
})
