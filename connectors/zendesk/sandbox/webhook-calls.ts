import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { empty, json, refuse } from './answers.ts'
import { attempt, isLoopback, TEST_SECRET } from './attempt.ts'
import { bodyOf, type Call, wrapped } from './call.ts'
import type { Attempt, Invocation } from './deliveries.ts'
import { asObject, nullableText } from './input.ts'
import { sizeOf } from './paging.ts'
import { iso } from './times.ts'
import { ulid } from './ulid.ts'
import { renderWebhook, type Webhook } from './webhooks.ts'

const webhookOf = (call: Call): Webhook => call.webhooks.get(call.params[0] ?? '')
const seconds = (at: Date) => iso(Math.floor(at.getTime() / 1000))

const secretAnswer = (status: number, { secret }: Webhook): SandboxAnswer =>
  json(status, { signing_secret: { secret, algorithm: 'SHA256' } })

const change = (call: Call, isPartial: boolean): SandboxAnswer => {
  call.webhooks.change(webhookOf(call).id, wrapped(call, 'webhook'), isPartial)
  return empty
}

/** Fact sheet 7.1. */
export const webhookCalls = {
  list: (call: Call) => {
    const part = (call.query.get('filter[name_contains]') ?? '').toLowerCase()
    const rows = call.webhooks.all().filter(it => it.name.toLowerCase().includes(part))
    return json(200, {
      meta: { has_more: false, after_cursor: null, before_cursor: null },
      webhooks: rows.map(it => renderWebhook(it)),
    })
  },
  show: (call: Call) => json(200, { webhook: renderWebhook(webhookOf(call)) }),
  create: (call: Call) => {
    const source = call.query.get('clone_webhook_id')
    const made = source === null ? call.webhooks.create(wrapped(call, 'webhook')) : call.webhooks.clone(source)
    return json(201, { webhook: renderWebhook(made, true) })
  },
  replace: (call: Call) => change(call, false),
  patch: (call: Call) => change(call, true),
  remove: (call: Call): SandboxAnswer => {
    call.webhooks.remove(webhookOf(call).id)
    return empty
  },
  secret: (call: Call) => secretAnswer(200, webhookOf(call)),
  resetSecret: (call: Call) => secretAnswer(201, call.webhooks.resetSecret(webhookOf(call).id)),
  invocations: (call: Call) => listInvocations(call),
  attempts: (call: Call) => {
    const found = call.deliveries.invocations(webhookOf(call).id).find(it => it.id === call.params[1])
    if (!found) throw refuse(404, { errors: [{ code: 'NotFound', title: 'Not found', detail: 'No such invocation' }] })
    return json(200, { attempts: found.attempts.map((it, index) => renderAttempt(found, it, index)) })
  },
  test: (call: Call) => tryOut(call),
}

/** Newest first; a page ends at an invocation's id. */
function listInvocations(call: Call): SandboxAnswer {
  const all = call.deliveries.invocations(webhookOf(call).id)
  const after = call.query.get('page[after]')
  const from = after === null ? 0 : all.findIndex(it => it.id === after) + 1
  const rows = all.slice(from, from + sizeOf(call, 'page[size]'))
  const last = rows.at(-1)
  return json(200, {
    invocations: rows.map(renderInvocation),
    meta: {
      has_more: from + rows.length < all.length,
      after_cursor: last?.id ?? null,
      before_cursor: rows[0]?.id ?? null,
    },
  })
}

const renderInvocation = (it: Invocation): JsonObject => ({
  id: it.id,
  status: it.status,
  status_code: it.attempts.at(-1)?.received.status ?? null,
  latest_completed_at: seconds(it.attempts.at(-1)?.at ?? it.at),
})

const renderAttempt = (of: Invocation, it: Attempt, index: number): JsonObject => ({
  id: `${of.id}-${index + 1}`,
  invocation_id: of.id,
  status: it.status,
  completed_at: seconds(it.at),
  request: {
    headers: Object.entries(it.received.sentHeaders).map(([key, value]) => ({ key, value })),
    payload: of.body,
  },
  response: { headers: it.received.headers, status_code: it.received.status, payload: it.received.payload },
})

/** A call with overrides; 200 whatever the receiver answered. Without a webhook the well-known test secret signs. */
async function tryOut(call: Call): Promise<SandboxAnswer> {
  const id = call.query.get('webhook_id')
  const held = id === null ? undefined : call.webhooks.get(id)
  const given = asObject(bodyOf(call)['request']) ?? {}
  const text = (name: string, otherwise: string) => nullableText(given[name]) ?? otherwise
  const endpoint = URL.parse(text('endpoint', held?.endpoint ?? ''))
  if (!endpoint || !isLoopback(endpoint))
    throw refuse(400, {
      errors: [{ code: 'BadRequest', title: 'Invalid request', detail: 'endpoint cannot be reached' }],
    })
  const received = await attempt(
    {
      webhook: {
        id: held?.id ?? '',
        endpoint: endpoint.href,
        http_method: text('http_method', held?.http_method ?? 'POST'),
        request_format: text('request_format', held?.request_format ?? 'json'),
        authentication: asObject(given['authentication']) ?? held?.authentication ?? null,
        custom_headers: held?.custom_headers ?? null,
        secret: held?.secret ?? TEST_SECRET,
      },
      invocationId: ulid(call.account.clock.now()),
      body: text('payload', ''),
      timeoutMs: call.account.knobs.deliveryTimeoutMs,
      closing: new AbortController().signal,
    },
    call.account.clock.now(),
  )
  return json(200, {
    response: { headers: received.headers, status_code: received.status ?? 0, payload: received.payload },
  })
}
