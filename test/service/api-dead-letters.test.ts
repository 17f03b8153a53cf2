import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { reopenWorkspace } from '../../engine/host/index.ts'
import type { DeadLetterDetailView, DeadLetterView } from '../../engine/service/api/views.ts'
import type { ServiceEvent } from '../../engine/service/hub.ts'
import type { Served } from './support.ts'
import { brief, FLOW, openWork, type Work } from './work.support.ts'

const LONG = { VENDORID: 'LONG', NAME: 'x'.repeat(150), STATUS: 'active' }

describe('dead letters over the API', () => {
  let work: Work
  let served: Served
  const at = (path: string) => `/workspaces/acme${path}`
  const get = <T>(path: string) => work.get<T>(path)
  const post = <T = JsonObject>(path: string, body?: unknown) => work.post<T>(path, body)
  const letters = async () => (await get<{ deadLetters: DeadLetterView[] }>('/dead-letters?state=open')).deadLetters
  afterEach(() => served.close())
  beforeEach(async () => {
    work = await openWork()
    served = work.served
    await served.intacct.put('VENDOR', LONG)
    await work.run()
  })

  it('shows the place of the mapping to all, and the record to those who work on it', async () => {
    const [letter] = await letters()
    const seen = await get<DeadLetterDetailView>(`/dead-letters/${letter?.id}`)
    expect([seen.failure.field, seen.place, seen.body?.['VENDORID']]).to.deep.equal([
      'Vendor_Name',
      { file: 'flows/vendors.yaml', line: 4, column: 8, text: 'NAME' },
      'LONG',
    ])
    const viewer = await served.token('viewer')
    const { body, text } = await served.ask(at(`/dead-letters/${letter?.id}`), { token: viewer })
    expect([body['body'], text.includes('xxx')]).to.deep.equal([null, false])
  })

  it('takes an edited one through the flow, and closes it', async () => {
    const [letter] = await letters()
    const { body } = await get<DeadLetterDetailView>(`/dead-letters/${letter?.id}`)
    const { report } = await work.runOf(() =>
      post('/dead-letters/replay', { ids: [letter?.id], body: { ...body, NAME: 'Edited' } }),
    )
    expect([report.state, report.counts.written]).to.deep.equal(['succeeded', 1])
    const names = (await served.zoho.records('Vendors')).filter(it => it['ERP_ID'] === 'LONG')
    expect(names.map(it => it['Vendor_Name'])).to.deep.equal(['Edited'])
    const closed = await get<DeadLetterDetailView>(`/dead-letters/${letter?.id}`)
    expect([closed.state, closed.resolvedByRun]).to.deep.equal(['resolved', report.runId])
    const late = await post('/dead-letters/replay', { ids: [letter?.id] })
    expect(brief(late)).to.deep.equal([409, 'API_CONFLICT'])
  })

  it('says so when an edit would make another record of it', async () => {
    const [letter] = await letters()
    const { report } = await work.runOf(() =>
      post('/dead-letters/replay', { ids: [letter?.id], body: { VENDORID: 'OTHER', NAME: 'x' } }),
    )
    expect([report.state, report.failure?.code]).to.deep.equal(['failed', 'RUN_EDITED_KEY'])
  })

  it('takes all of one code through the flow once the mapping is put right', async () => {
    await served.intacct.put('VENDOR', { ...LONG, VENDORID: 'LONG2' })
    await work.run()
    const { counts } = await get<{ counts: { flow: string; code: string; count: number }[] }>('/dead-letters')
    expect(counts.map(it => [it.flow, it.count])).to.deep.equal([['vendors', 2]])
    served.write('flows/vendors.yaml', FLOW.replace('NAME,', '"$substring(NAME, 0, 100)",'))
    const { workspaces } = served.service
    const held = workspaces.get('acme')
    if (held) {
      const opening = reopenWorkspace(held.opened)
      if (opening.is === 'open') held.opened = opening.opened
    }
    const { report } = await work.runOf(() =>
      post('/dead-letters/replay', { flow: 'vendors', code: counts[0]?.code, all: true, from: 'stored' }),
    )
    expect([report.state, report.counts.written, await letters()]).to.deep.equal(['succeeded', 2, []])
  })

  it('gives up with a reason, and a run that goes on meanwhile goes on', async () => {
    const [letter] = await letters()
    await served.zoho.fault({ path: 'POST /crm/v8/Vendors', action: 'delay', delayMs: 700 })
    await served.intacct.put('VENDOR', { VENDORID: 'NEW', NAME: 'New', STATUS: 'active' })
    const going = work.run()
    await served.until(
      (event): event is Extract<ServiceEvent, { readonly is: 'started' }> =>
        event.is === 'started' && served.told.filter(it => it.is === 'started').length === 2,
    )
    const { body } = await post('/dead-letters/discard', { ids: [letter?.id], reason: 'a test record' })
    expect(body).to.deep.equal({ discarded: 1 })
    expect((await going).report.state).to.equal('succeeded')
    const closed = await get<DeadLetterDetailView>(`/dead-letters/${letter?.id}`)
    expect([closed.state, closed.discardReason]).to.deep.equal(['discarded', 'a test record'])
    const { actions } = await get<{ actions: JsonObject[] }>('/actions?subject=flow:vendors&limit=1')
    expect(actions[0]?.['details']).to.deep.equal({ reason: 'a test record', ids: [letter?.id] })
  })
})
