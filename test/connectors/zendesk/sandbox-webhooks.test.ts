import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { JsonObject } from '../../../engine/core/record.ts'
import { makeOrganization, makeUser, openRig, type Rig } from './sandbox.support.ts'

interface Got {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver on loopback: keeps what came, answers what it is told, in turn; `null` is silence. */
async function openReceiver() {
  const got: Got[] = []
  const answers: (readonly [status: number, headers?: Record<string, string>] | null)[] = []
  let wake = () => {}
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      got.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') })
      const answer = answers.length > 0 ? answers.shift() : ([200] as const)
      if (answer) response.writeHead(answer[0], answer[1]).end('thanks')
      wake()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    answers,
    until: async (count: number) => {
      while (got.length < count) await new Promise<void>(resolve => (wake = resolve))
      return got.map(it => JSON.parse(it.body) as JsonObject)
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const SIGNATURE = 'x-zendesk-webhook-signature'
const INVOCATION = 'x-zendesk-webhook-invocation-id'
const VECTOR =
  '{"type":"zen:event-type:organization.name_changed","account_id":11223344,"id":"0b9d6f0e-7c1a-4a53-9a7e-3f6c2f1d8e55","time":"2026-03-02T10:15:30Z","zendesk_event_version":"2022-06-20","subject":"zen:organization:4417092331287","detail":{"id":"4417092331287","name":"Müller & Söhne GmbH"},"event":{"current":"Müller & Söhne GmbH","previous":"Mueller"}}'

describe('Zendesk sandbox: webhooks', () => {
  let rig: Rig
  let receiver: Awaited<ReturnType<typeof openReceiver>>
  beforeEach(async () => {
    rig = await openRig({ deliveryRetryMs: '1' })
    await rig.control.clock({ now: '2026-03-02T10:15:31Z' })
    receiver = await openReceiver()
  })
  afterEach(async () => {
    await rig.close()
    receiver.close()
  })

  const asked = (more: object = {}) => ({
    webhook: {
      name: 'Intacct sync',
      status: 'active',
      endpoint: receiver.url,
      http_method: 'POST',
      request_format: 'json',
      subscriptions: ['zen:event-type:organization.created', 'zen:event-type:organization.name_changed'],
      ...more,
    },
  })
  const subscribe = async (more: object = {}): Promise<string> => {
    const answer = await rig.call('POST', 'webhooks', { body: asked(more) })
    expect(answer.status, answer.text).to.equal(201)
    return String(answer.body.webhook['id'])
  }
  const settled = async (count: number) => {
    for (;;) {
      const { sent, failed } = (await rig.control.facts())['deliveries'] as { sent: number; failed: number }
      if (sent + failed >= count) return
    }
  }
  const invocations = async (id: string) => (await rig.get(`webhooks/${id}/invocations`)).body.invocations

  it('makes, shows, changes, copies, lists and removes', async () => {
    const authentication = { type: 'basic_auth', data: { username: 'u', password: 'p' }, add_position: 'header' }
    const made = await rig.call('POST', 'webhooks', { body: asked({ authentication }) })
    const { id } = made.body.webhook
    expect(id).to.match(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(made.body.webhook).to.deep.include({
      created_at: '2026-03-02T10:15:31.000123456Z',
      created_by: '4417092330001',
    })
    expect(made.body.webhook['authentication']).to.deep.equal({ ...authentication, data: { username: 'u' } })
    expect((await rig.get(`webhooks/${id}`)).body.webhook['created_at']).to.equal('2026-03-02T10:15:31Z')
    const put = await rig.call('PUT', `webhooks/${id}`, { body: asked({ name: 'Other' }) })
    const patch = await rig.call('PATCH', `webhooks/${id}`, { body: { webhook: { status: 'inactive' } } })
    expect([put, patch].map(it => [it.status, it.text])).to.deep.equal(Array(2).fill([204, '']))
    expect((await rig.call('POST', `webhooks?clone_webhook_id=${id}`, { body: {} })).status).to.equal(201)
    const named = await rig.get('webhooks?filter[name_contains]=oth')
    expect(named.body.webhooks.map(it => [it['name'], it['status']])).to.deep.equal(
      Array(2).fill(['Other', 'inactive']),
    )
    expect(named.body.meta['has_more']).to.equal(false)
    expect((await rig.call('DELETE', `webhooks/${id}`)).status).to.equal(204)
    expect((await rig.call('DELETE', `webhooks/${id}`)).status).to.equal(404)
  })

  it('hears events or triggers, not both, not the other later, and no unknown name', async () => {
    for (const more of [
      { subscriptions: ['zen:event-type:organization.updated'] },
      { subscriptions: ['conditional_ticket_events', 'zen:event-type:organization.created'] },
      { http_method: 'PUT' },
      { request_format: 'xml' },
      { endpoint: 'nowhere' },
    ])
      expect((await rig.call('POST', 'webhooks', { body: asked(more) })).status, JSON.stringify(more)).to.equal(400)
    const id = await subscribe()
    const body = { webhook: { subscriptions: ['conditional_ticket_events'] } }
    expect((await rig.call('PATCH', `webhooks/${id}`, { body })).status).to.equal(400)
    await subscribe({
      subscriptions: ['conditional_ticket_events'],
      http_method: 'GET',
      request_format: 'form_encoded',
    })
  })

  it('has a signing secret of 44 characters that can be made anew', async () => {
    const id = await subscribe()
    const first = await rig.get(`webhooks/${id}/signing_secret`)
    expect([first.status, first.body.signing_secret.secret.length, first.body.signing_secret.algorithm]).to.deep.equal([
      200,
      44,
      'SHA256',
    ])
    const anew = await rig.call('POST', `webhooks/${id}/signing_secret`)
    expect(anew.status).to.equal(201)
    expect((await rig.get(`webhooks/${id}/signing_secret`)).body).to.deep.equal(anew.body)
    expect(anew.body.signing_secret.secret).to.not.equal(first.body.signing_secret.secret)
  })

  it('delivers what happened, pretty-printed, keys in order, signed over time and raw body', async () => {
    const id = await subscribe({
      authentication: { type: 'bearer_token', data: { token: 't0k' }, add_position: 'header' },
    })
    const { secret } = (await rig.get(`webhooks/${id}/signing_secret`)).body.signing_secret
    const made = await makeOrganization(rig, { name: 'Müller & Söhne' })
    const [event] = await receiver.until(1)
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.got
    expect(headers).to.include({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Zendesk Webhook',
      'x-zendesk-account-id': '11223344',
      'x-zendesk-webhook-id': id,
      'x-zendesk-webhook-signature-timestamp': '2026-03-02T10:15:31Z',
      authorization: 'Bearer t0k',
    })
    expect(headers[SIGNATURE]).to.equal(
      createHmac('sha256', secret).update(`2026-03-02T10:15:31Z${body}`).digest('base64'),
    )
    expect(body)
      .to.match(/^\{\n {2}"account_id": 11223344,\n {2}"detail": \{\n {4}"created_at"/)
      .and.match(/\}\n$/)
    const { id: eventId, ...rest } = event ?? {}
    expect(eventId).to.match(/^[0-9a-f-]{36}$/)
    expect(rest).to.deep.equal({
      type: 'zen:event-type:organization.created',
      account_id: 11223344,
      time: '2026-03-02T10:15:31Z',
      zendesk_event_version: '2022-06-20',
      subject: `zen:organization:${made.id}`,
      detail: {
        id: String(made.id),
        name: 'Müller & Söhne',
        external_id: '',
        group_id: '0',
        shared_tickets: false,
        shared_comments: false,
        created_at: '2026-03-02T10:15:31Z',
        updated_at: '2026-03-02T10:15:31Z',
      },
      event: {},
    })
  })

  it('signs the vectors of the fact sheet', async () => {
    for (const [payload, signature] of [
      [VECTOR, 'V9mPiHnyYfFvJhXu7m39Dp+Tg0oMccmqElkBuwEB7Tw='],
      [`${VECTOR}\n`, 'MZwEUXKjnLkOmL8I5p4zURjJ5kWNc+SdwaT6pD3OGUo='],
      ['', 'E/2cgL3c8OQFKCfIuGN1El/FYyAv26GQUcRmgPrGcP8='],
    ]) {
      const request = { endpoint: receiver.url, http_method: 'POST', request_format: 'json', payload }
      await rig.call('POST', 'webhooks/test', { body: { request } })
      expect(receiver.got.at(-1)?.headers[SIGNATURE]).to.equal(signature)
      expect(receiver.got.at(-1)?.body).to.equal(payload)
    }
  })

  it('answers 200 to a test call whatever the receiver says', async () => {
    const id = await subscribe()
    receiver.answers.push([404])
    const answer = await rig.call('POST', `webhooks/test?webhook_id=${id}`, { body: { request: { payload: '{}' } } })
    expect([answer.status, answer.body['response']]).to.deep.include(200)
    expect(answer.body['response']).to.include({ status_code: 404, payload: 'thanks' })
  })

  it('says which of the changes of a record it tells', async () => {
    const { id } = await makeOrganization(rig, { name: 'Acme', external_id: 'C1', tags: ['a'] })
    const { id: user } = await makeUser(rig, { name: 'Jo' })
    const { ticket } = (await rig.call('POST', 'tickets', { body: { ticket: { comment: { body: 'x' } } } })).body
    const names = (subject: string, ...events: string[]) => events.map(it => `zen:event-type:${subject}.${it}`)
    await subscribe({
      subscriptions: [
        ...names(
          'organization',
          'created',
          'deleted',
          'name_changed',
          'external_id_changed',
          'tags_changed',
          'custom_field_changed',
        ),
        ...names('user', 'organization_membership_created', 'suspended_changed'),
        ...names('ticket', 'status_changed', 'comment_added', 'soft_deleted'),
      ],
    })
    const organization = { external_id: 'C2', notes: 'silent', tags: ['b'], organization_fields: { erp_status: 'x' } }
    await rig.call('PUT', `organizations/${id}`, { body: { organization } })
    await rig.call('PUT', `users/${user}`, { body: { user: { organization_id: id, suspended: true } } })
    await rig.call('PUT', `tickets/${ticket['id']}`, {
      body: { ticket: { status: 'solved', comment: { body: 'done' } } },
    })
    await rig.call('DELETE', `tickets/${ticket['id']}`)
    const events = await receiver.until(8)
    const told = events.map(it => String(it['type']).replace('zen:event-type:', '')).sort()
    expect(told).to.deep.equal([
      'organization.custom_field_changed',
      'organization.external_id_changed',
      'organization.tags_changed',
      'ticket.comment_added',
      'ticket.soft_deleted',
      'ticket.status_changed',
      'user.organization_membership_created',
      'user.suspended_changed',
    ])
    const changed = events.find(it => String(it['type']).endsWith('external_id_changed'))
    expect(changed?.['event']).to.deep.equal({ current: 'C2', previous: 'C1' })
    const status = events.find(it => String(it['type']).endsWith('status_changed'))
    expect(status?.['detail']).to.deep.include({ id: String(ticket['id']), status: 'SOLVED', assignee_id: '0' })
  })

  it('tries 409 again up to three times: same invocation, a fresh time and signature', async () => {
    const id = await subscribe()
    receiver.answers.push([409], [409], [409], [409], [409])
    await rig.control.knobs({ deliveryRetryMs: 150 })
    await makeOrganization(rig, { name: 'A' })
    await receiver.until(1)
    await rig.control.clock({ advanceMs: 8 * 60_000 })
    await receiver.until(4)
    await settled(1)
    expect(receiver.got).to.have.length(4)
    expect(new Set(receiver.got.map(it => it.headers[INVOCATION])).size).to.equal(1)
    expect(new Set(receiver.got.map(it => it.body)).size).to.equal(1)
    expect(new Set(receiver.got.map(it => it.headers[SIGNATURE])).size).to.be.greaterThan(1)
    const [invocation] = await invocations(id)
    const { attempts } = (await rig.get(`webhooks/${id}/invocations/${invocation?.['id']}/attempts`)).body
    expect([invocation?.['status'], attempts.length]).to.deep.equal(['failed', 4])
  })

  it('tries 429 and 503 again only with a hint, time-outs too, and 403 and 500 never', async () => {
    await rig.control.knobs({ deliveryTimeoutMs: 60 })
    const id = await subscribe()
    for (const [answers, count, status] of [
      [[[503, { 'retry-after': '0' }], [429, { 'retry-after': '0' }], [200]], 3, 'success'],
      [[[503]], 1, 'failed'],
      [[[429, { 'retry-after': '60' }]], 1, 'failed'],
      [[[403]], 1, 'terminated'],
      [[[500]], 1, 'terminated'],
      [[null, [200]], 2, 'success'],
    ] as const) {
      receiver.got.length = 0
      receiver.answers.push(...answers)
      const before = (await invocations(id)).length
      await rig.control.put('organizations', { name: `Org ${before}` })
      await receiver.until(count)
      await settled(before + 1)
      const [invocation] = await invocations(id)
      expect([receiver.got.length, invocation?.['status']]).to.deep.equal([count, status])
    }
  })

  it('opens the circuit when most attempts fail, for some seconds; those events are lost', async () => {
    await rig.control.knobs({ breakerMinimum: 3 })
    const id = await subscribe()
    for (let i = 0; i < 5; i += 1) {
      receiver.answers.push([500])
      await makeOrganization(rig, { name: `Org ${i}` })
      await settled(i + 1)
    }
    expect((await invocations(id)).map(it => it['status'])).to.deep.equal([
      ...Array(2).fill('circuit broken'),
      ...Array(3).fill('terminated'),
    ])
    expect(receiver.got).to.have.length(3)
    await rig.control.clock({ advanceMs: 5000 })
    receiver.answers.length = 0
    await makeOrganization(rig, { name: 'Again' })
    await receiver.until(4)
  })

  it('loses, doubles, delays and reorders deliveries as told', async () => {
    await subscribe()
    const make = async (mode: string, ...names: readonly string[]) => {
      receiver.got.length = 0
      await rig.control.knobs({ deliveries: mode, deliveryDelayMs: mode === 'reordered' ? 500 : 60 })
      for (const name of names) await makeOrganization(rig, { name })
    }
    const told = async (count: number) => (await receiver.until(count)).map(it => (it['detail'] as JsonObject)['name'])
    await make('lost', 'lost')
    expect((await rig.control.facts())['deliveries']).to.include({ lost: 1, sent: 0 })
    await make('duplicate', 'twice')
    expect(await told(2)).to.deep.equal(['twice', 'twice'])
    expect(receiver.got[0]?.body).to.equal(receiver.got[1]?.body)
    const startedAt = performance.now()
    await make('late', 'late')
    expect(await told(1)).to.deep.equal(['late'])
    expect(performance.now() - startedAt).to.be.at.least(55)
    await make('normal', 'between')
    await told(1)
    await make('reordered', 'first', 'second')
    const order = await told(2)
    expect([...order].sort()).to.deep.equal(['first', 'second'])
    expect(order).to.deep.equal(['second', 'first'])
  })

  it('calls nobody who is not on this machine, and none that is inactive or removed', async () => {
    const away = await subscribe({ endpoint: 'https://hooks.acme.example/zendesk' })
    const [idle, gone] = [await subscribe({ status: 'inactive' }), await subscribe()]
    await rig.call('DELETE', `webhooks/${gone}`)
    await makeOrganization(rig, { name: 'A' })
    expect((await invocations(away)).map(it => it['status'])).to.deep.equal(['terminated'])
    expect(await invocations(idle)).to.deep.equal([])
    expect((await rig.control.facts())['deliveries']).to.include({ undeliverable: 1, sent: 0 })
    expect(receiver.got).to.deep.equal([])
  })

  it('lets a trigger send whatever an administrator typed, signed as well', async () => {
    const id = await subscribe({ subscriptions: ['conditional_ticket_events'], http_method: 'PUT' })
    const { secret } = (await rig.get(`webhooks/${id}/signing_secret`)).body.signing_secret
    await rig.control.knobs({ fireTrigger: { webhook_id: id, body: { ticket_id: '12', org: 'C1' } } })
    expect(await receiver.until(1)).to.deep.equal([{ ticket_id: '12', org: 'C1' }])
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.got
    expect(headers[SIGNATURE]).to.equal(
      createHmac('sha256', secret).update(`2026-03-02T10:15:31Z${body}`).digest('base64'),
    )
  })

  it('keeps 100 calls a minute, 20 tests, and the bounds of a trial', async () => {
    await rig.control.knobs({ trialAccount: true, webhookTestsPerMinute: 1 })
    for (let i = 0; i < 10; i += 1) await subscribe()
    expect((await rig.call('POST', 'webhooks', { body: asked() })).status).to.equal(400)
    const request = { endpoint: receiver.url, http_method: 'POST' }
    expect((await rig.call('POST', 'webhooks/test', { body: { request } })).status).to.equal(200)
    expect((await rig.call('POST', 'webhooks/test', { body: { request } })).status).to.equal(429)
    for (let i = 0; i < 89; i += 1) expect((await rig.get('webhooks')).status).to.equal(200)
    expect((await rig.get('webhooks')).status).to.equal(429)
    expect((await rig.get('organizations')).status).to.equal(200)
  })
})
