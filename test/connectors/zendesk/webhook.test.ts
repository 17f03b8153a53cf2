import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { zendesk } from '../../../connectors/zendesk/index.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import { Secret } from '../../../engine/core/secret.ts'
import type { Delivery, Subscription } from '../../../engine/sdk/connector.ts'
import { codeOf, failureOf, type Opened, openZendesk } from './open.ts'

const { webhook } = zendesk
if (!webhook) throw new Error('zendesk has webhooks')

/** Fact sheet 7.4: its secret for tests, and vectors made with it. */
const SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='
const AT = '2026-03-02T10:15:31Z'
const BODY =
  '{"type":"zen:event-type:organization.name_changed","account_id":11223344,"id":"0b9d6f0e-7c1a-4a53-9a7e-3f6c2f1d8e55","time":"2026-03-02T10:15:30Z","zendesk_event_version":"2022-06-20","subject":"zen:organization:4417092331287","detail":{"id":"4417092331287","name":"Müller & Söhne GmbH"},"event":{"current":"Müller & Söhne GmbH","previous":"Mueller"}}'
const ID = '01J9ZK3V7Q8M2R5T6W8X0Y1B3C'
const SUBSCRIPTION: Subscription = { id: ID, entities: ['organizations'], secret: new Secret(SECRET) }

const delivery = (body: string, signature: string, more: Partial<Delivery> = {}): Delivery => ({
  headers: {
    'x-zendesk-webhook-id': ID,
    'x-zendesk-webhook-invocation-id': '01J9ZK8E4H6N0P2S5V7X9Z1B4D',
    'x-zendesk-webhook-signature': signature,
    'x-zendesk-webhook-signature-timestamp': AT,
    ...more.headers,
  },
  body: Buffer.from(body),
  receivedAt: more.receivedAt ?? new Date('2026-03-02T10:15:33Z'),
})
const GOOD = 'V9mPiHnyYfFvJhXu7m39Dp+Tg0oMccmqElkBuwEB7Tw='

