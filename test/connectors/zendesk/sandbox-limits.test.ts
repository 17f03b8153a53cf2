import { expect } from 'chai'
import { makeOrganization, makeUser, openRig, type Rig } from './sandbox.support.ts'

const OWN = { requestsPerMinute: 'null', incrementalPerMinute: 'null' }

describe('Zendesk sandbox: limits', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig(OWN)
    await rig.control.clock({ now: '2026-11-20T10:00:19Z' })
  })
  afterEach(() => rig.close())

  it('tells limit, rest and reset with every answer, also of what is refused', async () => {
    const { headers } = await rig.get('organizations')
    const shown = (of: Headers) =>
      ['x-rate-limit', 'x-rate-limit-remaining', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'].map(it =>
        of.get(it),
      )
    expect(shown(headers)).to.deep.equal(['700', '699', '700', '699', '41'])
    expect(shown((await rig.get('organizations/1')).headers)).to.deep.equal(['700', '698', '700', '698', '41'])
    expect(shown((await rig.get('no/such')).headers)[3]).to.equal('697')
  })

  it('counts within fixed minutes, by the plan, and says when the next begins', async () => {
    await rig.control.knobs({ plan: 'essential' })
    const statuses = []
    for (let i = 0; i < 12; i += 1) statuses.push((await rig.get('organizations')).status)
    expect(statuses).to.deep.equal([...Array(10).fill(200), 429, 429])
    const refused = await rig.get('organizations')
    expect([refused.headers.get('retry-after'), refused.headers.get('content-type')]).to.deep.equal([
      '41',
      'text/plain; charset=utf-8',
    ])
    await rig.control.knobs({ throttleBody: 'json' })
    expect((await rig.get('organizations')).body).to.have.property('error')
    await rig.control.clock({ advanceMs: 41_000 })
    expect((await rig.get('organizations')).status).to.equal(200)
    await rig.control.knobs({ highVolume: true })
    expect((await rig.get('organizations')).headers.get('ratelimit-limit')).to.equal('2500')
  })

  it('allows five updates a minute of one organization, and of one user', async () => {
    const { id } = await makeOrganization(rig, { name: 'A' })
    const other = await makeOrganization(rig, { name: 'B' })
    const update = (of: number) => rig.call('PUT', `organizations/${of}`, { body: { organization: { notes: 'x' } } })
    for (let i = 0; i < 5; i += 1) expect((await update(id)).status).to.equal(200)
    const refused = await update(id)
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).to.deep.equal([
      429,
      '41',
      { errors: [{ code: 'TooManyRequests', title: 'Too many requests to update' }] },
    ])
    expect((await update(other.id)).status).to.equal(200)
    await makeUser(rig, { name: 'Jo', external_id: 'P1' })
    const upsert = () =>
      rig.call('POST', 'users/create_or_update', { body: { user: { name: 'Jo', external_id: 'P1' } } })
    for (let i = 0; i < 5; i += 1) expect((await upsert()).status).to.equal(200)
    expect((await upsert()).status).to.equal(429)
  })

  it('gives lists of tickets a budget of their own, and shows it', async () => {
    await rig.control.knobs({ ticketsIndexPerMinute: 1 })
    const first = await rig.get('tickets')
    expect(first.headers.get('zendesk-ratelimit-tickets-index')).to.equal('total=1; remaining=0; resets=41')
    expect((await rig.get('tickets')).status).to.equal(429)
  })

  it('allows 30 updates of one ticket in ten minutes', async () => {
    const { ticket } = (await rig.call('POST', 'tickets', { body: { ticket: { comment: { body: 'x' } } } })).body
    const update = () => rig.call('PUT', `tickets/${ticket['id']}`, { body: { ticket: { tags: ['x'] } } })
    for (let i = 0; i < 29; i += 1) await update()
    expect((await update()).headers.get('zendesk-ratelimit-per-ticket-updates')).to.equal(
      'total=30; remaining=0; resets=581',
    )
    await rig.control.clock({ advanceMs: 60_000 })
    expect((await update()).status).to.equal(429)
  })

  it('acts out the edge guard and HTML faults as told', async () => {
    const body = '{"detail":"Rate limited by Zendesk edge protection","status":"429","title":"Automated response"}'
    await rig.control.fault([
      { action: 'answer', status: 429, headers: { 'content-type': 'application/json' }, body },
      {
        action: 'answer',
        nth: 2,
        status: 503,
        headers: { 'content-type': 'text/html', 'retry-after': '3' },
        body: '<html></html>',
      },
    ])
    expect((await rig.get('organizations')).text).to.equal(body)
    expect((await rig.get('organizations')).headers.get('retry-after')).to.equal('3')
    expect((await rig.get('organizations')).status).to.equal(200)
  })

  it('refuses a body that is no JSON, paths that are none, and everything to a suspended account', async () => {
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-type': 'application/json' }]) {
      const answer = await rig.call('POST', 'organizations', { body: '{"organization":', headers })
      expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([400, 'text/plain; charset=utf-8'])
    }
    const path = await rig.get('no_such_thing')
    expect([path.status, path.body]).to.deep.equal([404, { error: 'InvalidEndpoint', description: 'Not found' }])
    await rig.control.knobs({ accountSuspended: true })
    expect((await rig.get('organizations')).status).to.equal(403)
  })

  it('lets a plain agent edit notes, and no more', async () => {
    const { id } = await makeOrganization(rig, { name: 'A' })
    await rig.control.knobs({ role: 'agent' })
    const update = (organization: object) => rig.call('PUT', `organizations/${id}`, { body: { organization } })
    expect((await update({ notes: 'x' })).status).to.equal(200)
    expect((await update({ name: 'x' })).status).to.equal(403)
    expect((await rig.call('POST', 'organizations', { body: { organization: { name: 'B' } } })).status).to.equal(403)
    expect((await rig.call('DELETE', `organizations/${id}`)).status).to.equal(403)
    expect((await rig.get('organizations/search?name=A')).status).to.equal(403)
    expect((await rig.get('organizations')).status).to.equal(200)
    await rig.control.knobs({ role: 'end-user' })
    expect((await rig.get('organizations')).status).to.equal(403)
    expect((await rig.get('users/me')).body.user['role']).to.equal('end-user')
  })
})
