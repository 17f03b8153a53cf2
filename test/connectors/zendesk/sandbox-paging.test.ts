import { expect } from 'chai'
import { openRig, type Rig } from './sandbox.support.ts'

describe('Zendesk sandbox: paging', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig({ organizations: '250', users: '20', tickets: '20' })
  })
  after(() => rig.close())

  it('by cursor ends with a page that has none, behind a last one whose links still lead on', async () => {
    const ids: unknown[] = []
    let page = await rig.get('organizations.json?page%5Bsize%5D=100')
    const lengths = []
    const more = []
    for (let i = 0; i < 6; i += 1) {
      ids.push(...page.body.organizations.map(it => it['id']))
      lengths.push(page.body.organizations.length)
      more.push(page.body.meta['has_more'])
      if (page.body.links.next === null) break
      page = await rig.get(page.body.links.next)
    }
    expect(lengths).to.deep.equal([100, 100, 50, 0])
    expect(more).to.deep.equal([true, true, false, false])
    expect(page.body.meta).to.deep.equal({ has_more: false, after_cursor: null, before_cursor: null })
    expect(page.body.links).to.deep.equal({ prev: null, next: null })
    expect(new Set(ids).size).to.equal(250)
    expect(ids).to.deep.equal([...ids].sort((a, b) => Number(a) - Number(b)))
  })

  it('has cursors of the form that was recorded', async () => {
    const { body } = await rig.get('organizations?page[size]=1')
    const { o, v } = JSON.parse(Buffer.from(String(body.meta['after_cursor']), 'base64').toString())
    const bytes = Buffer.from(v, 'base64')
    expect([o, bytes.toString('latin1', 0, 1), Number(bytes.readBigInt64LE(1))]).to.deep.equal([
      'id',
      'i',
      body.organizations[0]?.['id'],
    ])
    const tickets = (await rig.get('tickets?page[size]=1')).body
    expect(Buffer.from(String(tickets.meta['after_cursor']), 'base64').toString()).to.include('"nice_id"')
    expect((await rig.get('organizations?page[after]=nonsense')).status).to.equal(400)
  })

  it('walks back, and downwards', async () => {
    const [first, second] = (await rig.get('organizations?page[size]=2')).body.organizations.map(it => it['id'])
    const next = (await rig.get('organizations?page[size]=2')).body.links.next ?? ''
    const back = (await rig.get((await rig.get(next)).body.links.prev ?? '')).body
    expect(back.organizations.map(it => it['id'])).to.deep.equal([first, second])
    const down = (await rig.get('organizations?page[size]=250&sort=-id')).body.organizations.map(it => Number(it['id']))
    expect(down).to.deep.equal([...down].sort((a, b) => b - a))
  })

  it('caps a size above 100, or refuses it', async () => {
    const ask = () => rig.get('organizations?page[size]=101')
    expect((await ask()).body.organizations).to.have.length(100)
    await rig.control.knobs({ pageSizeAbove: 'refuse' })
    expect((await ask()).status).to.equal(400)
    await rig.control.knobs({ pageSizeAbove: 'cap' })
  })

  it('by offset counts, and names its neighbours', async () => {
    const { body } = await rig.get('organizations.json?page=2&per_page=100')
    expect(body).to.include({ count: 250 })
    expect(
      [body.next_page, body['previous_page']].map(it => new URL(String(it)).searchParams.get('page')),
    ).to.deep.equal(['3', '1'])
    const last = (await rig.get('organizations?page=3')).body
    expect([last.organizations.length, last.next_page]).to.deep.equal([50, null])
  })

  it('by offset ends at 100 pages or 10,000 records', async () => {
    for (const query of ['page=101&per_page=1', 'page=101']) {
      const answer = await rig.get(`organizations?${query}`)
      expect([answer.status, answer.text.includes('"InvalidPaginationDepth"')]).to.deep.equal([400, true])
    }
    expect((await rig.get('organizations?page=100')).status).to.equal(200)
  })

  it('does not skip or repeat what others move while it walks by cursor', async () => {
    const first = (await rig.get('users?page[size]=5')).body
    await rig.control.remove('users', String(first.users[0]?.['id']))
    const next = (await rig.get(first.links.next ?? '')).body.users.map(it => it['id'])
    expect(first.users.map(it => it['id'])).to.not.include.members(next)
    expect(next).to.have.length(5)
  })

  it('gives definitions, comments and identities by cursor as well', async () => {
    for (const [path, name, size] of [
      ['organization_fields', 'organization_fields', 3],
      ['users/4417092330001/identities', 'identities', 1],
      ['tickets/48001/comments', 'comments', 1],
    ] as const) {
      const first = (await rig.get(`${path}?page[size]=${size}`)).body
      expect([path, first[name]]).to.satisfy(
        ([, rows]: readonly unknown[]) => Array.isArray(rows) && rows.length === size,
      )
      const next = (await rig.get(first.links.next ?? '')).body
      expect(next[name]).to.not.deep.equal(first[name])
    }
  })

  it('searches by offset up to 1,000, and sends its clients beyond', async () => {
    const { body } = await rig.get('search?query=type:organization&per_page=100')
    expect([body['count'], body.results.length]).to.deep.equal([250, 100])
    const beyond = await rig.get('search?query=type:organization&per_page=100&page=11')
    expect([beyond.status, beyond.body['error']]).to.deep.equal([422, 'invalid'])
  })

  it('searches by property, by time and by words, and with a delay', async () => {
    const [one] = (await rig.get('organizations?page[size]=1')).body.organizations
    const count = async (query: string) => (await rig.get(`search?query=${encodeURIComponent(query)}`)).body['count']
    expect(await count(`type:organization external_id:${one?.['external_id']}`)).to.equal(1)
    expect(await count(`type:ticket organization:${one?.['id']} updated>2000-01-01`)).to.be.a('number')
    expect(await count('type:ticket updated<2000-01-01')).to.equal(0)
    expect(await count('type:organization "no such words"')).to.equal(0)
    await rig.control.knobs({ searchLagMs: 60_000 })
    await rig.control.put('organizations', { name: 'Too young for search' })
    expect(await count('"too young for search"')).to.equal(0)
    await rig.control.knobs({ searchLagMs: 0 })
    expect(await count('"too young for search"')).to.equal(1)
  })

  it('exports a search by cursor for an hour', async () => {
    const ask = 'search/export?query=&filter[type]=ticket&page[size]=5'
    const first = (await rig.get(ask)).body
    expect([first.results.length, first.meta['has_more']]).to.deep.equal([5, true])
    expect((await rig.get(first.links.next ?? '')).body.results[0]?.['id']).to.not.equal(first.results[4]?.['id'])
    expect((await rig.get('search/export?query=type:ticket')).status).to.equal(400)
    await rig.control.clock({ advanceMs: 3_700_000 })
    await rig.carryAnew()
    expect((await rig.get(first.links.next ?? '')).status).to.equal(400)
  })
})