describe('a delivery of zendesk', () => {
  for (const [what, body, signature, expected] of [
    ['as it was signed', BODY, GOOD, true],
    ['with a final newline', `${BODY}\n`, 'MZwEUXKjnLkOmL8I5p4zURjJ5kWNc+SdwaT6pD3OGUo=', true],
    ['without a body', '', 'E/2cgL3c8OQFKCfIuGN1El/FYyAv26GQUcRmgPrGcP8=', true],
    ['signed with the body first', BODY, 'B2QnWLCYy6FSH9cqHCHFf8vV1wL3jo/ozUIZZJTCAzQ=', false],
    ['signed with a decoded secret', BODY, 'ZRUlDt+/oF+txkV75kHD8qxgIKDsa+/9H73NIcEogZk=', false],
    ['with one byte changed', BODY.replace('Mueller', 'Muelle.'), GOOD, false],
    ['without a signature', BODY, '', false],
  ] as const)
    it(`${what} is ${expected ? 'believed' : 'not believed'}`, () => {
      expect(webhook.verify(delivery(body, signature), [SUBSCRIPTION])).to.equal(expected)
    })

  it('is believed for five minutes around its time, and not longer', () => {
    const at = Date.parse(AT)
    for (const [seconds, expected] of [
      [299, true],
      [301, false],
      [-299, true],
      [-301, false],
    ] as const)
      expect(
        webhook.verify(delivery(BODY, GOOD, { receivedAt: new Date(at + seconds * 1_000) }), [SUBSCRIPTION]),
      ).to.equal(expected)
    expect(
      webhook.verify(delivery(BODY, GOOD, { headers: { 'x-zendesk-webhook-signature-timestamp': 'now' } }), [
        SUBSCRIPTION,
      ]),
    ).to.equal(false)
  })

  it('belongs to its own webhook, and is believed for no other and for none without a secret', () => {
    const other = { ...SUBSCRIPTION, id: 'another' }
    const { secret: _none, ...bare } = SUBSCRIPTION
    const given = delivery(BODY, GOOD)
    expect([[other], [bare], [], [other, SUBSCRIPTION]].map(them => webhook.verify(given, them))).to.deep.equal([
      false,
      false,
      false,
      true,
    ])
  })

  it('of a webhook made by hand is believed by its secret alone', () => {
    const byHand = (secret: string) => [{ id: '', entities: ['tickets'], secret: new Secret(secret) }]
    expect(webhook.verify(delivery(BODY, GOOD), byHand(SECRET))).to.equal(true)
    expect(webhook.verify(delivery(BODY, GOOD), byHand(`${SECRET}x`))).to.equal(false)
    expect(zendesk.webhook?.secretSetting).to.equal('webhookSecret')
  })

  it('is understood whatever the case of its headers', () => {
    const headers = Object.fromEntries(
      Object.entries(delivery(BODY, GOOD).headers).map(([name, it]) => [name.toUpperCase(), it]),
    )
    expect(webhook.verify({ ...delivery(BODY, GOOD), headers }, [SUBSCRIPTION])).to.equal(true)
  })

  it('says which record changed, and nothing else is taken from it', () => {
    const of = (body: JsonObject) => webhook.parse(delivery(JSON.stringify(body), ''))
    const event = (type: string, more: JsonObject = {}) => ({ type: `zen:event-type:${type}`, id: 'e1', ...more })
    const cases: readonly (readonly [JsonObject, unknown])[] = [
      [
        JSON.parse(BODY),
        {
          deliveryId: '0b9d6f0e-7c1a-4a53-9a7e-3f6c2f1d8e55',
          entity: 'organizations',
          change: 'upsert',
          keys: ['4417092331287'],
        },
      ],
      [
        event('user.deleted', { detail: { id: '7' } }),
        { deliveryId: 'e1', entity: 'users', change: 'delete', keys: ['7'] },
      ],
      [
        event('ticket.comment_added', { subject: 'zen:ticket:8' }),
        { deliveryId: 'e1', entity: 'tickets', change: 'upsert', keys: ['8'] },
      ],
      [
        event('ticket.soft_deleted', { detail: { id: '8' } }),
        { deliveryId: 'e1', entity: 'tickets', change: 'delete', keys: ['8'] },
      ],
      [
        { ticket_id: '9' },
        { deliveryId: '01J9ZK8E4H6N0P2S5V7X9Z1B4D', entity: 'tickets', change: 'upsert', keys: ['9'] },
      ],
    ]
    for (const [body, expected] of cases) expect(of(body)).to.deep.equal([expected])
    for (const body of [
      event('article.published', { detail: { id: '1' } }),
      event('ticket.created'),
      event('user.created', { detail: { id: '0' } }),
      { ticket_id: '../1' },
      {},
    ])
      expect([body, of(body)]).to.deep.equal([body, []])
    for (const text of ['', '[]', '<html>', '"x"', '{"type":'])
      expect(webhook.parse(delivery(text, ''))).to.deep.equal([])
  })
})

