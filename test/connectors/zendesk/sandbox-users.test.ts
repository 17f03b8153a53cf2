import { expect } from 'chai'
import { makeOrganization, makeUser, openRig, type Rig } from './sandbox.support.ts'

describe('Zendesk sandbox: users', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(() => rig.close())

  const upsert = (user: object) => rig.call('POST', 'users/create_or_update', { body: { user } })
  const detail = (body: object) => ('details' in body ? JSON.stringify(body.details) : '')

  it('creates with 201 and finds again by external id without case, rewriting it, or by address', async () => {
    const made = await upsert({ name: 'Jo', email: 'Jo@acme.example', external_id: 'P1', skip_verify_email: true })
    expect([made.status, made.headers.get('location')]).to.deep.equal([201, made.body.user['url']])
    expect(made.body.user).to.include({ role: 'end-user', active: true, suspended: false, organization_id: null })
    const again = await upsert({ name: 'Joanna', external_id: 'p1' })
    expect([again.status, again.body.user['id'], again.body.user['external_id']]).to.deep.equal([
      200,
      made.body.user['id'],
      'p1',
    ])
    const byAddress = await upsert({ name: 'J', email: 'jo@ACME.example', external_id: 'P9' })
    expect([byAddress.status, byAddress.body.user['external_id']]).to.deep.equal([200, 'P9'])
  })

  it('refuses an address that another has, also as a second one', async () => {
    const one = await makeUser(rig, { name: 'One', email: 'one@acme.example', external_id: 'P1' })
    const two = await makeUser(rig, { name: 'Two', email: 'two@acme.example' })
    await rig.call('PUT', `users/${one.id}`, { body: { user: { email: 'uno@acme.example' } } })
    const clash = await upsert({ name: 'Both', external_id: 'P1', email: 'two@acme.example' })
    expect([clash.status, detail(clash.body)]).to.deep.equal([
      422,
      '{"email":[{"description":"Email: two@acme.example is already being used by another user","error":"DuplicateValue"}]}',
    ])
    const second = await rig.call('PUT', `users/${two.id}`, { body: { user: { email: 'UNO@acme.example' } } })
    expect(second.status).to.equal(422)
    const third = await rig.call('POST', 'users', { body: { user: { name: 'Three', external_id: 'p1' } } })
    expect([third.status, detail(third.body).includes('external_id')]).to.deep.equal([422, true])
  })

  it('keeps the first address as the main one: another becomes a further identity', async () => {
    const { id } = await makeUser(rig, { name: 'One', email: 'one@acme.example' })
    const { user } = (await rig.call('PUT', `users/${id}`, { body: { user: { email: 'uno@acme.example' } } })).body
    expect(user['email']).to.equal('one@acme.example')
    const identities = (await rig.get(`users/${id}/identities`)).body['identities']
    expect(JSON.stringify(identities)).to.include('"value":"uno@acme.example"')
  })

  it('needs a name, an address that is one, a role and an organization that exist', async () => {
    for (const [user, field] of [
      [{ email: 'x@acme.example' }, 'name'],
      [{ name: 'X', email: 'nonsense' }, 'email'],
      [{ name: 'X', role: 'king' }, 'role'],
      [{ name: 'X', organization_id: 12 }, 'organization'],
    ] as const) {
      const answer = await rig.call('POST', 'users', { body: { user } })
      expect([answer.status, detail(answer.body).includes(`"${field}"`)]).to.deep.equal([422, true])
    }
  })

  it('joins the organization whose domain its address has', async () => {
    const { id } = await makeOrganization(rig, { name: 'Acme', domain_names: ['acme.example'] })
    expect((await makeUser(rig, { name: 'Jo', email: 'jo@ACME.example' }))['organization_id']).to.equal(id)
  })

  it('deletes: gone for lists and look-ups, its address and external id free again', async () => {
    const { id } = await makeUser(rig, { name: 'Jo', email: 'jo@acme.example', external_id: 'P1' })
    expect((await rig.call('DELETE', `users/${id}`)).body.user['active']).to.equal(false)
    expect((await rig.call('DELETE', `users/${id}`)).status).to.equal(404)
    expect((await rig.get('users/show_many?external_ids=P1')).body.users).to.deep.equal([])
    expect((await rig.get(`users/${id}`)).body.user['active']).to.equal(false)
    expect((await upsert({ name: 'Jo', email: 'jo@acme.example', external_id: 'P1' })).status).to.equal(201)
  })

  it('searches by external id, address and name, and lists by organization', async () => {
    const { id } = await makeOrganization(rig, { name: 'Acme' })
    await makeUser(rig, { name: "D'Arcy O'Brien", email: 'd@acme.example', external_id: '0007', organization_id: id })
    const found = async (query: string) =>
      (await rig.get(`users/search?${query}`)).body.users.map(it => it['external_id'])
    expect(await found('external_id=0007')).to.deep.equal(['0007'])
    expect(await found('external_id=7')).to.deep.equal([])
    expect(await found('query=email:D@acme.example')).to.deep.equal(['0007'])
    expect(await found("query=o'brien")).to.deep.equal(['0007'])
    expect((await rig.get(`organizations/${id}/users`)).body.users).to.have.length(1)
  })
})

