import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import type { ServiceEvent } from '../../engine/service/hub.ts'
import type { Served } from './support.ts'
import { brief, openWork, type Work } from './work.support.ts'

const isPaused = (event: ServiceEvent): event is Extract<ServiceEvent, { readonly is: 'paused' }> =>
  event.is === 'paused'

describe('a connection whose system refuses to sign us in', () => {
  let work: Work
  let served: Served
  const get = <T>(path: string) => work.get<T>(path)
  const post = <T = JsonObject>(path: string, body?: unknown) => work.post<T>(path, body)
  afterEach(() => served.close())
  const REFUSED = {
    path: '/oauth/',
    action: 'answer',
    status: 400,
    times: 999,
    body: '{"error":"invalid_code"}',
  } as const
  beforeEach(async () => {
    work = await openWork()
    served = work.served
    await served.zoho.fault(REFUSED)
    const { report } = await work.run()
    expect([report.state, report.failure?.kind, report.failure?.connection]).to.deep.equal(['failed', 'auth', 'zoho'])
    await served.until(isPaused)
  })

  it('pauses the connection, and with it its flows, as the ledger keeps it', async () => {
    const [paused] = await served.ledger().pauses()
    expect([paused?.subject, paused?.by]).to.deep.equal(['connection:zoho', 'ml-connector'])
    expect(paused?.reason).to.include('signing in failed')
    expect((await get<{ state: string }>('/flows/vendors')).state).to.equal('paused')
    const refused = await post('/flows/vendors/run')
    expect(brief(refused)).to.deep.equal([409, 'API_CONFLICT'])
  })

  it('goes on when a ping is answered, and not before', async () => {
    const failed = await post('/connections/zoho/ping')
    expect([failed.status, failed.body['ok'], (await served.ledger().pauses()).length]).to.deep.equal([200, false, 1])
    await served.zoho.clearFaults()
    expect((await post('/connections/zoho/ping')).body['ok']).to.equal(true)
    expect(await served.ledger().pauses()).to.deep.equal([])
    expect((await work.run()).report.state).to.equal('succeeded')
  })

  it('stays as a person has paused it, whatever a ping says', async () => {
    await served.zoho.clearFaults()
    await post('/connections/zoho/pause', { reason: 'maintenance' })
    await post('/connections/zoho/ping')
    expect((await served.ledger().pauses()).map(it => [it.by, it.reason])).to.deep.equal([['anna', 'maintenance']])
    expect((await post('/connections/zoho/resume')).body).to.deep.equal({ paused: null })
    expect(await served.ledger().pauses()).to.deep.equal([])
  })

  it('does not make the caller sign in again', async () => {
    await post('/connections/zoho/resume')
    const [status, code] = brief(await post('/preview', { flow: 'vendors', keys: ['V1'] }))
    expect([status, String(code).startsWith('API_')]).to.deep.equal([502, false])
  })
})
