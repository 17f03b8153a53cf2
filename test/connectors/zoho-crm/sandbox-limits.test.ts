import { expect } from 'chai'
import { type Answer, openRig, type Rig } from './sandbox.support.ts'

describe('Zoho sandbox: limits and faults', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(() => rig.close())

  const used = async () => Number((await rig.control.facts())['creditsUsed'])
  const upsert = (n: number, from = 0) =>
    rig.call('POST', 'Accounts/upsert', {
      body: { data: Array.from({ length: n }, (_, i) => ({ Account_Name: `A${from + i}`, ERP_ID: `C${from + i}` })) },
    })

  it('charges one credit per ten written records and one for any other call', async () => {
    const costs: number[] = []
    for (const call of [
      () => upsert(1),
      () => upsert(10),
      () => upsert(11),
      () => upsert(100),
      () => rig.call('GET', 'Accounts?fields=id'),
      () => rig.call('GET', 'org'),
    ]) {
      const before = await used()
      await call()
      costs.push((await used()) - before)
    }
    expect(costs).to.deep.equal([1, 1, 2, 10, 1, 1])
  })

  it('tells the remaining credits from half of them on, and refuses beyond the last', async () => {
    await rig.control.knobs({ credits: 10 })
    const header = (answer: Answer) => answer.headers.get('x-api-credits-remaining')
    for (let i = 0; i < 4; i += 1) expect(header(await rig.call('GET', 'org'))).to.equal(null)
    expect(header(await rig.call('GET', 'org'))).to.equal('5')
    expect(header(await upsert(50))).to.equal('0')
    const refused = await rig.call('GET', 'org')
    expect([refused.status, refused.body.code, header(refused)]).to.deep.equal([429, 'TOO_MANY_REQUESTS', '0'])
    expect(refused.body.message).to.contain('24 hours')
    expect(refused.headers.get('retry-after')).to.equal(null)
  })

  it('gives credits back a day after they were used', async () => {
    await rig.control.knobs({ credits: 2 })
    await rig.call('GET', 'org')
    await rig.control.clock({ advanceMs: 12 * 3600_000 })
    await rig.signIn()
    await rig.call('GET', 'org')
    expect((await rig.call('GET', 'org')).status).to.equal(429)
    await rig.control.clock({ advanceMs: 12 * 3600_000 })
    await rig.signIn()
    expect((await rig.call('GET', 'org')).status).to.equal(200)
    expect((await rig.call('GET', 'org')).status).to.equal(429)
  })

  const statuses = async (calls: readonly Promise<Answer>[]) => {
    const answers = await Promise.all(calls)
    return { ok: answers.filter(it => it.status < 300).length, throttled: answers.filter(it => it.status === 429) }
  }

  it('throttles calls in flight beyond what the edition allows', async () => {
    await rig.control.knobs({ latencyMs: 150, edition: 'free' })
    const { ok, throttled } = await statuses(Array.from({ length: 8 }, () => rig.call('GET', 'org')))
    expect([ok, throttled.length]).to.deep.equal([5, 3])
    expect(throttled[0]?.body).to.include({ code: 'TOO_MANY_REQUESTS', status: 'error' })
    expect(throttled[0]?.headers.get('retry-after')).to.equal(null)
    await rig.control.knobs({ concurrency: 8 })
    expect((await statuses(Array.from({ length: 8 }, () => rig.call('GET', 'org')))).ok).to.equal(8)
  })

  it('lets ten sorted lists, big writes and queries run at once, whatever the edition', async () => {
    await rig.control.knobs({ latencyMs: 150, edition: 'ultimate' })
    const sub = [
      ...Array.from({ length: 4 }, () => rig.call('GET', 'Accounts?fields=id&sort_by=id')),
      ...Array.from({ length: 4 }, (_, i) => upsert(11, i * 20)),
      ...Array.from({ length: 4 }, () =>
        rig.call('POST', 'coql', { body: { select_query: 'select id from Accounts where id is not null' } }),
      ),
    ]
    const plain = Array.from({ length: 8 }, (_, i) => upsert(1, 100 + i))
    const [big, small] = await Promise.all([statuses(sub), statuses(plain)])
    expect([big.ok, big.throttled.length, small.ok]).to.deep.equal([10, 2, 8])
  })

  it('can take long over an upsert', async () => {
    await rig.control.knobs({ upsertDelayMs: 120 })
    const began = Date.now()
    await upsert(1)
    expect(Date.now() - began).to.be.at.least(115)
  })

  it('answers 429, 500 and HTML when told to fail, without doing anything', async () => {
    await rig.control.fault([
      { path: '^POST .*/upsert', action: 'answer', status: 429, body: '{"code":"TOO_MANY_REQUESTS"}' },
      { path: '^POST .*/upsert', nth: 2, action: 'answer', status: 500 },
      { path: '^POST .*/upsert', nth: 3, action: 'answer', status: 503 },
    ])
    const answers = [await upsert(1), await upsert(1), await upsert(1)]
    expect(answers.map(it => it.status)).to.deep.equal([429, 500, 503])
    expect(answers[2]?.headers.get('content-type')).to.equal('text/html')
    expect(await rig.control.records('Accounts')).to.deep.equal([])
    expect((await upsert(1)).status).to.equal(200)
  })

  it('commits and then cuts the connection, or truncates the answer', async () => {
    await rig.control.fault([{ path: 'upsert', action: 'cutAfter' }])
    const cut = await upsert(1).catch(() => 'cut')
    expect(cut).to.equal('cut')
    expect((await rig.control.records('Accounts')).length).to.equal(1)
    await rig.control.fault([{ path: 'upsert', action: 'truncate' }])
    const truncated = await upsert(1, 1).catch((thrown: unknown) => thrown)
    expect(truncated).to.be.instanceOf(SyntaxError)
    expect((await rig.control.records('Accounts')).length).to.equal(2)
  })

  it('counts calls by verb and module', async () => {
    const [id] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    await rig.call('GET', 'Accounts?fields=id')
    await rig.call('GET', `Accounts/${id}`)
    await rig.call('GET', 'Accounts/deleted?type=all')
    await rig.call('GET', 'settings/fields?module=Accounts')
    await rig.call('GET', 'org')
    await rig.call('POST', 'coql', { body: {} })
    expect((await rig.control.calls()).byLabel).to.deep.equal({
      'GET Accounts': 1,
      'GET Accounts/deleted': 1,
      'GET Accounts/{id}': 1,
      'GET org': 1,
      'GET settings/fields': 1,
      'POST Accounts/upsert': 1,
      'POST coql': 1,
      'POST token': 1,
    })
  })
})