describe('Zendesk sandbox: tickets', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-11-20T10:00:00Z' })
  })
  afterEach(() => rig.close())

  const create = (ticket: object, headers = {}) => rig.call('POST', 'tickets', { body: { ticket }, headers })
  const BODY = { subject: 'Invoice 1009 wrong', comment: { body: 'It says 12, not 10' } }

  it('makes one with its first comment, of the organization of its requester', async () => {
    const { id: home } = await makeOrganization(rig, { name: 'Acme' })
    const { id: requester } = await makeUser(rig, { name: 'Jo', organization_id: home })
    const answer = await create({ ...BODY, requester_id: requester })
    expect(answer.status).to.equal(201)
    expect(answer.body.ticket).to.include({ organization_id: home, description: 'It says 12, not 10', status: 'open' })
    const { comments } = (await rig.get(`tickets/${answer.body.ticket['id']}/comments`)).body
    expect(comments.map(it => [it['body'], it['public']])).to.deep.equal([['It says 12, not 10', true]])
    expect((await rig.get(`organizations/${home}/tickets`)).body.tickets).to.have.length(1)
    const other = await makeOrganization(rig, { name: 'Other' })
    const moved = await rig.call('PUT', `tickets/${answer.body.ticket['id']}`, {
      body: { ticket: { organization_id: other.id } },
    })
    expect(moved.status).to.equal(422)
  })

  it('holds custom fields by id, twice over', async () => {
    const fields = (await rig.get('ticket_fields')).body['ticket_fields']
    const [field] = Array.isArray(fields) ? fields.filter(it => it.title === 'Invoice number') : []
    const { body } = await create({ ...BODY, custom_fields: [{ id: field.id, value: 'INV-1009' }] })
    expect(body.ticket['custom_fields']).to.deep.include({ id: field.id, value: 'INV-1009' })
    expect(body.ticket['fields']).to.deep.equal(body.ticket['custom_fields'])
  })

  it('answers a repeat with the same key as before, for two hours, and refuses another body', async () => {
    const key = { 'idempotency-key': 'k1' }
    const [first, again] = [await create(BODY, key), await create(BODY, key)]
    expect([first, again].map(it => it.headers.get('x-idempotency-lookup'))).to.deep.equal(['miss', 'hit'])
    expect(again.body.ticket['id']).to.equal(first.body.ticket['id'])
    const other = await create({ ...BODY, subject: 'Other' }, key)
    expect([other.status, other.body['error']]).to.deep.equal([400, 'IdempotentRequestError'])
    await rig.control.clock({ advanceMs: 2 * 3600_000 })
    await rig.carryAnew()
    expect((await create(BODY, key)).headers.get('x-idempotency-lookup')).to.equal('miss')
    const organization = { body: { organization: { name: 'A' } }, headers: key }
    expect((await rig.call('POST', 'organizations', organization)).status).to.equal(201)
    expect((await rig.call('POST', 'organizations', organization)).status).to.equal(422)
  })

  it('refuses a safe update of what changed in between', async () => {
    const { id, updated_at: stamp } = (await create(BODY)).body.ticket
    const update = (updatedStamp: unknown) =>
      rig.call('PUT', `tickets/${id}`, {
        body: { ticket: { priority: 'high', safe_update: true, updated_stamp: updatedStamp } },
      })
    await rig.control.clock({ advanceMs: 1000 })
    expect((await update(stamp)).status).to.equal(200)
    expect((await update(stamp)).status).to.equal(409)
  })

  it('lists neither deleted nor archived tickets', async () => {
    const [{ body: gone }, { body: old }] = [await create(BODY), await create({ ...BODY, status: 'closed' })]
    await rig.call('DELETE', `tickets/${gone.ticket['id']}`)
    expect((await rig.get('tickets')).body.tickets.map(it => it['id'])).to.deep.equal([old.ticket['id']])
    await rig.control.clock({ advanceMs: 121 * 86_400_000 })
    await rig.carryAnew()
    expect((await rig.get('tickets')).body.tickets).to.deep.equal([])
    const many = await rig.get(`tickets/show_many?ids=${gone.ticket['id']},${old.ticket['id']}`)
    expect(many.body.tickets.map(it => it['id'])).to.deep.equal([old.ticket['id']])
  })
})
