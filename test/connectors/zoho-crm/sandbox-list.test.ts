import { expect } from 'chai'
import { type Body, openRig, type Rig } from './sandbox.support.ts'

describe('Zoho sandbox: reading', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2026-03-02T10:00:00Z' })
  })
  afterEach(() => rig.close())

  const names = (n: number, from = 0) =>
    Array.from({ length: n }, (_, i) => ({ Account_Name: `A${from + i}`, ERP_ID: `C${from + i}` }))
  const list = (query: string, headers = {}) => rig.call('GET', `Accounts?fields=ERP_ID&${query}`, { headers })
  const keys = (body: Body): string[] => body.data.map(it => it.ERP_ID)
  const refused = async (query: string) => {
    const { status, body } = await rig.call('GET', `Accounts?${query}`)
    return [status, body?.code, body?.details]
  }

  it('answers 204 without a body when there is nothing', async () => {
    const answer = await list('')
    expect([answer.status, answer.text]).to.deep.equal([204, ''])
  })

  it('lists newest ids first, with ids as strings beyond 2^53 and times with the offset', async () => {
    const [first, second] = await rig.accounts(...names(2))
    const answer = await rig.call('GET', 'Accounts?fields=Account_Name,Modified_Time,Phone,Nothing')
    expect(answer.body.data).to.deep.equal([
      { Account_Name: 'A1', Modified_Time: '2026-03-02T11:00:00+01:00', Phone: null, id: second },
      { Account_Name: 'A0', Modified_Time: '2026-03-02T11:00:00+01:00', Phone: null, id: first },
    ])
    expect(BigInt(first ?? 0) > 2n ** 53n).to.equal(true)
    expect(answer.body.info).to.deep.equal({
      per_page: 200,
      count: 2,
      page: 1,
      sort_by: 'id',
      sort_order: 'desc',
      more_records: false,
      next_page_token: null,
      previous_page_token: null,
      page_token_expiry: null,
    })
  })

  it('insists on fields, fifty at most', async () => {
    expect(await refused('')).to.deep.equal([400, 'REQUIRED_PARAM_MISSING', { param_name: 'fields' }])
    const many = Array.from({ length: 51 }, (_, i) => `F${i}`).join(',')
    expect(await refused(`fields=${many}`)).to.deep.equal([400, 'LIMIT_EXCEEDED', { limit: 50, param_name: 'fields' }])
  })

  it('refuses pages, sizes and orders that do not exist, and parameters that exclude each other', async () => {
    expect((await refused('fields=id&per_page=201'))[1]).to.equal('LIMIT_EXCEEDED')
    expect((await refused('fields=id&per_page=x'))[1]).to.equal('PATTERN_NOT_MATCHED')
    expect(await refused('fields=id&page=11')).to.deep.equal([
      400,
      'DISCRETE_PAGINATION_LIMIT_EXCEEDED',
      { limit: 2000 },
    ])
    expect(await refused('fields=id&sort_by=Account_Name')).to.deep.equal([
      400,
      'INVALID_DATA',
      { param_name: 'sort_by', supported_values: ['id', 'Created_Time', 'Modified_Time'] },
    ])
    for (const [one, other] of [
      ['page', 'page_token'],
      ['cvid', 'sort_by'],
    ])
      expect(await refused(`fields=id&${one}=1&${other}=id`)).to.deep.equal([
        400,
        'AMBIGUITY_DURING_PROCESSING',
        { ambiguity_due_to: [{ param_name: one }, { param_name: other }] },
      ])
  })

  it('walks a chain of page tokens in the order of Modified_Time, each record once', async () => {
    for (const batch of [3, 2, 0, 1, 4]) {
      await rig.accounts(...names(5, batch * 5))
      await rig.control.clock({ advanceMs: 1000 })
    }
    const seen: string[] = []
    let token = ''
    let pages = 0
    do {
      const { body } = await list(`sort_by=Modified_Time&sort_order=asc&per_page=7${token && `&page_token=${token}`}`)
      seen.push(...keys(body))
      pages += 1
      expect(body.info.page).to.equal(pages)
      token = body.info.next_page_token ?? ''
      expect(body.info.more_records).to.equal(token !== '')
    } while (token)
    const batches = [3, 2, 0, 1, 4].flatMap(batch => names(5, batch * 5).map(it => it.ERP_ID))
    expect(seen).to.deep.equal(batches)
    expect(pages).to.equal(4)
  })

  it('lets a chain go on where it was although records move while it is read', async () => {
    await rig.accounts(...names(6))
    await rig.control.clock({ advanceMs: 1000 })
    const first = await list('sort_by=Modified_Time&sort_order=asc&per_page=3')
    await rig.accounts({ ERP_ID: 'C0' }, { ERP_ID: 'C4' })
    const next = `sort_by=Modified_Time&sort_order=asc&per_page=3&page_token=${first.body.info.next_page_token}`
    const second = await list(next)
    expect(keys(second.body)).to.deep.equal(['C3', 'C5', 'C0'])
    // the record that the token holds on to may have gone as well
    await rig.accounts({ ERP_ID: 'C2' })
    expect(keys((await list(next)).body)).to.deep.equal(['C3', 'C5', 'C0'])
    await rig.control.knobs({ pageTokens: 'count' })
    // tokens that count rows skip what moved away before them: C3 and C5 are not seen
    expect(keys((await list(next)).body)).to.deep.equal(['C0', 'C2', 'C4'])
  })

  it('binds a token to its parameters, to a day and to a number of records', async () => {
    await rig.accounts(...names(9))
    const query = 'per_page=2&sort_by=id'
    const { next_page_token: token } = (await list(query)).body.info
    const code = async (asked: string, headers = {}) => (await list(asked, headers)).body?.code
    expect(await code(`${query}&page_token=nonsense`)).to.equal('INVALID_DATA')
    expect(await code(`per_page=3&sort_by=id&page_token=${token}`)).to.equal('TOKEN_BOUND_DATA_MISMATCH')
    const since = { 'if-modified-since': '2026-01-01T00:00:00+00:00' }
    expect(await code(`${query}&page_token=${token}`, since)).to.equal('TOKEN_BOUND_DATA_MISMATCH')
    const second = await list(`${query}&page_token=${token}`)
    expect(keys(second.body)).to.deep.equal(['C6', 'C5'])
    expect(keys((await list(`${query}&page_token=${second.body.info.previous_page_token}`)).body)).to.deep.equal([
      'C8',
      'C7',
    ])
    await rig.control.knobs({ pageTokenCap: 4 })
    expect(await code(`${query}&page_token=${second.body.info.next_page_token}`)).to.equal('PAGINATION_LIMIT_EXCEEDED')
    await rig.control.clock({ advanceMs: 24 * 3600_000 })
    await rig.signIn()
    expect(await code(`${query}&page_token=${token}`)).to.equal('EXPIRED_VALUE')
  })

  it('filters by If-Modified-Since, which is ISO 8601, and answers 304 when nothing is newer', async () => {
    await rig.accounts(...names(1))
    await rig.control.clock({ advanceMs: 1000 })
    await rig.accounts(...names(1, 1))
    const since = (time: string, query = '') => list(query, { 'if-modified-since': time })
    expect(keys((await since('2026-03-02T10:00:00+00:00')).body)).to.deep.equal(['C1'])
    expect(keys((await since('2026-03-02T10:59:59+01:00', 'sort_by=Modified_Time')).body)).to.deep.equal(['C1', 'C0'])
    const nothing = await since('2026-03-02T10:00:01Z')
    expect([nothing.status, nothing.text]).to.deep.equal([304, ''])
    expect((await since('Mon, 02 Mar 2026 10:00:00 GMT')).body.code).to.equal('INVALID_DATA')
    await rig.control.knobs({ sinceBoundary: 'inclusive' })
    expect(keys((await since('2026-03-02T10:00:01Z')).body)).to.deep.equal(['C1'])
  })

  it('gets one record whole, by id or by an external value, and 204 for one that is not there', async () => {
    const [id] = await rig.accounts({ Account_Name: 'Nordwind', ERP_ID: 'C/10 ä' })
    const byId = await rig.call('GET', `Accounts/${id}`)
    expect(byId.body.data[0]).to.deep.include({ id, ERP_ID: 'C/10 ä', Phone: null, On_Hold: false, Tag: [] })
    expect(byId.body.data[0].Owner).to.include({ name: 'ERP Sync' })
    const header = { 'x-external': 'Accounts.ERP_ID' }
    const byKey = await rig.call('GET', `Accounts/${encodeURIComponent('C/10 ä')}`, { headers: header })
    expect(byKey.body).to.deep.equal(byId.body)
    for (const [key, headers] of [
      ['5725767000999999999', {}],
      ['unknown', header],
    ] as const) {
      const answer = await rig.call('GET', `Accounts/${key}`, { headers })
      expect([answer.status, answer.text]).to.deep.equal([204, ''])
    }
    const malformed = await rig.call('GET', 'Accounts/unknown')
    expect([malformed.status, malformed.body.code]).to.deep.equal([400, 'INVALID_DATA'])
    const wrong = await rig.call('GET', 'Accounts/x', { headers: { 'x-external': 'Accounts.Phone' } })
    expect([wrong.status, wrong.body.code]).to.deep.equal([400, 'INVALID_DATA'])
  })

  it('keeps the deleted sixty days in the bin and sixty more in memory', async () => {
    const [id] = await rig.accounts(...names(1))
    await rig.call('DELETE', `Accounts/${id}`)
    const typeAfter = async (days: number) => {
      await rig.control.clock({ advanceMs: days * 24 * 3600_000 })
      await rig.signIn()
      const { body } = await rig.call('GET', 'Accounts/deleted?type=all')
      return body?.data[0].type
    }
    expect([await typeAfter(59), await typeAfter(1), await typeAfter(59), await typeAfter(1)]).to.deep.equal([
      'recycle',
      'permanent',
      'permanent',
      undefined,
    ])
  })

  it('lists what was deleted, from the bin and for good', async () => {
    const [first, second] = await rig.accounts(...names(2))
    const deleted = (query: string, headers = {}) => rig.call('GET', `Accounts/deleted?${query}`, { headers })
    expect((await deleted('type=all')).status).to.equal(204)
    await rig.call('DELETE', `Accounts/${first}`)
    await rig.control.knobs({ emptyRecycleBin: true })
    await rig.control.clock({ advanceMs: 60_000 })
    await rig.control.remove('Accounts', second ?? '')
    expect((await deleted('type=all')).body.data).to.deep.equal([
      {
        id: second,
        display_name: 'A1',
        type: 'recycle',
        deleted_time: '2026-03-02T11:01:00+01:00',
        deleted_by: { name: 'A. Roy', id: '5725767000000100003' },
        created_by: { name: 'ERP Sync', id: '5725767000000100001' },
      },
      {
        id: first,
        display_name: null,
        type: 'permanent',
        deleted_time: '2026-03-02T11:00:00+01:00',
        deleted_by: null,
        created_by: null,
      },
    ])
    expect((await deleted('type=recycle')).body.info).to.include({ count: 1, more_records: false })
    const since = { 'if-modified-since': '2026-03-02T10:00:00Z' }
    expect((await deleted('type=all', since)).body.data.map(it => it.id)).to.deep.equal([second])
    expect((await deleted('type=permanent', since)).status).to.equal(304)
    expect((await deleted('type=some')).body.code).to.equal('INVALID_DATA')
    expect((await list('')).status).to.equal(204)
  })
})
