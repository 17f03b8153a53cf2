import { expect } from 'chai'
import type { Cursor, JsonObject } from '../../../engine/core/record.ts'
import { codeOf, failureOf, type Opened, openZendesk, readAll } from './open.ts'

const START = '2026-03-01T10:00:00.000Z'
const json = { 'content-type': 'application/json' }

describe('reading zendesk', () => {
  let opened: Opened
  const open = async (options: Parameters<typeof openZendesk>[0] = {}) => {
    opened = await openZendesk(options)
    await opened.at.clock({ now: START })
  }
  afterEach(() => opened.close())

  /** Both clocks. */
  const pass = async (seconds: number) => {
    opened.clock.advance(seconds * 1_000)
    await opened.at.clock({ advanceMs: seconds * 1_000 })
  }
  const put = async (entity: string, record: JsonObject) => {
    const { id } = (await opened.at.put(entity, record)) as { readonly id: number }
    return String(id)
  }
  /** The place of a flow that has read everything. */
  const settled = async (entity: string): Promise<Cursor> => {
    await pass(3_600)
    return (await readAll(opened.connection, entity, { deletes: true })).next
  }
  const answer = (body: JsonObject, path: string) =>
    opened.at.fault({ action: 'answer', status: 200, headers: json, body: JSON.stringify(body), path })

  it('brings a change once the minute that exports hold back is over, not before and not twice', async () => {
    await open()
    for (const [entity, record] of [
      ['organizations', { name: 'Acme' }],
      ['users', { name: 'Ada' }],
      ['tickets', { description: 'Help' }],
    ] as const) {
      let after = await settled(entity)
      const id = await put(entity, record)
      const seen: string[][] = []
      for (const seconds of [10, 40, 20, 60, 300]) {
        await pass(seconds)
        const { keys, next } = await readAll(opened.connection, entity, { after })
        seen.push([...keys])
        after = next
      }
      expect([entity, seen]).to.deep.equal([entity, [[], [], [id], [], []]])
    }
  })

  it('meets a record that becomes visible late, behind what was read', async () => {
    await open()
    const id = await put('organizations', { name: 'Late' })
    const after = await settled('organizations')
    await pass(600)
    const { next } = await readAll(opened.connection, 'organizations', { after })
    // dated before the end of what that run has seen
    await opened.at.clock({ advanceMs: -150_000 })
    await put('organizations', { id, notes: 'late' })
    await opened.at.clock({ advanceMs: 151_000 })
    expect((await readAll(opened.connection, 'organizations', { after: next })).keys).to.deep.equal([id])
  })

  it('leads the time-based export past a second that fills a page and more', async () => {
    await open()
    const after = await settled('organizations')
    const ids: string[] = []
    for (let i = 0; i < 7; i += 1) ids.push(await put('organizations', { name: `Tied ${i}` }))
    await pass(1)
    ids.push(await put('organizations', { name: 'Next' }))
    await pass(120)
    for (const pageSize of [1, 3, 7, 8]) {
      const { keys } = await readAll(opened.connection, 'organizations', { after, pageSize })
      expect([pageSize, [...keys].sort()]).to.deep.equal([pageSize, ids])
    }
  })

  it('takes a page of one second that does not move on for what it is: asks wider, then goes past it', async () => {
    await open()
    const after = await settled('organizations')
    const ids = [await put('organizations', { name: 'One' }), await put('organizations', { name: 'Two' })]
    await pass(120)
    const start = Math.floor(Date.parse(START) / 1_000)
    const [row] = await opened.at.records('organizations')
    // as a system that stays where it is
    const { next } = await readAll(opened.connection, 'organizations', { after, pageSize: 1 })
    expect(next).to.have.property('mark')
    const stuck = {
      organizations: [row ?? {}],
      count: 1,
      end_of_stream: false,
      end_time: start - 100_000,
      next_page: 'x',
    }
    await answer(stuck, 'per_page=2')
    await answer(stuck, 'per_page=1000')
    const { keys } = await readAll(opened.connection, 'organizations', { after, pageSize: 2 })
    expect([...new Set(keys)].sort()).to.deep.equal(ids)
    expect(opened.calls.filter(it => it === 'GET incremental/organizations').length).to.be.at.most(8)
  })

  it('stops at a thousand records of one second that may have been cut off, rather than skip one', async () => {
    await open()
    const after = await settled('organizations')
    const row = { name: 'x', updated_at: '2026-03-01T10:00:00Z' }
    const organizations = Array.from({ length: 1_000 }, (_, i) => ({ id: i + 1, ...row }))
    await answer({ organizations, count: 1_000, end_of_stream: false, end_time: 1, next_page: 'x' }, 'incremental')
    const error = await failureOf(() => readAll(opened.connection, 'organizations', { after }))
    expect(codeOf(error)).to.equal('contract ZENDESK_TIE_TOO_WIDE')
  })

  it('ends a list where it says so, though its last page names a next one', async () => {
    await open()
    const ids: string[] = []
    for (let i = 0; i < 6; i += 1) ids.push(await put('organizations', { name: `Org ${i}` }))
    const { keys, pages } = await readAll(opened.connection, 'organizations', { pageSize: 3 })
    expect(keys).to.deep.equal(ids)
    expect(pages.map(it => it.complete)).to.deep.equal([undefined, true])
  })

  for (const [entity, path, body] of [
    ['organizations', 'api/v2/organizations', { organizations: [] }],
    ['organizations', 'api/v2/organizations', { organizations: [], meta: { has_more: true, after_cursor: null } }],
    ['tickets', 'incremental', { tickets: [] }],
    ['tickets', 'incremental', { tickets: [], end_of_stream: false, after_cursor: null }],
    ['tickets', 'incremental', { tickets: [{ id: 1 }], end_of_stream: true }],
    ['users', 'api/v2/users', { users: [{ name: 'x', updated_at: START }], meta: { has_more: false } }],
  ] as const)
    it(`stops at an answer that is not as documented: ${entity} ${JSON.stringify(body)}`, async () => {
      await open()
      await answer(body, path)
      const error = await failureOf(() => readAll(opened.connection, entity))
      expect(codeOf(error)).to.match(/^contract ZENDESK_(PAGING|RECORD_SHAPE)$/)
    })

  it('stops at a page that names itself as the next one', async () => {
    await open()
    const page = { tickets: [], end_of_stream: false, after_cursor: 'same' }
    await answer(page, 'start_time')
    await answer(page, 'cursor=same')
    expect(codeOf(await failureOf(() => readAll(opened.connection, 'tickets')))).to.equal('contract ZENDESK_PAGING')
    const list = { organizations: [], meta: { has_more: true, after_cursor: 'same' } }
    await answer(list, 'page%5Bsize%5D=\\d+$')
    await answer(list, 'same')
    expect(codeOf(await failureOf(() => readAll(opened.connection, 'organizations')))).to.equal(
      'contract ZENDESK_PAGING',
    )
  })

  for (const tooRecent of ['current', 'legacy'] as const)
    it(`asked too early rests until the next run, and loses nothing (${tooRecent})`, async () => {
      await open({ sandboxOptions: { tooRecent } })
      const after = await settled('tickets')
      const id = await put('tickets', { description: 'x' })
      const early = { ...after, mark: Number(after['mark']) + 3_600 }
      const { keys, next } = await readAll(opened.connection, 'tickets', { after: early })
      expect([keys, next]).to.deep.equal([[], early])
      await pass(7_200)
      // the mark of this run is in the past by now, and what changed since is there
      expect((await readAll(opened.connection, 'tickets', { after })).keys).to.deep.equal([id])
    })

  it('goes on where it was when a stored cursor is refused', async () => {
    await open()
    const ids: string[] = []
    for (let i = 0; i < 6; i += 1) {
      ids.push(await put('tickets', { description: `${i}` }))
      await pass(1)
    }
    await pass(120)
    const { pages } = await readAll(opened.connection, 'tickets', { pageSize: 2 })
    const second = pages[1]?.next ?? {}
    const broken = { ...second, walk: { ...(second['walk'] as JsonObject), after: 'broken' } }
    const { keys, pages: rest } = await readAll(opened.connection, 'tickets', { after: broken, pageSize: 2 })
    // the last second is read again, for it may hold more
    expect([keys[0], keys.at(-1), rest.at(-1)?.complete]).to.deep.equal([ids[2], ids[5], true])
  })

  it('begins a list again when a stored page is refused, and misses nothing', async () => {
    await open()
    const ids: string[] = []
    for (let i = 0; i < 6; i += 1) ids.push(await put('organizations', { name: `Org ${i}` }))
    const { pages } = await readAll(opened.connection, 'organizations', { pageSize: 2 })
    const after = { ...pages[0]?.next, walk: { is: 'list', after: 'broken' } }
    const { keys, pages: again } = await readAll(opened.connection, 'organizations', { after, pageSize: 2 })
    expect([keys, again.at(-1)?.complete]).to.deep.equal([ids, true])
  })

  it('tells deleted and scrubbed tickets by their id alone, and only where a flow acts on them', async () => {
    await open()
    const ids = [await put('tickets', { description: 'a' }), await put('tickets', { description: 'b' })]
    const after = await settled('tickets')
    for (const id of ids) await opened.at.remove('tickets', id)
    await pass(60)
    await opened.at.knobs({ scrubTickets: [Number(ids[1])] })
    await pass(120)
    const { records } = await readAll(opened.connection, 'tickets', { after, deletes: true })
    expect(records.map(({ key, change, fields }) => ({ key, change, fields }))).to.deep.equal(
      ids.map(id => ({ key: id, change: 'delete', fields: { id } })),
    )
    expect((await readAll(opened.connection, 'tickets', { after })).records).to.deep.equal([])
    expect((await readAll(opened.connection, 'tickets', { deletes: true })).records).to.deep.equal([])
    expect((await readAll(opened.connection, 'tickets', { where: { field: 'id', values: ids } })).keys).to.deep.equal(
      [],
    )
  })

  it('tells of a ticket that is deleted after a full read has given it', async () => {
    await open()
    const id = await put('tickets', { description: 'a' })
    for (let i = 0; i < 3; i += 1) await put('tickets', { description: `${i}` })
    await pass(3_600)
    const told: string[] = []
    for await (const page of opened.connection.read('tickets', { select: [], deletes: true, pageSize: 2 })) {
      told.push(...page.records.filter(it => it.key === id).map(it => it.change))
      if (told.length === 1) await opened.at.remove('tickets', id)
      await pass(90)
    }
    expect(told).to.deep.equal(['upsert', 'delete'])
  })

  it('sees changes of the system, which leave updated_at alone, as versions of their own', async () => {
    await open()
    const id = await put('tickets', { description: 'a' })
    const first = await readAll(opened.connection, 'tickets', { after: await settled('tickets') })
    const before = (await readAll(opened.connection, 'tickets')).records[0]
    await opened.at.knobs({ touchTickets: [Number(id)] })
    await pass(120)
    const [touched] = (await readAll(opened.connection, 'tickets', { after: first.next })).records
    expect(touched?.key).to.equal(id)
    expect(touched?.fields['updated_at']).to.equal(before?.fields['updated_at'])
    expect(touched?.version).to.not.equal(before?.version)
  })

  it('tells a deleted user, and gives a suspended one', async () => {
    await open()
    const [gone, suspended] = [await put('users', { name: 'Gone' }), await put('users', { name: 'Suspended' })]
    const after = await settled('users')
    await opened.at.remove('users', gone)
    await put('users', { id: suspended, suspended: true })
    await pass(120)
    const { records } = await readAll(opened.connection, 'users', { after, deletes: true })
    expect(records.map(it => [it.key, it.change, it.fields['suspended']])).to.deep.equal([
      [suspended, 'upsert', true],
      [gone, 'delete', undefined],
    ])
  })

  it('finds no user who is deleted, though a look-up may still show them', async () => {
    await open()
    const id = await put('users', { name: 'Gone', external_id: 'P1' })
    const [, row] = await opened.at.records('users')
    await answer({ users: [{ ...row, active: false }], count: 1, next_page: null }, 'show_many')
    const where = { field: 'external_id', values: ['P1'] }
    expect((await readAll(opened.connection, 'users', { where })).keys).to.deep.equal([])
    expect((await readAll(opened.connection, 'users', { where })).keys).to.deep.equal([id])
  })

  it('gives ids as texts, dates as dates and odd values as they are', async () => {
    await open()
    const organization_fields = {
      intacct_terms: '1E5',
      customer_since: '2026-02-03',
      intacct_balance: 5.2,
      erp_status: '',
    }
    await put('organizations', {
      name: "O'Neill & Söhne 🧀",
      external_id: '0000010',
      organization_fields,
      group_id: 360001,
    })
    const [record] = (await readAll(opened.connection, 'organizations')).records
    const fields: JsonObject = record?.fields ?? {}
    expect(fields).to.include({ id: record?.key, name: "O'Neill & Söhne 🧀", external_id: '0000010' })
    expect(fields['organization_fields']).to.deep.include({
      intacct_terms: '1E5',
      customer_since: '2026-02-03',
      intacct_balance: 5.2,
    })
    expect(fields['organization_fields']).to.not.have.property('erp_status')
  })

  it('gives the organization of a ticket, and its comments only by name', async () => {
    await open()
    const home = await put('organizations', { name: 'Acme', external_id: 'C100' })
    const ada = await put('users', { name: 'Ada', organization_id: Number(home) })
    await put('tickets', { description: 'Where is it?', requester_id: Number(ada) })
    await put('tickets', { description: 'From nowhere' })
    await pass(120)
    const { records } = await readAll(opened.connection, 'tickets')
    expect(records.map(it => it.fields['organization'])).to.deep.equal([
      { id: home, name: 'Acme', external_id: 'C100' },
      undefined,
    ])
    expect(opened.calls.filter(it => it.includes('comments'))).to.deep.equal([])
    const named = await readAll(opened.connection, 'tickets', { select: ['subject', 'comments.body'] })
    const comments = JSON.stringify(named.records[0]?.fields['comments'])
    expect(JSON.parse(comments)[0]).to.include({ author_id: ada, body: 'Where is it?', public: true })
    expect(named.records[0]?.fields).to.not.have.property('organization')
  })

  it('finds by what Zendesk looks up in one call, and says when it must read the whole list', async () => {
    await open()
    const home = await put('organizations', { name: 'Acme', external_id: 'C100', details: 'dear' })
    const ada = await put('users', {
      name: 'Ada',
      email: 'ada@acme.example',
      external_id: 'P,1',
      organization_id: Number(home),
    })
    const ticket = await put('tickets', { description: 'x', requester_id: Number(ada) })
    for (const [entity, field, value, expected] of [
      ['organizations', 'external_id', 'c100', home],
      ['organizations', 'name', ' ACME ', home],
      ['users', 'email', 'ADA@acme.example', ada],
      ['users', 'external_id', 'P,1', ada],
      ['tickets', 'organization_id', home, ticket],
      ['organizations', 'details', 'dear', home],
    ] as const) {
      const calls = opened.calls.length
      const { keys } = await readAll(opened.connection, entity, {
        where: { field, values: [value, 'nobody'] },
        select: [],
      })
      expect([field, keys]).to.deep.equal([field, [expected]])
      expect(opened.calls.length - calls).to.be.at.most(3)
    }
    expect(opened.logged.filter(it => it.includes('whole list'))).to.have.length(1)
  })

  it('asks for exports no faster than ten a minute, of all kinds together', async () => {
    await open()
    for (let i = 0; i < 24; i += 1) await put('tickets', { description: `${i}` })
    await pass(120)
    const began = opened.clock.now().getTime()
    const { keys } = await readAll(opened.connection, 'tickets', { pageSize: 1 })
    expect(keys).to.have.length(24)
    const calls = opened.calls.filter(it => it.includes('incremental')).length
    // the first ten at once, ten more after a minute, the rest after two
    expect([calls, Math.floor((opened.clock.now().getTime() - began) / 60_000)]).to.deep.equal([25, 2])
  })
})
