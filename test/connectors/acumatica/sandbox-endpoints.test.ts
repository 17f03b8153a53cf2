import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { bodyOf, openRig, parsed, type Rig } from './sandbox.support.ts'

interface OpenApi {
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { readonly allOf?: readonly { readonly properties?: Readonly<Record<string, unknown>> }[] }>
    >
  }
}

describe('Acumatica sandbox: endpoints and versions', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig()
  })
  after(() => rig.close())

  const endpointsOf = async (headers: Readonly<Record<string, string>> = {}) => {
    const found = bodyOf(await rig.raw('GET', 'entity', { headers }))
    return (found['endpoints'] as readonly JsonObject[]).map(it => `${String(it['name'])}/${String(it['version'])}`)
  }

  it('lists versions in an object with the build, root-relative, the tenant’s own only after a sign-in', async () => {
    const found = bodyOf(await rig.raw('GET', 'entity'))
    expect(found['version']).to.deep.equal({
      acumaticaBuildVersion: '25.200.0210',
      databaseVersion: '25.200.0210',
    })
    const [first] = found['endpoints'] as readonly JsonObject[]
    expect(first).to.deep.equal({
      name: 'Default',
      version: '20.200.001',
      href: '/AcumaticaERP/entity/Default/20.200.001/',
    })
    const anonymous = await endpointsOf()
    expect(anonymous.filter(it => it.startsWith('Default/'))).to.deep.equal([
      'Default/20.200.001',
      'Default/22.200.001',
      'Default/23.200.001',
      'Default/24.200.001',
      'Default/25.200.001',
    ])
    expect(anonymous).to.not.include('AcmeExtra/24.200.001')
    const { access_token } = await rig.signIn()
    expect(await endpointsOf({ authorization: `Bearer ${String(access_token)}` })).to.include('AcmeExtra/24.200.001')
  })

  it('knows versions and PATCH only up to its build', async () => {
    const older = await openRig({ build: '24.200.0100' })
    expect((await older.callIn('25.200.001', 'GET', 'Customer?$top=1')).status).to.equal(404)
    expect((await older.callIn('24.200.001', 'GET', 'Customer?$top=1')).status).to.equal(200)
    expect((await older.call('PATCH', 'Customer', { body: {} })).status).to.equal(405)
    await older.close()
  })

  it('answers 404 to an unknown endpoint, version, entity, action, and beside the instance path', async () => {
    const statuses = await Promise.all([
      rig.call('GET', '../../Nothing/24.200.001/Customer').then(it => it.status),
      rig.callIn('19.200.001', 'GET', 'Customer').then(it => it.status),
      rig.call('GET', 'Customers').then(it => it.status),
      rig.call('POST', 'SalesInvoice/Explode', { body: { entity: {} } }).then(it => it.status),
      fetch(new URL('/entity', rig.sandbox.url)).then(it => it.status),
    ])
    expect(statuses).to.deep.equal([404, 404, 404, 404, 404])
  })

  it('takes names of endpoint and entity in any case', async () => {
    const { access_token } = await rig.signIn()
    const headers = { authorization: `Bearer ${String(access_token)}` }
    expect((await rig.raw('GET', 'entity/default/24.200.001/customer?$top=1', { headers })).status).to.equal(200)
  })

  it('answers 401 without a token, 406 to POST, 405 to what no entity has', async () => {
    expect((await rig.raw('GET', 'entity/Default/24.200.001/Customer')).status).to.equal(401)
    expect((await rig.call('POST', 'Customer', { body: {} })).status).to.equal(406)
    expect((await rig.call('DELETE', 'Customer')).status).to.equal(405)
  })

  for (const [version, fields] of Object.entries({
    '20.200.001': { SalesInvoice: [], StockItem: ['LastModified'], Customer: ['LastModifiedDateTime'] },
    '22.200.001': { SalesInvoice: [], StockItem: ['LastModified'], Customer: ['CreditLimit', 'LastModifiedDateTime'] },
    '23.200.001': {
      SalesInvoice: ['LastModifiedDateTime'],
      StockItem: ['LastModified'],
      Customer: ['CreditLimit', 'Email', 'LastModifiedDateTime'],
    },
    '24.200.001': {
      SalesInvoice: ['LastModifiedDate', 'LastModifiedDateTime'],
      StockItem: ['LastModified', 'LastModifiedDateTime'],
      Customer: ['CreditLimit', 'Email', 'LastModifiedDateTime'],
    },
  }))
    it(`has the fields of ${version}, in records and in OpenAPI`, async () => {
      const asked = ['LastModified', 'LastModifiedDate', 'LastModifiedDateTime', 'CreditLimit', 'Email']
      const described = parsed(await rig.callIn(version, 'GET', 'swagger.json')) as unknown as OpenApi
      expect(described.info).to.deep.equal({ title: `Default/${version}`, version: '4' })
      for (const [entity, expected] of Object.entries(fields)) {
        const [record] = parsed(await rig.callIn(version, 'GET', `${entity}?$top=1`)) as JsonObject[]
        expect(asked.filter(it => Object.hasOwn(record ?? {}, it)).sort()).to.deep.equal(expected)
        const properties = described.components.schemas[entity]?.allOf?.[1]?.properties ?? {}
        expect(asked.filter(it => Object.hasOwn(properties, it)).sort()).to.deep.equal(expected)
      }
    })

  it('adds parts of an address with 25.200.001 only', async () => {
    const path = 'Customer?$top=1&$expand=MainContact,MainContact/Address'
    const has = async (version: string) => (await rig.callIn(version, 'GET', path)).text.includes('"StreetName"')
    expect([await has('24.200.001'), await has('25.200.001')]).to.deep.equal([false, true])
  })

  it('describes details as arrays and linked entities by reference', async () => {
    const described = parsed(await rig.call('GET', 'swagger.json')) as unknown as OpenApi
    const { CustomerID, MainContact, Attributes } =
      described.components.schemas['Customer']?.allOf?.[1]?.properties ?? {}
    expect([CustomerID, MainContact, Attributes]).to.deep.equal([
      { $ref: '#/components/schemas/StringValue' },
      { $ref: '#/components/schemas/Contact' },
      { type: 'array', items: { $ref: '#/components/schemas/AttributeValue' } },
    ])
    expect(Object.keys(described.paths['/Customer'] ?? {})).to.deep.equal(['get', 'put', 'patch'])
  })

  it('describes custom fields in $adHocSchema', async () => {
    const schema = bodyOf(await rig.call('GET', 'Customer/$adHocSchema'))
    expect(schema['custom']).to.have.nested.property('CurrentCustomer.UsrCrmID.type', 'CustomStringField')
    expect(schema['CreditLimit']).to.deep.equal({ type: 'DecimalValue' })
  })

  it('shows OpenAPI without a sign-in only when told to', async () => {
    const path = 'entity/Default/24.200.001/swagger.json'
    expect((await rig.raw('GET', path)).status).to.equal(401)
    await rig.control.knobs({ anonymousSwagger: true })
    expect((await rig.raw('GET', path)).status).to.equal(200)
    await rig.control.knobs({ anonymousSwagger: false })
  })

  it('refuses a form that the role lacks, was never set up, or is broken, each in its own way', async () => {
    await rig.control.knobs({ deniedEntities: 'Vendor', setupMissing: 'Payment', brokenEntities: 'Contact' })
    const denied = await rig.call('GET', 'Vendor?$top=1')
    expect([denied.status, bodyOf(denied)['message']]).to.deep.equal([
      403,
      'You have insufficient rights to access the Vendors (AP303000) form.',
    ])
    const unset = await rig.call('GET', 'Payment?$top=1')
    expect([unset.status, bodyOf(unset)['exceptionType']]).to.deep.equal([500, 'PX.Data.PXSetupNotEnteredException'])
    const broken = await rig.call('GET', 'Contact?$top=1')
    expect([broken.status, broken.headers.get('location')]).to.deep.equal([302, '/AcumaticaERP/ui/error'])
    expect((await rig.call('GET', 'Customer?$top=1')).status).to.equal(200)
    await rig.control.knobs({ deniedEntities: '', setupMissing: '', brokenEntities: '' })
  })

  it('knows its branches', async () => {
    const status = async (branch: string) =>
      (await rig.call('GET', 'Customer?$top=1', { headers: { 'PX-CbApiBranch': branch } })).status
    expect([await status('MAIN'), await status('NOWHERE')]).to.deep.equal([200, 500])
  })

  it('divides a path at an encoded slash too, and may refuse signs as IIS does', async () => {
    expect((await rig.call('GET', `Customer/${encodeURIComponent('N/A')}`)).status).to.equal(404)
    expect((await rig.call('GET', `Customer/${encodeURIComponent('00042')}`)).status).to.equal(200)
    await rig.control.knobs({ pathCharacters: 'iis' })
    expect((await rig.call('GET', `Customer/${encodeURIComponent('A&B-CO')}`)).status).to.equal(400)
    await rig.control.knobs({ pathCharacters: 'any' })
  })
})
