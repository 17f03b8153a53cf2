import { expect } from 'chai'
import { makeOrganization, makeUser, openRig, type Rig } from './sandbox.support.ts'

const DUPLICATE = {
  error: 'RecordInvalid',
  description: 'Record validation errors',
  details: { name: [{ description: 'Name: Acme GmbH has already been taken', error: 'DuplicateValue' }] },
}

describe('Zendesk sandbox: organizations', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-11-20T10:00:00.700Z' })
  })
  afterEach(() => rig.close())

  it('makes one with the defaults of the account and says where it is', async () => {
    const answer = await rig.call('POST', 'organizations.json', { body: { organization: { name: '  Acme GmbH ' } } })
    const { id, organization_fields: fields, url, ...rest } = answer.body.organization
    expect(answer.status).to.equal(201)
    expect(answer.headers.get('location')).to.equal(url)
    expect(url).to.equal(`${rig.sandbox.url}/api/v2/organizations/${id}.json`)
    expect(rest).to.deep.equal({
      name: 'Acme GmbH',
      external_id: null,
      domain_names: [],
      details: null,
      notes: null,
      tags: [],
      group_id: null,
      shared_tickets: false,
      shared_comments: false,
      created_at: '2026-11-20T10:00:00Z',
      updated_at: '2026-11-20T10:00:00Z',
    })
    expect(fields).to.include({ intacct_terms: null, tier: null })
  })

  it('takes no name twice, however it is written', async () => {
    await makeOrganization(rig, { name: 'Acme GmbH', external_id: 'C100' })
    const twin = await rig.call('POST', 'organizations', { body: { organization: { name: 'Acme GmbH' } } })
    expect([twin.status, twin.body]).to.deep.equal([422, DUPLICATE])
    const shouted = await rig.call('POST', 'organizations', { body: { organization: { name: ' ACME gmbh' } } })
    expect(shouted.status).to.equal(422)
    const blank = await rig.call('POST', 'organizations', { body: { organization: { name: ' ' } } })
    expect(blank.body['details']).to.deep.equal({
      name: [{ description: 'Name: cannot be blank', error: 'BlankValue' }],
    })
  })

  it('takes no external id twice, in any case', async () => {
    await makeOrganization(rig, { name: 'One', external_id: 'C100' })
    const twin = await rig.call('POST', 'organizations', {
      body: { organization: { name: 'Two', external_id: 'c100' } },
    })
    expect(twin.status).to.equal(422)
    expect(twin.text).to.include('DuplicateValue')
  })

  it('creates or updates by external id without case, and never by name', async () => {
    const upsert = (organization: object) =>
      rig.call('POST', 'organizations/create_or_update', { body: { organization } })
    const made = await upsert({ external_id: 'C100', name: 'Acme GmbH', notes: 'first' })
    const again = await upsert({ external_id: 'c100', name: 'Acme AG' })
    expect([made.status, again.status]).to.deep.equal([201, 200])
    expect(again.body.organization).to.include({
      id: made.body.organization['id'],
      name: 'Acme AG',
      notes: 'first',
      external_id: 'c100',
    })
    await makeOrganization(rig, { name: 'Acme GmbH' })
    const clash = await upsert({ external_id: 'C200', name: 'acme gmbh' })
    expect(clash.status).to.equal(422)
    const byId = await upsert({ id: made.body.organization['id'], notes: 'by id' })
    expect([byId.status, byId.body.organization['notes']]).to.deep.equal([200, 'by id'])
  })

  it('keeps what an update leaves out, and replaces lists as a whole', async () => {
    const { id } = await makeOrganization(rig, {
      name: 'Acme',
      domain_names: ['a.example', 'b.example'],
      tags: ['one', 'two'],
      organization_fields: { intacct_terms: 'Net 30', intacct_balance: 5.2 },
    })
    const body = { organization: { domain_names: ['c.example'], organization_fields: { intacct_terms: null } } }
    const { organization } = (await rig.call('PUT', `organizations/${id}`, { body })).body
    expect(organization).to.deep.include({ name: 'Acme', domain_names: ['c.example'], tags: ['one', 'two'] })
    expect(organization['organization_fields']).to.include({ intacct_terms: null, intacct_balance: 5.2 })
  })

  it('reads custom fields by key, in their type, and drops keys that it does not know', async () => {
    const fields = {
      customer_since: '2026-03-01',
      tier: 'gold',
      credit_hold: true,
      intacct_balance: '7.25',
      nobody: 'x',
    }
    const made = await makeOrganization(rig, { name: 'Acme', organization_fields: fields, tags: ['x'] })
    expect(made['organization_fields']).to.deep.equal({
      intacct_terms: null,
      intacct_balance: 7.25,
      credit_hold: true,
      customer_since: '2026-03-01T00:00:00+00:00',
      erp_status: null,
      erp_address: null,
      tier: 'gold',
    })
    expect(made['tags']).to.deep.equal(['x', 'gold'])
    const body = { organization: { organization_fields: { tier: 'wood' } } }
    const wrong = await rig.call('PUT', `organizations/${made.id}`, { body })
    expect([wrong.status, wrong.body['error']]).to.deep.equal([422, 'RecordInvalid'])
  })

  it('names the parameters that it dropped', async () => {
    const answer = await rig.call('POST', 'organizations', { body: { organization: { name: 'A', colour: 'red' } } })
    expect(answer.headers.get('x-zendesk-api-warn')).to.include('colour')
  })

  it('deletes once; users and tickets stay without it', async () => {
    const { id } = await makeOrganization(rig, { name: 'Acme' })
    const user = await makeUser(rig, { name: 'Jo', organization_id: id })
    expect((await rig.call('DELETE', `organizations/${id}`)).status).to.equal(204)
    const again = await rig.call('DELETE', `organizations/${id}`)
    expect([again.status, again.body]).to.deep.equal([404, { error: 'RecordNotFound', description: 'Not found' }])
    expect((await rig.get(`organizations/${id}`)).status).to.equal(404)
    expect((await rig.get(`users/${user.id}`)).body.user['organization_id']).to.equal(null)
  })

  it('looks up several by ids or external ids, ordered by name, without those that are not there', async () => {
    const [z, a] = [
      await makeOrganization(rig, { name: 'Z', external_id: '0010' }),
      await makeOrganization(rig, { name: 'A', external_id: '1E5' }),
    ]
    const byId = (await rig.get(`organizations/show_many?ids=${z.id},${a.id},99`)).body
    expect(byId.organizations.map(it => it['name'])).to.deep.equal(['A', 'Z'])
    expect(byId).to.include({ count: 2, next_page: null, previous_page: null })
    const byKey = (await rig.get('organizations/show_many.json?external_ids=0010,1e5,10')).body
    expect(byKey.organizations.map(it => it['external_id'])).to.deep.equal(['1E5', '0010'])
    const many = await rig.get(`organizations/show_many?ids=${Array.from({ length: 101 }, (_, n) => n + 1)}`)
    expect([many.status, many.body['error']]).to.deep.equal([400, 'TooManyValues'])
  })

  it('searches by external id or name, exactly and without case', async () => {
    await makeOrganization(rig, { name: 'Acme GmbH', external_id: 'C100' })
    const names = async (query: string) =>
      (await rig.get(`organizations/search?${query}`)).body.organizations.map(it => it['name'])
    expect(await names('external_id=c100')).to.deep.equal(['Acme GmbH'])
    expect(await names('name=acme%20gmbh')).to.deep.equal(['Acme GmbH'])
    expect(await names('name=acme')).to.deep.equal([])
    expect((await rig.get('organizations/search?name=acme&external_id=1')).status).to.equal(400)
    expect((await rig.get('organizations/autocomplete?name=ac')).body.organizations).to.have.length(1)
  })

  it('lets two equal calls sent close together both succeed, when told', async () => {
    await rig.control.knobs({ duplicateRaceMs: 1000 })
    await makeOrganization(rig, { name: 'Twin' })
    await makeOrganization(rig, { name: 'Twin' })
    await rig.control.clock({ advanceMs: 5000 })
    expect((await rig.call('POST', 'organizations', { body: { organization: { name: 'Twin' } } })).status).to.equal(422)
  })

  it('defines fields: a key that is one, once', async () => {
    const define = (field: object) => rig.call('POST', 'organization_fields', { body: { organization_field: field } })
    const made = await define({ type: 'text', title: 'Region', key: 'region' })
    expect(made.status).to.equal(201)
    expect(made.headers.get('location')).to.include('/organization_fields/')
    expect((await define({ type: 'text', title: 'Region', key: 'region' })).status).to.equal(422)
    expect((await define({ type: 'text', title: 'Region', key: '123' })).status).to.equal(422)
    const keys = (await rig.get('organization_fields')).text
    expect(keys).to.include('"key":"region"')
  })
})
