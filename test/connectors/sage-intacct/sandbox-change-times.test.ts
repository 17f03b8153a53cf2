import { expect } from 'chai'
import {
  type Company,
  dataAttributes,
  errorNumbers,
  openCompany,
  orderBy,
  query,
  readByName,
  statuses,
  test,
  value,
  values,
} from './sandbox-company.ts'

const PRIVATE = '<options><showprivate>true</showprivate></options>'
const BULK_IMPORT = '05/06/2023 14:30:07'
const filter = (inner: string): string => `<filter>${inner}</filter>`

/** Everything behind (time, number), as the fact sheet's section 5.1 asks. */
const keyset = (after: string, recordNo: string, size: number): string =>
  `<filter><or>${test('greaterthan', 'WHENMODIFIED', after)}<and>${test('equalto', 'WHENMODIFIED', after)}` +
  `${test('greaterthan', 'RECORDNO', recordNo)}</and></or></filter>` +
  `${orderBy('WHENMODIFIED', 'RECORDNO')}${PRIVATE}<pagesize>${size}</pagesize>`

describe('Sage Intacct sandbox: change times and deletions', () => {
  let company: Company
  beforeEach(async () => {
    company = await openCompany({ tie: '20' })
    await company.control.clock({ now: '2026-02-03T12:15:00.900Z' })
  })
  afterEach(() => company.close())

  const modified = async (id: string, extra = '') =>
    value(
      await company.call(query('VENDOR', ['WHENMODIFIED'], filter(test('equalto', 'VENDORID', id)) + extra)),
      'WHENMODIFIED',
    )

  it('prints the change time in the offset and format of the user, to the second, without a zone', async () => {
    await company.control.put('VENDOR', { VENDORID: '007', NAME: 'Changed' })
    expect(await modified('007')).to.equal('02/03/2026 12:15:00')
    await company.control.knobs({ gmtOffset: '-08:00' })
    expect(await modified('007')).to.equal('02/03/2026 04:15:00')
    await company.control.knobs({ dateFormat: '.dmy', gmtOffset: '+05:30' })
    expect(await modified('007')).to.equal('03.02.26 17:45:00')
    expect(value(await company.call(readByName('VENDOR', '007')), 'WHENMODIFIED')).to.equal('2026-02-03T12:15:00Z')
  })

  it('understands a filter in the offset and format of the user', async () => {
    await company.control.put('VENDOR', { VENDORID: '007', NAME: 'Changed' })
    const changedSince = async (stamp: string) =>
      values(
        await company.call(query('VENDOR', ['VENDORID'], filter(test('greaterthanorequalto', 'WHENMODIFIED', stamp)))),
        'VENDORID',
      )
    expect(await changedSince('02/03/2026 12:15:00')).to.deep.equal(['007'])
    expect(await changedSince('02/03/2026 12:15:01')).to.deep.equal([])
    expect(await changedSince('02/03/2026')).to.deep.equal(['007'])
    await company.control.knobs({ gmtOffset: '-08:00' })
    expect(await changedSince('02/03/2026 04:15:00')).to.deep.equal(['007'])
    expect(await changedSince('02/03/2026 04:15:01')).to.deep.equal([])
    await company.control.knobs({ gmtOffset: '+00:00', dateFormat: '/dmY' })
    expect(await changedSince('03/02/2026 12:15:00')).to.deep.equal(['007'])
    expect(await changedSince('02/03/2026 12:15:00')).to.deep.equal([])
    const notADay = query('VENDOR', ['VENDORID'], filter(test('greaterthan', 'WHENMODIFIED', '02/13/2026 00:00:00')))
    expect(errorNumbers(await company.call(notADay))).to.deep.equal(['BL03000018'])
  })

  it('walks by keyset through a bulk import that is longer than a page, each row once', async () => {
    const seen: string[] = []
    let [after, recordNo] = ['01/01/2020 00:00:00', '0']
    let tiedPages = 0
    for (;;) {
      const text = await company.call(query('VENDOR', ['RECORDNO', 'WHENMODIFIED'], keyset(after, recordNo, 5)))
      const times = values(text, 'WHENMODIFIED')
      seen.push(...values(text, 'RECORDNO'))
      if (times.length === 5 && times.every(it => it === BULK_IMPORT)) tiedPages += 1
      after = times.at(-1) ?? after
      recordNo = seen.at(-1) ?? recordNo
      if (dataAttributes(text)['numremaining'] === '0') break
    }
    const dated = (await company.control.records('VENDOR')).filter(it => it['WHENMODIFIED'] !== '')
    expect(tiedPages).to.be.greaterThan(2)
    expect([...seen].sort()).to.deep.equal(dated.map(it => String(it['RECORDNO'])).sort())
  })

  it('has records without a change time, which only their creation time finds', async () => {
    const empty = query(
      'VENDOR',
      ['VENDORID', 'WHENCREATED', 'WHENMODIFIED'],
      filter(
        `<and>${test('isnull', 'WHENMODIFIED')}${test('greaterthan', 'WHENCREATED', '01/01/2022 00:00:00')}</and>`,
      ) + PRIVATE,
    )
    const text = await company.call(empty)
    expect(values(text, 'VENDORID')).to.have.length(2)
    expect(values(text, 'WHENMODIFIED')).to.deep.equal(['', ''])
    const any = filter(test('greaterthan', 'WHENMODIFIED', '01/01/1990 00:00:00')) + PRIVATE
    const total = dataAttributes(await company.call(query('VENDOR', ['VENDORID'], any)))['totalcount']
    expect(total).to.equal('58')
  })

  it('shows a change late to query, in its old state until then, and at once to readByName', async () => {
    const before = value(await company.call(readByName('VENDOR', '007')), 'NAME')
    await company.control.knobs({ lateVisibleMs: 60_000 })
    await company.control.put('VENDOR', { VENDORID: '007', NAME: 'Late' })
    await company.control.put('VENDOR', { VENDORID: 'NEW', NAME: 'New' })
    await company.control.remove('VENDOR', '1E5')
    const names = async () => {
      const inner = filter(test('in', 'VENDORID', '007', 'NEW', '1E5')) + orderBy('RECORDNO')
      return values(await company.call(query('VENDOR', ['NAME'], inner)), 'NAME')
    }
    expect(await names()).to.deep.equal([before, "O'Brien Freight"])
    const walk = query('VENDOR', ['VENDORID'], keyset('02/01/2026 00:00:00', '0', 100))
    expect(values(await company.call(walk), 'VENDORID')).to.deep.equal([])
    expect(value(await company.call(readByName('VENDOR', '007')), 'NAME')).to.equal('Late')
    await company.control.clock({ advanceMs: 59_999 })
    expect(await names()).to.deep.equal([before, "O'Brien Freight"])
    await company.control.clock({ advanceMs: 1 })
    expect(await names()).to.deep.equal(['Late', 'New'])
    expect(values(await company.call(walk), 'VENDORID')).to.deep.equal(['007', 'NEW'])
    expect(await modified('007')).to.equal('02/03/2026 12:15:00')
  })

  it('does not move a vendor when only its contact changes, unless switched', async () => {
    const before = await modified('007')
    const contact = { CONTACTNAME: 'Bolt & Nut Supply(V007)', EMAIL1: 'new@bolt.example' }
    await company.control.put('CONTACT', contact)
    const text = await company.call(
      query('VENDOR', ['DISPLAYCONTACT.EMAIL1', 'WHENMODIFIED'], filter(test('equalto', 'VENDORID', '007'))),
    )
    expect([value(text, 'DISPLAYCONTACT.EMAIL1'), value(text, 'WHENMODIFIED')]).to.deep.equal([
      'new@bolt.example',
      before,
    ])
    await company.control.knobs({ contactTouchesOwner: true })
    await company.control.put('CONTACT', contact)
    expect(await modified('007')).to.equal('02/03/2026 12:15:00')
  })

  const deletions = (extra = '') =>
    query(
      'AUDITHISTORY',
      ['ID', 'OBJECTTYPE', 'OBJECTKEY', 'ACCESSTIME', 'USERID'],
      filter(
        `<and>${test('equalto', 'ACCESSMODE', 'D')}${test('greaterthan', 'ACCESSTIME', '02/01/2026 00:00:00')}${extra}</and>`,
      ) + orderBy('ID'),
    )

  it('tells deletions in the audit history only, by natural key', async () => {
    await company.control.remove('VENDOR', '0000010')
    await company.control.remove('PROJECT', 'P-0001')
    const text = await company.call(deletions())
    expect(values(text, 'OBJECTTYPE')).to.deep.equal(['vendor', 'project'])
    expect(values(text, 'OBJECTKEY')).to.deep.equal(['0000010', '1--REC'])
    expect(values(text, 'USERID')).to.deep.equal(['mlopez', 'mlopez'])
    const gone = query('VENDOR', ['VENDORID'], filter(test('equalto', 'VENDORID', '0000010')))
    expect(dataAttributes(await company.call(gone))['totalcount']).to.equal('0')
    const byType = await company.call(deletions(test('equalto', 'OBJECTTYPE', 'vendor')))
    expect(values(byType, 'OBJECTKEY')).to.deep.equal(['0000010'])
  })

  it('prints the audit time in GMT whatever the user has, unless switched', async () => {
    await company.control.remove('VENDOR', '0000010')
    await company.control.knobs({ gmtOffset: '-08:00' })
    expect(values(await company.call(deletions()), 'ACCESSTIME')).to.deep.equal(['02/03/2026 12:15:00'])
    await company.control.knobs({ auditZone: 'user' })
    expect(values(await company.call(deletions()), 'ACCESSTIME')).to.deep.equal(['02/03/2026 04:15:00'])
  })

  it('can fail every second audit query', async () => {
    await company.control.knobs({ auditHistory: 'flaky' })
    const text = await company.call([deletions(), deletions(), deletions()])
    expect(statuses(text)).to.deep.equal(['failure', 'success', 'failure'])
    expect(errorNumbers(text)).to.deep.equal(['DL02000001', 'DL02000001'])
  })
})
