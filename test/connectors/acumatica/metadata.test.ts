import { expect } from 'chai'
import { checkGrant } from '../../../connectors/acumatica/settings.ts'
import { Secret } from '../../../engine/core/secret.ts'
import type { Preflight } from '../../../engine/sdk/connector.ts'
import { codeOf, failureOf, type Opened, openAcumatica } from './open.ts'

const wish = (fields: readonly string[], optional: readonly string[] = []) =>
  ({ entity: 'Customer', use: 'read', fields, optional }) as const

const reasonOf = (answer: Preflight) => (answer.is === 'unavailable' ? codeOf(answer.error) : answer.is)

describe('acumatica: before a run', () => {
  let erp: Opened
  afterEach(() => erp.close())

  const versions = [
    ['20.200.001', ['CreditLimit'], 'configuration ACUMATICA_FIELD_MISSING'],
    ['22.200.001', ['CreditLimit'], 'available'],
    ['22.200.001', ['Email'], 'configuration ACUMATICA_FIELD_MISSING'],
    ['24.200.001', ['Email', 'MainContact.Address.City'], 'available'],
    ['99.200.001', ['CustomerName'], 'unavailable ACUMATICA_ENDPOINT_MISSING'],
  ] as const
  for (const [endpointVersion, fields, expected] of versions)
    it(`${fields.join(', ')} in version ${endpointVersion} is ${expected}`, async () => {
      erp = await openAcumatica({ records: 1, settings: { endpointVersion } })
      expect(reasonOf(await erp.connection.preflight(wish(fields)))).to.equal(expected)
    })

  it('names the versions that the instance has, also to a ping', async () => {
    erp = await openAcumatica({
      records: 1,
      settings: { endpointVersion: '25.200.001' },
      options: { build: '24.200.0100' },
    })
    const error = await failureOf(() => erp.connection.ping())
    expect([codeOf(error), error.message.includes('Default/25.200.001')]).to.deep.equal([
      'unavailable ACUMATICA_ENDPOINT_MISSING',
      true,
    ])
    expect(error.remedy).to.include('Default/20.200.001').and.to.include('Default/24.200.001')
  })

  it('reads the list of endpoints in its older form, too', async () => {
    erp = await openAcumatica({ records: 1 })
    const body = JSON.stringify([
      { name: 'Default', version: '24.200.001', href: '/AcumaticaERP/entity/Default/24.200.001/' },
    ])
    await erp.connection.ping()
    await erp.at.fault({ action: 'answer', status: 200, body, path: 'GET /AcumaticaERP/entity$' })
    expect((await erp.connection.ping()).details).to.deep.include({ build: 'unknown' })
  })

  it('a role without the form is told, and heals as soon as it is given', async () => {
    erp = await openAcumatica({ records: 1, options: { deniedEntities: 'Customer' } })
    expect(reasonOf(await erp.connection.preflight(wish(['CustomerName'])))).to.equal('unavailable ACUMATICA_NO_RIGHTS')
    await erp.at.knobs({ deniedEntities: [] })
    expect(reasonOf(await erp.connection.preflight(wish(['CustomerName'])))).to.equal('available')
  })

  it('an instance that is not set up says which form lacks what', async () => {
    erp = await openAcumatica({ records: 1, options: { setupMissing: 'Customer' } })
    expect(reasonOf(await erp.connection.preflight(wish(['CustomerName'])))).to.equal(
      'unavailable ACUMATICA_NOT_SET_UP',
    )
  })

  it('asks three things once, and then nothing for hours', async () => {
    erp = await openAcumatica({ records: 1 })
    for (let n = 0; n < 3; n += 1) await erp.connection.preflight(wish(['CustomerName']))
    expect(erp.calls.slice(1)).to.deep.equal(['GET entity', 'list Customer', 'GET swagger.json'])
  })

  it('without the right to the description the run goes on', async () => {
    erp = await openAcumatica({ records: 1 })
    await erp.at.fault({ action: 'answer', status: 403, body: 'no', path: 'swagger.json', times: 5 })
    expect((await erp.connection.preflight(wish(['CustomerName']))).is).to.equal('unknown')
  })

  it('a ping names tenant, host, build and endpoint', async () => {
    erp = await openAcumatica({ records: 1 })
    const { account, details } = await erp.connection.ping()
    expect(account).to.match(/^Acme Live at 127\.0\.0\.1:\d+$/)
    expect(details).to.deep.equal({ build: '25.200.0210', endpoint: 'Default/24.200.001' })
  })

  it('describes fields with their types, linked entities and lists', async () => {
    erp = await openAcumatica({ records: 1 })
    const { fields = {} } = (await erp.connection.describe('SalesInvoice')) ?? {}
    expect([fields['Balance']?.type, fields['Details']?.type, fields['Details']?.fields?.['Qty']?.type]).to.deep.equal([
      'number',
      'list',
      'number',
    ])
    expect([fields['Date']?.type, fields['DocumentKey']?.readOnly]).to.deep.equal(['date', true])
  })
})

describe('acumatica: the settings', () => {
  for (const [what, settings, code] of [
    [
      'authorization_code without a refresh token',
      { grant: 'authorization_code' },
      'configuration ACUMATICA_GRANT_INCOMPLETE',
    ],
    ['plain http', { instanceUrl: 'http://erp.example.com' }, 'configuration URL_REFUSED'],
    ['a query in the address', { instanceUrl: 'https://erp.example.com/?a=1' }, 'configuration ACUMATICA_INSTANCE_URL'],
  ] as const)
    it(`refuse ${what} before any call`, async () => {
      const erp = await openAcumatica()
      try {
        const error = await failureOf(() => erp.again({ settings: settings }))
        expect(codeOf(error)).to.equal(code)
      } finally {
        await erp.close()
      }
    })

  it('refuse a password without a user', () => {
    const clientSecret = new Secret('s')
    const settings = { instanceUrl: 'https://x', clientId: 'a@b', clientSecret, password: new Secret('p') }
    expect(() => checkGrant({ ...settings, grant: 'password' }))
      .to.throw('username')
      .with.property('code', 'ACUMATICA_GRANT_INCOMPLETE')
    expect(() => checkGrant({ ...settings, grant: 'password', username: 'u' })).to.not.throw()
  })
})
