import { expect } from 'chai'
import { makeOrganization, makeUser, openRig, type Rig } from './sandbox.support.ts'

const START = Date.parse('2026-11-20T10:00:00Z') / 1000

describe('Zendesk sandbox: ticket export', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-11-20T10:00:00Z' })
  })
  afterEach(() => rig.close())

  const ticket = async (subject: string, more: object = {}) => {
    const body = { ticket: { subject, comment: { body: `About ${subject}` }, ...more } }
    const answer = await rig.call('POST', 'tickets', { body })
    expect(answer.status, answer.text).to.equal(201)
    return Number(answer.body.ticket['id'])
  }
  const wait = (seconds: number) => rig.control.clock({ advanceMs: seconds * 1000 })
  const start = (more = '') => rig.get(`incremental/tickets/cursor.json?start_time=${START}${more}`)
  const resume = (cursor: string, more = '') =>
    rig.get(`incremental/tickets/cursor?cursor=${encodeURIComponent(cursor)}${more}`)
  const subjects = (body: { readonly tickets: readonly object[] }) =>
    body.tickets.map(it => ('subject' in it ? it.subject : ''))

  it('goes by generated_timestamp and then id, in pages, with a cursor of both', async () => {
    const [one, two] = [await ticket('one'), await ticket('two')]
    await wait(5)
    await ticket('three')
    await wait(100)
    const first = await start('&per_page=2')
    expect(subjects(first.body)).to.deep.equal(['one', 'two'])
    expect(first.body.tickets[0]).to.include({ id: one, generated_timestamp: START, raw_subject: 'one' })
    expect(Buffer.from(first.body.after_cursor, 'base64').toString()).to.equal(`${START}.0||${two}|`)
    expect(first.body).to.include({ before_url: null, before_cursor: null, end_of_stream: false })
    const second = await rig.get(String(first.body['after_url']))
    expect(subjects(second.body)).to.deep.equal(['three'])
    expect(second.body['end_of_stream']).to.equal(true)
    expect(String(second.body['after_url'])).to.match(
      new RegExp(`^${rig.sandbox.url}/api/v2/incremental/tickets/cursor\\.json\\?`),
    )
  })

  it('ends a stream only with a page that is not full, and keeps the cursor of an empty poll', async () => {
    await ticket('one')
    await wait(100)
    const full = (await start('&per_page=1')).body
    const poll = (await resume(full.after_cursor, '&per_page=1')).body
    expect([full['end_of_stream'], poll['end_of_stream'], subjects(poll).length]).to.deep.equal([false, true, 0])
    expect(poll.after_cursor).to.equal(full.after_cursor)
    await rig.control.knobs({ emptyPollCursor: 'null' })
    expect((await resume(full.after_cursor)).body['after_cursor']).to.equal(null)
  })

  it('holds the last minute back', async () => {
    await wait(100)
    await ticket('young')
    await wait(59)
    const before = (await start()).body
    expect(subjects(before)).to.deep.equal([])
    await wait(1)
    expect(subjects((await resume(before.after_cursor)).body)).to.deep.equal(['young'])
  })

  it('refuses a start too near to now, in the words of today or of old', async () => {
    const at = (age: number) => rig.get(`incremental/tickets/cursor?start_time=${START - age}`)
    const near = await at(60)
    expect([near.status, near.body['error']]).to.deep.equal([400, 'StartTimeTooRecent'])
    expect((await at(61)).status).to.equal(200)
    await rig.control.knobs({ tooRecent: 'legacy' })
    const legacy = await at(299)
    expect([legacy.status, legacy.body['error']]).to.deep.equal([422, 'InvalidValue'])
    expect((await rig.get('incremental/tickets/cursor?cursor=nonsense')).status).to.equal(400)
  })

  it('gives a ticket again after a change, in its new place, and only once', async () => {
    const id = await ticket('one')
    await ticket('two')
    await wait(100)
    const first = (await start()).body
    await rig.call('PUT', `tickets/${id}`, { body: { ticket: { status: 'pending' } } })
    await rig.call('PUT', `tickets/${id}`, { body: { ticket: { status: 'solved' } } })
    await wait(100)
    const second = (await resume(first.after_cursor)).body
    expect(second.tickets.map(it => [it['id'], it['status']])).to.deep.equal([[id, 'solved']])
    expect(subjects((await start()).body)).to.deep.equal(['two', 'one'])
  })

  it('moves a ticket by changes of its own without moving updated_at', async () => {
    const id = await ticket('one')
    await wait(1000)
    await rig.control.knobs({ touchTickets: [id] })
    await wait(100)
    const [row] = (await start()).body.tickets
    expect(row).to.include({ generated_timestamp: START + 1000, updated_at: '2026-11-20T10:00:00Z' })
  })

  it('shows deleted tickets as whole records, and leaves them out when asked', async () => {
    const { id: home } = await makeOrganization(rig, { name: 'Acme' })
    const { id: user } = await makeUser(rig, { name: 'Jo', organization_id: home })
    const id = await ticket('one', { requester_id: user })
    expect((await rig.call('DELETE', `tickets/${id}`)).status).to.equal(204)
    expect((await rig.get(`tickets/${id}`)).status).to.equal(404)
    await wait(100)
    const [row] = (await start()).body.tickets
    expect(row).to.include({ id, status: 'deleted', subject: 'one', organization_id: home })
    expect((await start('&exclude_deleted=true')).body.tickets).to.deep.equal([])
  })

  it('scrubs what was deleted 30 days ago: another row in the export, texts and for some the links gone', async () => {
    const { id: home } = await makeOrganization(rig, { name: 'Acme' })
    const { id: user } = await makeUser(rig, { name: 'Jo', organization_id: home })
    const ids = [await ticket('one', { requester_id: user }), await ticket('two', { requester_id: user })]
    for (const id of ids) await rig.call('DELETE', `tickets/${id}`)
    await wait(100)
    const first = (await start()).body
    await wait(30 * 86_400)
    await rig.carryAnew()
    const rows = (await resume(first.after_cursor)).body.tickets
    expect(rows.map(it => [it['subject'], it['description'], it['status']])).to.deep.equal(
      Array(2).fill(['SCRUBBED', 'X', 'deleted']),
    )
    expect(rows.map(it => it['generated_timestamp'])).to.deep.equal(Array(2).fill(START + 30 * 86_400))
    expect(rows.map(it => it['updated_at'])).to.deep.equal(Array(2).fill('2026-11-20T10:00:00Z'))
    const even = rows.find(it => Number(it['id']) % 2 === 0)
    const odd = rows.find(it => Number(it['id']) % 2 === 1)
    expect([even?.['organization_id'], odd?.['organization_id']]).to.deep.equal([null, home])
    expect(even?.['requester_id']).to.not.equal(user)
  })

  it('deletes for good by a job whose results are no list', async () => {
    const id = await ticket('one')
    await rig.call('DELETE', `tickets/${id}`)
    const job = await rig.finish(await rig.call('DELETE', `deleted_tickets/${id}`))
    expect(job).to.deep.include({ status: 'completed', results: { success: true }, total: null, progress: null })
    await wait(100)
    expect(subjects((await start()).body)).to.deep.equal(['SCRUBBED'])
  })

  it('brings organizations and users along on request', async () => {
    const { id: home } = await makeOrganization(rig, { name: 'Acme', external_id: 'C1' })
    const { id: user } = await makeUser(rig, { name: 'Jo', organization_id: home })
    await ticket('one', { requester_id: user })
    await ticket('two', { requester_id: user })
    await wait(100)
    const { body } = await start('&include=organizations,users')
    expect(body.organizations.map(it => it['external_id'])).to.deep.equal(['C1'])
    expect(body.users.map(it => it['id'])).to.deep.equal([user])
    expect((await start()).body).to.not.have.property('organizations')
  })

  it('allows ten exports a minute, all kinds together, or thirty with the add-on', async () => {
    await rig.control.knobs({ incrementalPerMinute: null })
    const statuses: number[] = []
    for (let i = 0; i < 6; i += 1)
      statuses.push(
        (await rig.get('incremental/tickets/cursor?start_time=1')).status,
        (await rig.get('incremental/organizations?start_time=1')).status,
      )
    expect(statuses).to.deep.equal([...Array(10).fill(200), 429, 429])
    const refused = await rig.get('incremental/users?start_time=1')
    expect([refused.status, refused.headers.get('retry-after')]).to.deep.equal([429, '60'])
    await rig.control.knobs({ highVolume: true })
    expect((await rig.get('incremental/users?start_time=1')).status).to.equal(200)
    await rig.control.knobs({ highVolume: false })
    await wait(60)
    expect((await rig.get('incremental/users?start_time=1')).status).to.equal(200)
  })
})

