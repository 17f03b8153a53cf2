import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Served } from './hooks.support.ts'
import { type Ground, ground, samples, tokenFor } from './observe.support.ts'

describe('/metrics', () => {
  let at: Ground
  let served: Served
  let token: string
  before(async () => {
    at = await ground()
    served = await at.serve()
    token = await tokenFor(served.held)
  })
  after(() => at.close())

  const scrape = async (bearer?: string) => {
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
    const answer = await fetch(`${served.url}/metrics`, { headers: headers as Record<string, string> })
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() }
  }
  const FLOW = 'workspace="test",flow="accounts"'

  it('needs a token that is in force', async () => {
    expect((await scrape()).status).to.equal(401)
    const madeUp = await scrape(`mlc_${'x'.repeat(43)}`)
    expect([madeUp.status, JSON.parse(madeUp.text).error.code]).to.deep.equal([401, 'API_SIGN_IN'])
    const open = await scrape(token)
    expect([open.status, open.type.split(';')[0]]).to.deep.equal([200, 'text/plain'])
    await served.held.ledger.revokeToken('prometheus-viewer', new Date().toISOString())
    expect((await scrape(token)).status).to.equal(401)
    token = await tokenFor(served.held, 'viewer', 'again')
  })

  it('counts runs, records and calls, and shows how old the last good run is', async () => {
    const fresh = samples((await scrape(token)).text)
    expect(fresh.has(`ml_connector_flow_lag_seconds{${FLOW}}`)).to.equal(false)
    await served.poll('accounts')
    const seen = samples((await scrape(token)).text)
    expect(seen.get(`ml_connector_runs_total{${FLOW},trigger="schedule",state="succeeded"}`)).to.equal(1)
    expect(seen.get(`ml_connector_records_total{${FLOW},outcome="written"}`)).to.equal(5)
    expect(seen.get(`ml_connector_records_total{${FLOW},outcome="dead"}`)).to.equal(0)
    expect(seen.get('ml_connector_run_seconds_count{workspace="test"}')).to.equal(1)
    expect(seen.get(`ml_connector_flow_lag_seconds{${FLOW}}`)).to.be.within(0, 10)
    const { calls } = (await served.held.ledger.runs({ limit: 1 }))[0]?.counts ?? { calls: Number.NaN }
    const counted = ['crm', 'other'].map(
      it => seen.get(`ml_connector_calls_total{workspace="test",connection="${it}",kind="call"}`) ?? 0,
    )
    expect(counted.reduce((sum, it) => sum + it)).to.equal(calls)
    expect(seen.get('ml_connector_calls_total{workspace="test",connection="crm",kind="sign-in"}')).to.equal(1)
    expect(seen.get('ml_connector_token_expiry_seconds{workspace="test",connection="crm"}')).to.be.within(60, 3_700)
  })

  it('tells how late scheduled runs begin', async () => {
    const dueAt = new Date(Date.now() - 2_000).toISOString()
    const wish = { is: 'run', trigger: 'schedule', actor: 'schedule', mode: 'incremental', dueAt } as const
    await served.running.service.dispatcher.request({ workspace: 'test', flow: 'accounts' }, wish)
    const seen = samples((await scrape(token)).text)
    expect(seen.get('ml_connector_schedule_lag_seconds_count{workspace="test"}')).to.equal(1)
    expect(seen.get('ml_connector_schedule_lag_seconds_sum{workspace="test"}')).to.be.within(2, 10)
  })

  it('counts waits for the limits of an account', async () => {
    const { usage } = served.held.opened
    usage.waited('crm', 'back-off', 1_500)
    usage.waited('crm', 'turn', 500)
    const seen = samples((await scrape(token)).text)
    const labels = 'workspace="test",connection="crm",reason="back-off"'
    expect(seen.get(`ml_connector_waits_total{${labels}}`)).to.equal(1)
    expect(seen.get(`ml_connector_wait_seconds_total{${labels}}`)).to.equal(1.5)
  })

  it('shows what is paused while it is', async () => {
    const pause = { subject: 'flow:accounts', by: 'anna', at: new Date().toISOString(), reason: 'why not' }
    served.held.pauses.set(pause.subject, pause)
    expect(samples((await scrape(token)).text).get(`ml_connector_flow_paused{${FLOW}}`)).to.equal(1)
    served.held.pauses.delete(pause.subject)
    expect(samples((await scrape(token)).text).get(`ml_connector_flow_paused{${FLOW}}`)).to.equal(0)
  })

  it('takes no label from strangers', async () => {
    const before = samples((await scrape(token)).text).size
    const { hub } = served.running.service
    for (let at = 0; at < 1_000; at += 1)
      hub.tell({ is: 'delivery-refused', workspace: `w${at}`, connection: `c${at}`, because: 'unknown' })
    hub.tell({ is: 'delivery-refused', workspace: 'test', connection: 'crm', because: 'signature' })
    const text = (await scrape(token)).text
    const seen = samples(text)
    expect(seen.get('ml_connector_deliveries_total{workspace="test",connection="crm",result="signature"}')).to.equal(1)
    expect(text).not.to.match(/w999|c999/)
    expect(seen.size - before).to.be.lessThan(5)
  })

  it('is one look at the ledger for scrapes that come together', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => scrape(token)))
    expect(new Set(all.map(it => it.status))).to.deep.equal(new Set([200]))
  })
})

describe('/metrics of several workspaces', () => {
  it('shows those that the token is of, and no other', async () => {
    const [one, two] = [await ground({ records: 1 }), await ground({ records: 1 })]
    const file = `${two.workspace.folder}/ml-connector.yaml`
    writeFileSync(file, readFileSync(file, 'utf8').replace('workspace: test', 'workspace: globex'))
    const served = await one.serve({ besides: [two.workspace] })
    try {
      const globex = served.running.service.workspaces.get('globex')
      if (!globex) throw new Error('globex is left out')
      const token = await tokenFor(globex)
      const answer = await fetch(`${served.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
      const text = await answer.text()
      expect(text).to.include('workspace="globex"').and.not.include('workspace="test"')
      expect(text).to.include('process_cpu_seconds_total')
    } finally {
      await one.close()
      await two.close()
    }
  })
})
