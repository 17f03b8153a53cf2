import { expect } from 'chai'
import { type Company, errorTexts, openCompany, query, readByName, statuses, test, values } from './sandbox-company.ts'

describe('Sage Intacct sandbox: entities', () => {
  let company: Company
  before(async () => {
    company = await openCompany()
  })
  after(() => company.close())

  const owners = async (session: { url: string; id: string } | undefined, options = '') => {
    const text = await company.call(
      query('VENDOR', ['VENDORID', 'MEGAENTITYID', 'MEGAENTITYNAME'], `${options}<pagesize>2000</pagesize>`),
      session ? { session } : {},
    )
    return [...new Set(values(text, 'MEGAENTITYID'))].sort()
  }

  it('shows shared records at the top level, private ones when asked', async () => {
    expect(await owners(undefined)).to.deep.equal([''])
    expect(await owners(undefined, '<options><showprivate>true</showprivate></options>')).to.deep.equal([
      '',
      'E100',
      'E200',
      'E300',
    ])
  })

  it('shows shared records and its own in an entity, never those of others', async () => {
    const session = await company.signIn('E200')
    expect(await owners(session)).to.deep.equal(['', 'E200'])
    expect(await owners(session, '<options><showprivate>true</showprivate></options>')).to.deep.equal(['', 'E200'])
  })

  it('signs in to the entity of the option', async () => {
    const other = await openCompany({ entity: 'E100' })
    expect(other.sandbox.settings['locationId']).to.equal('E100')
    await other.close()
  })

  it('names the owner of a private record and of no shared one', async () => {
    const inner = `<filter>${test('equalto', 'MEGAENTITYID', 'E300')}</filter><options><showprivate>true</showprivate></options>`
    const text = await company.call(query('VENDOR', ['MEGAENTITYNAME', 'MEGAENTITYKEY'], inner))
    expect([...new Set(values(text, 'MEGAENTITYNAME'))]).to.deep.equal(['Germany'])
    expect([...new Set(values(text, 'MEGAENTITYKEY'))]).to.deep.equal(['3'])
  })

  it('changes a record from the level that owns it only', async () => {
    const all = await company.control.records('VENDOR')
    const own = String(all.find(it => it['MEGAENTITYID'] === 'E200')?.['VENDORID'])
    const rename = `<update><VENDOR><VENDORID>${own}</VENDORID><NAME>Renamed</NAME></VENDOR></update>`
    const shared = '<update><VENDOR><VENDORID>007</VENDORID><NAME>Renamed</NAME></VENDOR></update>'
    expect(errorTexts(await company.call(rename))[0]).to.equal(
      'This record is owned by entity E200 and can be changed only there.',
    )
    const session = await company.signIn('E200')
    expect(statuses(await company.call([rename, shared], { session }))).to.deep.equal(['success', 'failure'])
  })

  it('creates records that belong to the session’s entity', async () => {
    const session = await company.signIn('E100')
    await company.call('<create><CLASS><CLASSID>E1</CLASSID><NAME>Own</NAME></CLASS></create>', { session })
    expect(values(await company.call(readByName('CLASS', 'E1'), { session }), 'MEGAENTITYID')).to.deep.equal(['E100'])
    expect(values(await company.call(readByName('CLASS', 'E1')), 'MEGAENTITYID')).to.deep.equal([])
  })

  it('lists its entities', async () => {
    expect(values(await company.call(query('LOCATIONENTITY', ['LOCATIONID'])), 'LOCATIONID').sort()).to.deep.equal([
      'E100',
      'E200',
      'E300',
    ])
  })
})