describe('Zendesk sandbox: export by time', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-11-20T10:00:00Z' })
    for (const name of ['a', 'b', 'c']) await makeOrganization(rig, { name })
    await rig.control.clock({ advanceMs: 10_000 })
    await makeOrganization(rig, { name: 'd' })
    await rig.control.clock({ advanceMs: 100_000 })
  })
  afterEach(() => rig.close())

  const names = (rows: readonly object[]) => rows.map(it => ('name' in it ? it.name : ''))

  it('returns the whole of the last second beyond the size, and begins with it again', async () => {
    const first = await rig.get(`incremental/organizations.json?start_time=${START}&per_page=1`)
    expect(names(first.body.organizations)).to.deep.equal(['a', 'b', 'c'])
    expect(first.body).to.include({ count: 3, end_of_stream: false, end_time: START })
    const again = await rig.get(first.body.next_page)
    expect(names(again.body.organizations)).to.deep.equal(['a', 'b', 'c'])
    const rest = await rig.get(`incremental/organizations?start_time=${START}&per_page=4`)
    expect(names(rest.body.organizations)).to.deep.equal(['a', 'b', 'c', 'd'])
    expect(rest.body).to.include({ count: 4, end_of_stream: true, end_time: START + 10 })
  })

  it('has no cursor form for organizations, and gives samples', async () => {
    expect((await rig.get('incremental/organizations/cursor?start_time=1')).status).to.equal(404)
    expect((await rig.get('incremental/organizations/sample?start_time=1')).body.organizations).to.have.length(4)
  })

  it('keeps deleted users, inactive, and no deleted organizations', async () => {
    const { id } = await makeUser(rig, { name: 'Jo', email: 'jo@acme.example' })
    await rig.call('DELETE', `users/${id}`)
    const [first] = (await rig.get('organizations')).body.organizations
    await rig.call('DELETE', `organizations/${first?.['id']}`)
    await rig.control.clock({ advanceMs: 100_000 })
    const users = (await rig.get('incremental/users?start_time=1')).body.users
    expect(users.filter(it => it['id'] === id).map(it => it['active'])).to.deep.equal([false])
    expect(names((await rig.get('incremental/organizations?start_time=1')).body.organizations)).to.deep.equal([
      'b',
      'c',
      'd',
    ])
  })
})