describe('a webhook of zendesk', () => {
  let opened: Opened
  let receiver: Server
  let callbackUrl: string
  let heard: Delivery[]
  let wake: () => void

  beforeEach(async () => {
    opened = await openZendesk()
    heard = []
    receiver = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, it]) => [name, String(it)]))
      heard.push({ headers, body: Buffer.concat(parts), receivedAt: new Date() })
      response.end()
      wake()
    }).listen(0, '127.0.0.1')
    wake = () => undefined
    await once(receiver, 'listening')
    callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`
  })
  afterEach(async () => {
    receiver.close()
    receiver.closeAllConnections()
    await opened.close()
  })

  const deliveries = async (count: number): Promise<readonly Delivery[]> => {
    while (heard.length < count)
      await new Promise<void>(resolve => {
        wake = resolve
      })
    return heard
  }
  const subscribe = (entities: readonly string[]) => opened.connection.subscribe({ callbackUrl, entities })
  const webhookCalls = () => opened.calls.filter(it => it.startsWith('POST webhooks')).length

  it('is made with a secret of its own, and its deliveries are believed and understood', async () => {
    const subscription = await subscribe(['organizations', 'users'])
    expect(String(subscription.secret)).to.equal('[secret]')
    const { id } = (await opened.at.put('organizations', { name: 'Müller & Söhne' })) as { readonly id: number }
    const [first] = await deliveries(1)
    if (!first) throw new Error('nothing heard')
    expect(webhook.verify(first, [subscription])).to.equal(true)
    expect(webhook.parse(first).map(({ entity, change, keys }) => ({ entity, change, keys }))).to.deep.equal([
      { entity: 'organizations', change: 'upsert', keys: [String(id)] },
    ])
    await opened.at.remove('organizations', String(id))
    const [, second] = await deliveries(2)
    expect(second && webhook.parse(second)[0]?.change).to.equal('delete')
  })

  it('that comes twice has one delivery id, by which the second is known', async () => {
    await subscribe(['users'])
    await opened.at.knobs({ deliveries: 'duplicate' })
    await opened.at.put('users', { name: 'Ada' })
    const [first, second] = await deliveries(2)
    const idOf = (it: Delivery | undefined) => it && webhook.parse(it)[0]?.deliveryId
    expect([idOf(first), typeof idOf(first)]).to.deep.equal([idOf(second), 'string'])
  })

  it('is made once, also when the answer to its making is lost or it is asked for again', async () => {
    await opened.at.fault({ action: 'cutAfter', path: 'POST /api/v2/webhooks' })
    const first = await subscribe(['tickets'])
    const again = await subscribe(['tickets'])
    expect([again.id, webhookCalls()]).to.deep.equal([first.id, 1])
    const other = await subscribe(['users'])
    expect([other.id === first.id, webhookCalls()]).to.deep.equal([false, 2])
  })

  it('that is renewed stays the same, and is made again once it is gone', async () => {
    const held = await subscribe(['tickets'])
    expect(await opened.connection.renewSubscription(held, callbackUrl)).to.deep.equal(held)
    await opened.connection.unsubscribe(held)
    const again = await opened.connection.renewSubscription(held, callbackUrl)
    expect([again.id === held.id, webhookCalls()]).to.deep.equal([false, 2])
  })

  it('that could not be made is not claimed', async () => {
    await opened.at.fault({ action: 'cutBefore', path: 'POST /api/v2/webhooks' })
    expect(codeOf(await failureOf(() => subscribe(['tickets'])))).to.equal('uncertain ZENDESK_OUTCOME_UNKNOWN')
    expect((await subscribe(['tickets'])).entities).to.deep.equal(['tickets'])
  })

  it('that Zendesk refuses is no fault of a record', async () => {
    const body = '{"errors":[{"code":"InvalidSubscription","title":"unknown event"}]}'
    await opened.at.fault({ action: 'answer', status: 400, path: 'POST /api/v2/webhooks', body })
    const error = await failureOf(() => subscribe(['tickets']))
    expect(codeOf(error)).to.equal('contract ZENDESK_BAD_REQUEST')
    expect(String(error)).to.include('InvalidSubscription')
  })

  it('is removed, and removed again without complaint', async () => {
    const subscription = await subscribe(['users'])
    await opened.connection.unsubscribe(subscription)
    await opened.connection.unsubscribe(subscription)
    const anew = await subscribe(['users'])
    expect(anew.id).to.not.equal(subscription.id)
  })

  it('is refused for what Zendesk has no events of', async () => {
    const error = await failureOf(() => subscribe(['invoices']))
    expect(codeOf(error)).to.equal('configuration ZENDESK_NO_EVENTS')
    expect(webhookCalls()).to.equal(0)
  })

  it('shows its secret nowhere', async () => {
    const { secret } = await subscribe(['users'])
    expect(opened.logged.filter(it => it.includes(secret?.reveal() ?? ''))).to.deep.equal([])
  })
})
