import { expect } from 'chai'
import { sageIntacct } from '../../../connectors/sage-intacct/index.ts'
import { leavesOf } from '../../../connectors/sage-intacct/object.ts'
import { again, closeAll, dataCalls, startIntacct, thrownBy } from './support.ts'

describe('sage-intacct: metadata', () => {
  afterEach(closeAll)

  it('describes an object as the company has it, custom fields included', async () => {
    const it = await startIntacct()
    const described = await it.connection.describe('VENDOR')
    expect(described?.fields['SUPPORT_OPEN_TICKETS']).to.include({ type: 'decimal', custom: true })
    expect(described?.fields['STATUS']).to.deep.include({ type: 'string', values: ['active', 'inactive'] })
    expect(described?.fields['RECORDNO']).to.include({ type: 'id', readOnly: true })
    expect(described?.fields['PAYTOCONTACT']).to.include({ type: 'object', references: 'CONTACT' })
    expect(described?.fields['DISPLAYCONTACT']?.fields?.['EMAIL1']).to.include({ type: 'string' })
    expect(dataCalls(it)).to.deep.equal(['lookup VENDOR'])
  })

  it('finds every field that the connector declares in the metadata', async () => {
    const it = await startIntacct()
    for (const [name, entity] of Object.entries(sageIntacct.entities)) {
      const described = await it.connection.describe(name)
      const tops = [...leavesOf(entity.fields).keys()].map(path => path.split('.')[0] ?? path)
      expect(Object.keys(described?.fields ?? {}), name).to.include.members(tops)
    }
  })

  it('lets a read of declared fields pass without a call: its first page tells', async () => {
    const it = await startIntacct()
    const request = { entity: 'VENDOR', use: 'read', fields: ['NAME', 'DISPLAYCONTACT.EMAIL1'], optional: [] } as const
    expect(await it.connection.preflight(request)).to.deep.equal({ is: 'available' })
    expect(it.calls).to.deep.equal([])
  })

  it('asks once in six hours whether an object may be written to', async () => {
    const it = await startIntacct()
    const request = { entity: 'VENDOR', use: 'write', fields: ['NAME', 'SUPPORT_OPEN_TICKETS'], optional: [] } as const
    expect(await it.connection.preflight(request)).to.deep.equal({ is: 'available' })
    expect(await it.connection.preflight(request)).to.deep.equal({ is: 'available' })
    expect(dataCalls(it)).to.deep.equal(['query VENDOR', 'lookup VENDOR'])
    it.clock.advance(7 * 60 * 60_000)
    await it.connection.preflight(request)
    expect(dataCalls(it)).to.have.length(4)
  })

  it('says that an object is not available, and which permission is missing', async () => {
    const it = await startIntacct({ options: { deniedObjects: 'VENDOR' } })
    const answer = await it.connection.preflight({ entity: 'VENDOR', use: 'write', fields: ['NAME'], optional: [] })
    expect(answer.is === 'unavailable' && answer.error).to.include({
      kind: 'unavailable',
      code: 'INTACCT_PERMISSION_DENIED',
    })
    expect(answer.is === 'unavailable' && answer.error.said).to.match(/permission .* vendor/i)
  })

  it('names the custom fields that the company lacks', async () => {
    const it = await startIntacct({ options: { customFields: 'false' } })
    for (const use of ['read', 'write'] as const) {
      const fields = ['NAME', 'SUPPORT_OPEN_TICKETS', 'SUPPORT_SUMMARY']
      const answer = await it.connection.preflight({ entity: 'VENDOR', use, fields, optional: ['SUPPORT_SUMMARY'] })
      expect(answer.is === 'unavailable' && answer.error).to.include({
        kind: 'configuration',
        code: 'INTACCT_FIELD_UNKNOWN',
        field: 'SUPPORT_OPEN_TICKETS',
      })
    }
  })

  it('tells which of the fields that a flow can do without are absent', async () => {
    const it = await startIntacct({ options: { customFields: 'false' } })
    const fields = ['NAME', 'SUPPORT_OPEN_TICKETS']
    const answer = await it.connection.preflight({ entity: 'VENDOR', use: 'read', fields, optional: fields })
    expect(answer).to.deep.equal({ is: 'available', absent: ['SUPPORT_OPEN_TICKETS'] })
  })
})

describe('sage-intacct: ping', () => {
  afterEach(closeAll)

  it('says which company, entity and user, and how that user prints times', async () => {
    const it = await startIntacct({ options: { entity: 'E100' } })
    const { account, details } = await it.connection.ping()
    expect(account).to.equal(`${it.sandbox.settings['companyId']} (E100)`)
    expect(details).to.deep.include({ entity: 'E100', gmtOffset: '+00:00', dateFormat: '/mdY', warnings: [] })
  })

  it('warns of an offset that will not follow daylight saving, and of a foreign date format', async () => {
    const settings = { gmtOffset: 'auto', dateFormat: 'auto' }
    const it = await startIntacct({ options: { gmtOffset: '-08:00', dateFormat: '.dmY' }, settings })
    const { details } = await it.connection.ping()
    expect(details?.['warnings']).to.have.length(2)
  })

  it('warns when the connection says otherwise than the user', async () => {
    const it = await startIntacct({ settings: { gmtOffset: '-08:00', dateFormat: '.dmY' } })
    const { details } = await it.connection.ping()
    expect(details?.['warnings']).to.deep.equal([
      "gmtOffset of the connection is -08:00, the user's is +00:00",
      "dateFormat of the connection is .dmY, the user's is /mdY",
    ])
  })

  it('passes when the preferences cannot be read, but need not be', async () => {
    const it = await startIntacct({ options: { deniedObjects: 'USERINFO' } })
    const { details } = await it.connection.ping()
    expect(details?.['warnings']).to.have.length(1)
    const auto = await again(it, { settings: { gmtOffset: 'auto', dateFormat: 'auto' } })
    expect(await thrownBy(() => auto.connection.ping())).to.include({ code: 'INTACCT_FORMAT_UNKNOWN' })
  })

  it('signs in although a session is stored: it proves the password', async () => {
    const it = await startIntacct()
    await it.connection.ping()
    await it.connection.ping()
    expect(it.calls.filter(call => call === 'getAPISession')).to.have.length(2)
  })

  it('fails with a wrong password', async () => {
    const it = await startIntacct({ secrets: { userPassword: 'wrong' } })
    expect(await thrownBy(() => it.connection.ping())).to.include({ kind: 'auth', code: 'INTACCT_SIGN_IN_REFUSED' })
  })
})
