import { expect } from 'chai'
import { openRig, type Rig } from './sandbox.support.ts'

describe('Zoho sandbox: COQL', () => {
  let rig: Rig
  before(async () => {
    rig = await openRig({ edition: 'ultimate' })
    await rig.control.clock({ now: '2026-03-02T10:00:00Z' })
    const [parent] = await rig.accounts({ Account_Name: "O'Neill", ERP_ID: 'C0', Credit_Limit: 100, On_Hold: true })
    for (let i = 1; i < 6; i += 1) {
      if (i !== 3) await rig.control.clock({ advanceMs: 1000 })
      const more = i > 3 ? { Parent_Account: { id: parent ?? '' } } : { Phone: `0431 ${i}` }
      await rig.accounts({ Account_Name: `House ${i}`, ERP_ID: `C${i}`, Credit_Limit: i * 10.5, ...more })
    }
  })
  after(() => rig.close())

  const query = (text: string) => rig.call('POST', 'coql', { body: { select_query: text } })
  const keys = async (rest: string): Promise<string[]> => {
    const { status, body } = await query(`select ERP_ID from Accounts ${rest}`)
    if (status === 204) return []
    expect(status, JSON.stringify(body)).to.equal(200)
    return body.data.map(it => it.ERP_ID)
  }
  const refused = async (text: string) => {
    const { status, body } = await query(text)
    expect(status, text).to.equal(400)
    return [body.code, body.details]
  }

  it('selects columns, the id always with them', async () => {
    const { body } = await query(
      "select Account_Name, Parent_Account, Parent_Account.ERP_ID, Modified_Time from Accounts where ERP_ID = 'C5'",
    )
    const { id, Parent_Account: parent, ...row } = body.data[0]
    expect(row).to.deep.equal({
      Account_Name: 'House 5',
      'Parent_Account.ERP_ID': 'C0',
      Modified_Time: '2026-03-02T11:00:04+01:00',
    })
    expect(parent.name).to.equal("O'Neill")
    expect(id).to.match(/^\d{19}$/)
    expect(body.info).to.deep.equal({ count: 1, more_records: false })
  })

  const CASES: readonly (readonly [string, readonly string[]])[] = [
    ["where ERP_ID = 'c2'", ['C2']],
    ["where ERP_ID != 'C2' order by ERP_ID", ['C0', 'C1', 'C3', 'C4', 'C5']],
    ["where ERP_ID in ('C1', 'C4', 'C9') order by ERP_ID desc", ['C4', 'C1']],
    ["where ERP_ID not in ('C0', 'C1', 'C2', 'C3') order by ERP_ID", ['C4', 'C5']],
    ["where Account_Name = 'O''Neill'", ['C0']],
    ["where Account_Name like '%ouse%' order by id limit 2", ['C1', 'C2']],
    ["where Account_Name not like 'House%'", ['C0']],
    ['where Phone is null order by id', ['C0', 'C4', 'C5']],
    ['where Phone is not null order by id desc', ['C3', 'C2', 'C1']],
    ['where Credit_Limit between 20 and 31.5 order by id', ['C2', 'C3']],
    ['where (Credit_Limit > 40 and (Phone is null and On_Hold = false)) order by Credit_Limit desc', ['C5', 'C4']],
    ["where On_Hold = 'true'", ['C0']],
    ["where (ERP_ID = 'C1' or Credit_Limit >= 100) order by id", ['C0', 'C1']],
    ["where Modified_Time >= '2026-03-02T10:00:03+00:00' order by Modified_Time, id", ['C4', 'C5']],
    ["where Modified_Time > '2026-03-02T11:00:02+01:00' order by Modified_Time desc, id desc", ['C5', 'C4']],
    ["where Modified_Time <= '2026-03-02T10:00:01Z' order by Modified_Time asc, id asc", ['C0', 'C1']],
    ["where Modified_Time < '2026-03-02T10:00:02Z' order by Modified_Time desc", ['C1', 'C0']],
    [
      "where Modified_Time between '2026-03-02T10:00:02Z' and '2026-03-02T10:00:03Z' order by ERP_ID",
      ['C2', 'C3', 'C4'],
    ],
    ['where id is not null order by Modified_Time, id limit 2 offset 1', ['C1', 'C2']],
    ['where id is not null order by Modified_Time, ERP_ID desc', ['C0', 'C1', 'C3', 'C2', 'C4', 'C5']],
    ['where id is not null limit 4, 10', ['C4', 'C5']],
    ["where Parent_Account.ERP_ID = 'C0' order by id", ['C4', 'C5']],
    ["where ERP_ID = 'C9'", []],
    ["WHERE\n ERP_ID = 'C1' ORDER BY ERP_ID LIMIT 1", ['C1']],
  ]
  for (const [rest, expected] of CASES)
    it(`answers ${rest.replaceAll('\n', ' ')}`, async () => {
      expect(await keys(rest)).to.deep.equal(expected)
    })

  it('walks by key beyond the last row of a page', async () => {
    const [first] = (await query('select ERP_ID, id from Accounts where id is not null order by id limit 1')).body.data
    expect(await keys(`where id > ${first.id} order by id limit 2`)).to.deep.equal(['C1', 'C2'])
    expect(await keys(`where id in ('${first.id}')`)).to.deep.equal(['C0'])
    const parent = await keys(`where Parent_Account = '${first.id}' order by id`)
    expect(parent).to.deep.equal(['C4', 'C5'])
  })

  it('says whether there is more', async () => {
    const { body } = await query('select id from Accounts where id is not null limit 5')
    expect(body.info).to.deep.equal({ count: 5, more_records: true })
  })

  const FAULTS: readonly (readonly [string, string, Record<string, unknown>])[] = [
    ['select id from Accounts', 'SYNTAX_ERROR', { near: 'end of query', clause: 'where' }],
    ['selct id from Accounts where id is not null', 'SYNTAX_ERROR', { near: 'selct', line: 1, column: 1 }],
    ["select id from Accounts where\nERP_ID == 'x'", 'SYNTAX_ERROR', { near: '=', line: 2, column: 9 }],
    ["select id from Accounts where ERP_ID = 'x", 'SYNTAX_ERROR', { near: "'x" }],
    ['select id from Accounts where ERP_ID = x', 'SYNTAX_ERROR', { near: 'x', operator: '=' }],
    [
      "select id from Accounts where ERP_ID = 'a' and Phone = 'b' and Fax = 'c'",
      'SYNTAX_ERROR',
      { near: 'and', clause: 'where' },
    ],
    ['select id from Accounts where id is not null limit x', 'SYNTAX_ERROR', { near: 'x', clause: 'limit' }],
    [
      'select Nothing from Accounts where id is not null',
      'INVALID_QUERY',
      { column_name: 'Nothing', module: 'Accounts' },
    ],
    ["select id from Accounts where Credit_Limit = 'x'", 'INVALID_QUERY', { column_name: 'Credit_Limit' }],
    ["select id from Accounts where Credit_Limit like '1%'", 'INVALID_QUERY', { operator: 'like' }],
    ["select id from Accounts where Modified_Time > 'yesterday'", 'INVALID_QUERY', { column_name: 'Modified_Time' }],
    ['select id, id from Accounts where id is not null', 'DUPLICATE_DATA', { column_name: 'id' }],
    ['select id from Nothing where id is not null', 'INVALID_MODULE', {}],
    ['select id from Accounts where id is not null limit 2001', 'LIMIT_EXCEEDED', { limit: 2000 }],
    ['select id from Accounts where id is not null limit 200 offset 99900', 'LIMIT_EXCEEDED', { limit: 100000 }],
    [
      `select id from Accounts where ERP_ID in (${Array.from({ length: 51 }, () => "'x'").join()})`,
      'LIMIT_EXCEEDED',
      { limit: 50 },
    ],
  ]
  for (const [text, code, details] of FAULTS)
    it(`refuses ${text.slice(0, 80).replaceAll('\n', ' ')} as ${code}`, async () => {
      const [found, said] = await refused(text)
      expect(found).to.equal(code)
      expect(said).to.include(details)
    })

  it('wants select_query as text', async () => {
    expect((await rig.call('POST', 'coql', { body: {} })).body.code).to.equal('MANDATORY_NOT_FOUND')
    expect((await rig.call('POST', 'coql', { body: { select_query: 5 } })).body.code).to.equal('INVALID_DATA')
  })

  it('costs one to three credits by its limit', async () => {
    const used = async () => Number((await rig.control.facts())['creditsUsed'])
    for (const [limit, credits] of [
      [200, 1],
      [201, 2],
      [1000, 2],
      [1001, 3],
    ]) {
      const before = await used()
      await query(`select id from Accounts where id is not null limit ${limit}`)
      expect((await used()) - before).to.equal(credits)
    }
  })
})
