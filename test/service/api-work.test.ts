import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import type { FlowView, LineageView, PreviewView, RecordView, RunView } from '../../engine/service/api/views.ts'
import type { ServiceEvent } from '../../engine/service/hub.ts'
import type { Served, ServedOptions } from './support.ts'
import { brief, FLOW, openWork, type Work } from './work.support.ts'

describe('work that is asked for over the API', () => {
  let work: Work
  let served: Served
  let token: string
  const open = async (options: ServedOptions = {}) => {
    work = await openWork(options)
    served = work.served
    token = work.token
  }
  afterEach(() => served.close())
  const at = (path: string) => `/workspaces/acme${path}`
  const get = <T>(path: string) => work.get<T>(path)
  const post = <T = JsonObject>(path: string, body?: unknown) => work.post<T>(path, body)

  it('runs a flow in the name of who asked, and shows the run, its records and the action', async () => {
    await open()
    const { report } = await work.run()
    const { runs, next } = await get<{ runs: RunView[]; next: null }>('/runs?flow=vendors')
    expect([runs.map(it => [it.id, it.actor, it.state]), next]).to.deep.equal([
      [[report.runId, 'anna', 'succeeded']],
      null,
    ])
    expect(await get(`/runs/${report.runId}`)).to.deep.equal(runs[0])
    const records = await get<{ records: RecordView[]; next: number }>(`/records?run=${report.runId}&limit=5`)
    const rest = await get<{ records: RecordView[]; next: null }>(`/records?run=${report.runId}&before=${records.next}`)
    const all = [...records.records, ...rest.records]
    expect([all.length, rest.next, new Set(all.map(it => it.source.key)).size]).to.deep.equal([12, null, 12])
    const { actions } = await get<{ actions: JsonObject[] }>('/actions')
    expect(actions.map(it => [it['actor'], it['action'], it['subject']])).to.deep.equal([
      ['anna', 'flow.run', 'flow:vendors'],
    ])
  })

  it('runs chosen keys only', async () => {
    await open()
    await served.intacct.put('VENDOR', { VENDORID: 'ONE', NAME: 'One', STATUS: 'active' })
    const { report } = await work.run({ keys: ['ONE'] })
    expect([report.counts.read, report.counts.written]).to.deep.equal([1, 1])
  })

  it('compares a flow with its target in the name of who asked, and shows what it came to', async () => {
    await open()
    await work.run()
    const flow = async () => get<FlowView>('/flows/vendors')
    expect((await flow()).verified).to.equal(null)
    const [vendor] = await served.zoho.records('Vendors')
    await served.zoho.put('Vendors', { id: String(vendor?.['id']), Vendor_Name: 'By hand' })
    const { report: looked } = await work.runOf(() => post('/flows/vendors/verify', { heal: false }))
    expect((await flow()).verified).to.deep.include({ compared: 12, healed: 0, left: 1 })
    const { report } = await work.runOf(() => post('/flows/vendors/verify'))
    expect([looked.counts.written, report.counts.written]).to.deep.equal([0, 1])
    const { verified } = await flow()
    expect(verified).to.deep.include({ compared: 12, healed: 1, left: 0 })
    expect(Date.parse(verified?.until ?? '')).to.be.at.most(Date.parse(report.endedAt))
    expect(await get(`/runs/${report.runId}`)).to.include({ trigger: 'verify', actor: 'anna' })
    const { actions } = await get<{ actions: JsonObject[] }>('/actions')
    expect(actions.map(it => [it['action'], it['details']])).to.deep.include(['flow.verify', { heal: false }])
    expect(brief(await post('/flows/vendors/verify', { calls: 0 }))).to.deep.equal([400, 'API_INPUT'])
  })

  it('takes the records of a time through the flow again', async () => {
    await open()
    const { report: first } = await work.run()
    const [vendor] = await served.zoho.records('Vendors')
    await served.zoho.put('Vendors', { id: String(vendor?.['id']), Vendor_Name: 'By hand' })
    const keys = [String(vendor?.['ERP_ID'])]
    const wish = { since: first.startedAt, until: first.endedAt, outcome: 'written' }
    const { report: again } = await work.runOf(() => post('/flows/vendors/replay', wish))
    expect(again.counts, 'nothing has changed at the source').to.include({ read: 12, written: 0 })
    const { report } = await work.runOf(() => post('/flows/vendors/replay', { ...wish, keys, force: true }))
    expect(report.counts).to.include({ read: 1, written: 1 })
    expect((await served.zoho.records('Vendors')).map(it => it['Vendor_Name'])).to.not.include('By hand')
    const later = { since: first.endedAt, until: first.startedAt }
    expect(brief(await post('/flows/vendors/replay', later))).to.deep.equal([400, 'API_INPUT'])
    expect(brief(await post('/flows/vendors/replay', {}))).to.deep.equal([400, 'API_INPUT'])
    const { actions } = await get<{ actions: JsonObject[] }>('/actions')
    expect(actions[0]).to.deep.include({ action: 'flow.replay', details: { ...wish, keys, force: true } })
    expect(await get(`/runs/${report.runId}`)).to.include({ trigger: 'replay', actor: 'anna' })
  })

  it('tells a page what happens, as it happens, and ends with the service', async () => {
    await open()
    const answer = await fetch(`${served.url}/api/v1${at('/events')}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.headers.get('content-type')).to.equal('text/event-stream; charset=utf-8')
    expect(answer.headers.get('content-security-policy')).to.be.a('string')
    const { report } = await work.run()
    const shown = await get<RunView>(`/runs/${report.runId}`)
    await post('/flows/vendors/pause', { reason: 'stocktaking' })
    const stopped = served.running.stop(5_000)
    const events = [...(await answer.text()).matchAll(/event: (\S+)\ndata: (.*)\n/g)].map(
      ([, name, data]): [string, JsonObject] => [name ?? '', JSON.parse(data ?? '')],
    )
    expect(await stopped).to.equal(true)
    const names = events.map(([name]) => name)
    expect(names.filter(it => it !== 'run.progress')).to.deep.equal([
      'flow.queued',
      'run.started',
      'run.ended',
      'flow.paused',
    ])
    expect(names).to.include('run.progress')
    const [, last] = events.find(([name]) => name === 'run.ended') ?? []
    expect(last).to.deep.equal({ flow: 'vendors', run: shown })
  })

  it('tells nothing of other workspaces', async () => {
    await open({ workspaces: ['acme', 'globex'] })
    const stop = new AbortController()
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${served.url}/api/v1${at('/events')}`, { headers, signal: stop.signal })
    const ref = { workspace: 'globex', flow: 'vendors' }
    await served.service.dispatcher.request(ref, { is: 'run', trigger: 'manual', actor: 'x', mode: 'incremental' })
    await post('/flows/vendors/pause', { reason: 'marks the end' })
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('flow.paused')) text += (await reader?.read())?.value ?? ''
    stop.abort()
    expect(text.match(/event: \S+/g)).to.deep.equal(['event: flow.paused'])
  })

  it('cancels a run in the middle of it: what was written is settled', async () => {
    await open()
    await served.zoho.fault({ path: 'POST /crm/v8/Vendors', action: 'delay', delayMs: 700 })
    const going = work.runOf(() => post('/flows/vendors/run'))
    const { runId } = await served.until(
      (event): event is Extract<ServiceEvent, { readonly is: 'started' }> => event.is === 'started',
    )
    const answer = await post(`/runs/${runId}/cancel`)
    expect([answer.status, answer.body]).to.deep.equal([202, { id: runId, state: 'stopping' }])
    const { report } = await going
    expect([report.state, (await get<RunView>(`/runs/${runId}`)).state]).to.deep.equal(['cancelled', 'cancelled'])
    expect(await served.ledger().leaseHolder('vendors')).to.equal(undefined)
    const again = await post(`/runs/${runId}/cancel`)
    expect(brief(again)).to.deep.equal([409, 'API_CONFLICT'])
    const { report: next } = await work.run()
    expect(next.state).to.equal('succeeded')
    expect((await served.zoho.records('Vendors')).length).to.equal(12)
  })

  it('cancels one run only: what waits for its flow comes next', async () => {
    await open()
    await served.zoho.fault({ path: 'POST /crm/v8/Vendors', action: 'delay', delayMs: 700 })
    const going = work.runOf(() => post('/flows/vendors/run'))
    const { runId } = await served.until(
      (event): event is Extract<ServiceEvent, { readonly is: 'started' }> => event.is === 'started',
    )
    expect((await post('/flows/vendors/run', { mode: 'backfill' })).status).to.equal(202)
    expect((await post(`/runs/${runId}/cancel`)).status).to.equal(202)
    expect((await going).report.state).to.equal('cancelled')
    const next = await served.until(
      (event): event is Extract<ServiceEvent, { readonly is: 'ended' }> =>
        event.is === 'ended' && event.report.runId !== runId,
    )
    expect([next.report.state, (await served.zoho.records('Vendors')).length]).to.deep.equal(['succeeded', 12])
  })

  it('takes a body that is null for one without fields', async () => {
    await open()
    const nothing = 'null'
    expect(brief(await post('/dead-letters/replay', nothing))).to.deep.equal([400, 'API_INPUT'])
    const { report } = await work.run(nothing)
    expect(report.state).to.equal('succeeded')
  })

  it('says where a record came from, from either end, and with live=true what both ends hold now', async () => {
    await open()
    await work.run()
    await served.intacct.put('VENDOR', { VENDORID: 'ONE', NAME: 'One', STATUS: 'active' })
    const { report } = await work.run()
    const lineage = await get<LineageView>('/lineage?flow=vendors&key=ONE')
    const [target] = lineage.targets
    expect([lineage.source.key, lineage.flow.isCurrent, target?.runId, target?.actor]).to.deep.equal([
      'ONE',
      true,
      report.runId,
      'anna',
    ])
    expect(await get(`/lineage?connection=zoho&entity=Vendors&id=${target?.id}`)).to.deep.equal(lineage)
    await served.intacct.put('VENDOR', { VENDORID: 'ONE', NAME: 'Uno' })
    const live = await get<LineageView>('/lineage?flow=vendors&key=ONE&live=true')
    const field = live.targets[0]?.fields.find(it => it.field === 'Vendor_Name')
    expect([field?.expression, field?.file, field?.line, field?.mapped, field?.held]).to.deep.equal([
      'NAME',
      'flows/vendors.yaml',
      4,
      'Uno',
      'One',
    ])
    const viewer = await served.token('viewer')
    expect((await served.ask(at('/lineage?flow=vendors&key=ONE&live=true'), { token: viewer })).status).to.equal(403)
    expect((await served.ask(at('/lineage?flow=vendors&key=nobody'), { token })).status).to.equal(404)
  })

  describe('with a text that is not saved yet', () => {
    beforeEach(() => open())
    const changed = FLOW.replace('NAME,', '"$uppercase(NAME)",')

    it('shows what it would do with a pasted record, and writes nothing', async () => {
      const records = [{ VENDORID: 'P', NAME: 'pasted', 'DISPLAYCONTACT.EMAIL1': 'a@b.example' }]
      const { body } = await post<PreviewView>('/preview', { flow: 'vendors', yaml: changed, records })
      expect(body.diagnostics).to.deep.equal([])
      expect(body.records.map(it => [it.key, it.would, it.mapped])).to.deep.equal([
        ['P', 'create', { Vendor_Name: 'PASTED', ERP_ID: 'P', Email: 'a@b.example' }],
      ])
      expect([await served.zoho.records('Vendors'), (await served.intacct.calls()).total]).to.deep.equal([[], 0])
      expect(
        (await post<PreviewView>('/preview', { flow: 'vendors', yaml: changed, records: [] })).body.records,
      ).to.deep.equal([])
    })

    it('shows its mistakes instead, with their places', async () => {
      const yaml = FLOW.replace('NAME,', 'NAMEE,')
      const { body } = await post<PreviewView>('/preview', { flow: 'vendors', yaml, records: [{ VENDORID: 'P' }] })
      expect(body.diagnostics.map(it => [it.code, it.file, it.line, it.column])).to.deep.equal([
        ['FLOW_UNKNOWN_SOURCE_FIELD', 'flows/vendors.yaml', 4, 21],
      ])
      const checked = await post('/validate', { yaml })
      expect(checked.body).to.deep.equal({ diagnostics: body.diagnostics, flow: null })
    })

    it('claims nothing about a target that it could not read', async () => {
      const body = '{"error":"invalid_code"}'
      await served.zoho.fault({ path: '/oauth/', action: 'answer', status: 400, times: 99, body })
      const records = [{ VENDORID: 'P', NAME: 'pasted' }]
      const answer = await post<PreviewView>('/preview', { flow: 'vendors', records })
      expect([answer.status, answer.body.records.map(it => it.would)]).to.deep.equal([200, ['unknown']])
      expect(answer.body.targetUnread?.connection).to.equal('zoho')
    })

    it('reads neither files outside of the workspace, nor its keys, nor variables that the saved one does not name', async () => {
      for (const path of ['../../../../../../etc/passwd', '../.ml-connector/key']) {
        const { text } = await post('/validate', { yaml: `${FLOW}tables: { stolen: "${path}" }\n` })
        expect(text).to.include('is outside of the workspace')
      }
      const asked = FLOW.replace('entity: VENDOR', 'entity: "${env:ML_CONNECTOR_KEY}"')
      const { text } = await post('/validate', { yaml: asked })
      expect([text.includes(Buffer.alloc(32, 7).toString('base64url')), /ML_CONNECTOR_KEY/.test(text)]).to.deep.equal([
        false,
        true,
      ])
    })
  })

  it('never says a secret', async () => {
    await open()
    await work.run()
    await post('/connections/zoho/ping')
    const paths = ['', '/flows', '/flows/vendors', '/runs', '/records', '/connections', '/actions', '/tokens']
    const all = (await Promise.all(paths.map(it => served.ask(at(it), { token })))).map(it => it.text).join('')
    expect(served.secrets.filter(it => all.includes(it) || served.logged.join('').includes(it))).to.deep.equal([])
  })
})
