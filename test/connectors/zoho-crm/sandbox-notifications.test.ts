import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { type Body, openRig, type Rig } from './sandbox.support.ts'

const NOW = '2026-03-02T10:00:00Z'
const IN_A_WEEK = '2026-03-09T11:00:00+01:00'
const CHANNEL = '1105420521999070702'

describe('Zoho sandbox: notifications', () => {
  let rig: Rig
  let listener: Server
  let url: string
  let heard: Body[]
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: NOW })
    heard = []
    listener = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () => {
        heard.push(JSON.parse(Buffer.concat(chunks).toString()))
        response.end()
        listener.emit('heard')
      })
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/zoho?src=crm`
  })
  afterEach(async () => {
    await rig.close()
    listener.closeAllConnections()
    listener.close()
  })

  const hear = async (count: number): Promise<readonly Body[]> => {
    while (heard.length < count) await once(listener, 'heard')
    return heard
  }
  const watch = (method: string, channel: object, wrapper = true) =>
    rig.call(method, 'actions/watch', { body: wrapper ? { watch: [channel] } : channel })
  const channel = (changes: object = {}) => ({
    channel_id: CHANNEL,
    events: ['Accounts.all'],
    notify_url: url,
    token: 'v1.secret',
    channel_expiry: IN_A_WEEK,
    ...changes,
  })
  const expiryOf = (answer: { body: Body }) => answer.body.watch[0].details.events[0].channel_expiry
  const deliveries = async () => (await rig.control.facts())['deliveries'] as Record<string, number>

  it('subscribes with 201 and says what was granted', async () => {
    const { status, body } = await watch('POST', channel({ events: ['Accounts.all', 'Deals.edit'] }))
    expect(status).to.equal(201)
    expect(body.watch[0]).to.deep.include({
      code: 'SUCCESS',
      status: 'success',
      message: 'Successfully subscribed for actions-watch of the given module',
    })
    expect(body.watch[0].details.events.map(it => it.resource_name)).to.deep.equal(['Accounts', 'Deals'])
    expect(body.watch[0].details.events[0]).to.deep.equal({
      channel_id: CHANNEL,
      resource_id: '5725767000000002131',
      resource_name: 'Accounts',
      resource_uri: `${rig.sandbox.url}/crm/v2/Accounts`,
      channel_expiry: IN_A_WEEK,
    })
  })

  it('grants a week at most, and silently one hour for more or for nothing said', async () => {
    const anHour = '2026-03-02T12:00:00+01:00'
    expect(expiryOf(await watch('POST', channel()))).to.equal(IN_A_WEEK)
    const beyond = channel({ channel_expiry: '2026-03-09T11:00:01+01:00' })
    expect(expiryOf(await watch('POST', beyond))).to.equal(anHour)
    expect(expiryOf(await watch('POST', channel({ channel_expiry: undefined })))).to.equal(anHour)
    expect((await watch('POST', channel({ channel_expiry: '2026-03-01T00:00:00Z' }))).status).to.equal(400)
  })

  it('tells insert, update and delete with the token, the query and a v2 address', async () => {
    await watch('POST', channel({ return_affected_field_values: true }))
    const [id = ''] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    await hear(1)
    await rig.control.put('Accounts', { id, Phone: '0431 1' })
    await hear(2)
    await rig.call('DELETE', `Accounts/${id}`)
    const [inserted, updated, deleted] = await hear(3)
    expect(inserted).to.deep.equal({
      server_time: Date.parse(NOW),
      module: 'Accounts',
      operation: 'insert',
      channel_id: CHANNEL,
      token: 'v1.secret',
      resource_uri: `${rig.sandbox.url}/crm/v2/Accounts`,
      ids: [id],
      query_params: { src: 'crm' },
      affected_fields: [],
    })
    expect(updated).to.deep.include({
      operation: 'update',
      ids: [id],
      affected_fields: [{ [id]: ['Phone'] }],
      affected_values: [{ record_id: id, values: { Phone: '0431 1' } }],
    })
    expect(deleted).to.deep.include({ operation: 'delete', ids: [id] })
  })

  it('tells several records of one call at once, and only the events that were asked for', async () => {
    await watch('POST', channel({ events: ['Accounts.create'] }))
    const ids = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' }, { Account_Name: 'B', ERP_ID: 'C2' })
    await hear(1)
    await rig.accounts({ Phone: '1', ERP_ID: 'C1' })
    await rig.accounts({ Account_Name: 'C', ERP_ID: 'C3' })
    const told = await hear(2)
    expect(told.map(it => [it.operation, it.ids.length])).to.deep.equal([
      ['insert', 2],
      ['insert', 1],
    ])
    expect(told[0]?.ids).to.deep.equal(ids)
  })

  it('tells edits of the chosen fields only, when a condition says so', async () => {
    const condition = [
      {
        type: 'field_selection',
        module: { api_name: 'Accounts' },
        field_selection: {
          group_operator: 'or',
          group: [{ field: { api_name: 'Phone' } }, { field: { api_name: 'Fax' } }],
        },
      },
    ]
    await watch('POST', channel({ events: ['Accounts.edit'], notification_condition: condition }))
    const [id = ''] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    await rig.control.put('Accounts', { id, Website: 'a.example.com' })
    await rig.control.put('Accounts', { id, Fax: '9' })
    const [only] = await hear(1)
    expect(only?.affected_fields).to.deep.equal([{ [id]: ['Fax'] }])
    const three = { ...condition[0]?.field_selection, group: Array.from({ length: 3 }, () => ({ field: {} })) }
    const wide = [{ type: 'field_selection', field_selection: three }]
    expect((await watch('POST', channel({ notification_condition: wide }))).status).to.equal(400)
  })

  it('replaces everything with PUT and only what is sent with PATCH', async () => {
    await watch('POST', channel({ return_affected_field_values: true }))
    const read = async () => (await rig.call('GET', `actions/watch?channel_id=${CHANNEL}`)).body.watch
    const patched = await watch('PATCH', { channel_id: CHANNEL, events: ['Deals.edit'] })
    expect(patched.body.watch[0].message).to.equal('Successfully updated the subscribe details')
    expect((await read()).map(it => [it.resource_name, it.events, it.token])).to.deep.equal([
      ['Accounts', ['Accounts.create', 'Accounts.edit', 'Accounts.delete'], 'v1.secret'],
      ['Deals', ['Deals.edit'], 'v1.secret'],
    ])
    const removal = { channel_id: CHANNEL, events: ['Accounts.create'], _delete_events: true }
    const removed = await watch('PATCH', removal, false)
    expect(removed.body.watch[0].message).to.equal('Successfully removed the subscribe details')
    expect((await read())[0].events).to.deep.equal(['Accounts.edit', 'Accounts.delete'])
    const put = await watch('PUT', { channel_id: CHANNEL, events: ['Accounts.edit'], notify_url: url })
    expect([put.status, expiryOf(put)]).to.deep.equal([200, '2026-03-02T12:00:00+01:00'])
    expect(await read()).to.have.lengthOf(1)
    expect((await read())[0]).to.deep.include({ token: null, return_affected_field_values: false })
  })

  it('extends a channel with PATCH and PUT', async () => {
    await watch('POST', channel({ channel_expiry: undefined }))
    const day = '2026-03-03T11:00:00+01:00'
    expect(expiryOf(await watch('PATCH', { channel_id: CHANNEL, channel_expiry: day }))).to.equal(day)
    expect(expiryOf(await watch('PUT', channel()))).to.equal(IN_A_WEEK)
  })

  it('answers NOT_SUBSCRIBED for a channel that is unknown or over', async () => {
    const code = async (method: string) => (await watch(method, channel())).body.watch[0].code
    expect([await code('PUT'), await code('PATCH')]).to.deep.equal(['NOT_SUBSCRIBED', 'NOT_SUBSCRIBED'])
    await watch('POST', channel())
    const gone = await rig.call('DELETE', `actions/watch?channel_ids=${CHANNEL},77`)
    expect([gone.status, gone.body.watch.map(it => it.code)]).to.deep.equal([207, ['SUCCESS', 'NOT_SUBSCRIBED']])
    expect((await rig.call('DELETE', `actions/watch?channel_ids=${CHANNEL}`)).status).to.equal(400)
    await watch('POST', channel({ channel_expiry: undefined }))
    await rig.control.clock({ advanceMs: 3600_000 })
    await rig.signIn()
    expect(await code('PATCH')).to.equal('NOT_SUBSCRIBED')
  })

  it('reads the live channels and answers 204 when there are none', async () => {
    expect((await rig.call('GET', 'actions/watch')).status).to.equal(204)
    await watch('POST', channel())
    const { body } = await rig.call('GET', 'actions/watch?module=Accounts')
    expect(body.watch[0]).to.deep.include({ channel_id: CHANNEL, notify_url: url, notify_on_related_action: true })
    expect(body.info).to.include({ count: 1, more_records: false })
    expect((await rig.call('GET', 'actions/watch?module=Deals')).status).to.equal(204)
  })

  it('stops telling when the channel is over', async () => {
    await watch('POST', channel({ channel_expiry: undefined }))
    await rig.control.clock({ advanceMs: 3600_000 })
    await rig.signIn()
    await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    await watch('POST', channel())
    const ids = await rig.accounts({ Account_Name: 'B', ERP_ID: 'C2' })
    expect((await hear(1)).map(it => it.ids)).to.deep.equal([ids])
    expect(await deliveries()).to.deep.equal({ sent: 1, failed: 0, lost: 0, undeliverable: 0 })
  })

  it('loses, doubles or delays notifications when told to', async () => {
    await watch('POST', channel())
    await rig.control.knobs({ notifications: 'lost' })
    await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    expect(await deliveries()).to.include({ lost: 1 })
    await rig.control.knobs({ notifications: 'late', notifyDelayMs: 150 })
    await rig.accounts({ Account_Name: 'B', ERP_ID: 'C2' })
    await rig.control.knobs({ notifications: 'duplicate' })
    const [id] = await rig.accounts({ Account_Name: 'C', ERP_ID: 'C3' })
    const told = await hear(3)
    expect(told.slice(0, 2).map(it => it.ids)).to.deep.equal([[id], [id]])
    expect(told[2]?.ids).not.to.deep.equal([id])
  })

  it('refuses channels that are not well made', async () => {
    const cases = [
      [{ channel_id: undefined }, 'MANDATORY_NOT_FOUND', 'channel_id'],
      [{ channel_id: 'abc' }, 'INVALID_DATA', 'channel_id'],
      [{ events: undefined }, 'MANDATORY_NOT_FOUND', 'events'],
      [{ events: ['Accounts.update'] }, 'INVALID_DATA', 'events'],
      [{ events: ['Nothing.edit'] }, 'INVALID_DATA', 'events'],
      [{ notify_url: undefined }, 'MANDATORY_NOT_FOUND', 'notify_url'],
      [{ notify_url: 'http://hooks.example.com' }, 'INVALID_DATA', 'notify_url'],
      [{ notify_url: `https://hooks.example.com/${'x'.repeat(255)}` }, 'INVALID_DATA', 'notify_url'],
      [{ token: 'x'.repeat(51) }, 'INVALID_DATA', 'token'],
    ] as const
    for (const [changes, code, field] of cases) {
      const { status, body } = await watch('POST', channel(changes))
      const [said] = body.watch
      expect([status, said.code, said.details.api_name], JSON.stringify(changes)).to.deep.equal([400, code, field])
    }
    const mixed = await rig.call('POST', 'actions/watch', { body: { watch: [channel(), { channel_id: '1' }] } })
    expect(mixed.status).to.equal(207)
  })

  it('calls nobody but loopback', async () => {
    await watch('POST', channel({ notify_url: 'https://hooks.example.com/zoho' }))
    await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    expect(await deliveries()).to.include({ sent: 0, undeliverable: 1 })
  })
})
