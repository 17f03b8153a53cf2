import { createHmac } from 'node:crypto'
import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import { ACCOUNT_ID } from './account.ts'
import { asObject } from './input.ts'
import { iso } from './times.ts'
import type { Webhook } from './webhooks.ts'

/** Of test calls before a webhook exists (7.4). */
export const TEST_SECRET = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='

export interface Outgoing {
  readonly webhook: Pick<
    Webhook,
    'id' | 'endpoint' | 'http_method' | 'request_format' | 'authentication' | 'custom_headers' | 'secret'
  >
  readonly invocationId: string
  readonly body: string
  readonly timeoutMs: number
  readonly closing: AbortSignal
}

/** `status` null: nobody answered, in time or at all. */
export interface Received {
  readonly status: number | null
  readonly isTimeout: boolean
  readonly retryAfter: number | null
  readonly headers: readonly JsonObject[]
  readonly payload: string
  readonly sentHeaders: Readonly<Record<string, string>>
}

export const isLoopback = ({ hostname }: URL) => /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname)

/** Base64 of the HMAC over timestamp and raw body; the secret's text is the key (7.4). */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  createHmac('sha256', secret).update(timestamp).update(body).digest('base64')

/** Keys in alphabetical order, indented, with a final newline (7.3). */
export const printBody = (body: Json): string => `${JSON.stringify(sorted(body), null, 2)}\n`

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  const object = asObject(value)
  if (!object) return value
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map(key => [key, sorted(object[key] ?? null)]),
  )
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  form_encoded: 'application/x-www-form-urlencoded',
}

function headersOf({ webhook, invocationId, body }: Outgoing, now: Date): Record<string, string> {
  const timestamp = iso(Math.floor(now.getTime() / 1000))
  const own = Object.entries(webhook.custom_headers ?? {}).map(([name, value]) => [name, String(value)])
  return {
    'Content-Type': CONTENT_TYPES[webhook.request_format] ?? 'application/json; charset=utf-8',
    'User-Agent': 'Zendesk Webhook',
    'X-Zendesk-Account-Id': String(ACCOUNT_ID),
    'X-Zendesk-Webhook-Id': webhook.id,
    'X-Zendesk-Webhook-Invocation-Id': invocationId,
    'X-Zendesk-Webhook-Signature': signatureOf(webhook.secret, timestamp, body),
    'X-Zendesk-Webhook-Signature-Timestamp': timestamp,
    ...Object.fromEntries(own),
    ...authorizationOf(webhook.authentication),
  }
}

const AUTHENTICATIONS: Readonly<Record<string, (data: JsonObject) => Record<string, string>>> = {
  bearer_token: data => ({ Authorization: `Bearer ${String(data['token'])}` }),
  basic_auth: data => ({
    Authorization: `Basic ${Buffer.from(`${String(data['username'])}:${String(data['password'])}`).toString('base64')}`,
  }),
  api_key: data => ({ [String(data['name'])]: String(data['value']) }),
}

const authorizationOf = (authentication: JsonObject | null) =>
  AUTHENTICATIONS[String(authentication?.['type'])]?.(asObject(authentication?.['data']) ?? {}) ?? {}

/** One call to a receiver, with a timestamp of its own. */
export async function attempt(outgoing: Outgoing, now: Date): Promise<Received> {
  const { webhook, body, timeoutMs, closing } = outgoing
  const sentHeaders = headersOf(outgoing, now)
  const bare = webhook.http_method === 'GET' || webhook.http_method === 'DELETE'
  const late = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await fetch(webhook.endpoint, {
      method: webhook.http_method,
      headers: sentHeaders,
      redirect: 'manual',
      signal: AbortSignal.any([closing, late]),
      ...(bare ? {} : { body }),
    })
    const payload = (await answer.text()).slice(0, 1000)
    const headers = [...answer.headers].map(([key, value]) => ({ key, value }))
    const wait = Number(answer.headers.get('retry-after') ?? Number.NaN)
    return {
      status: answer.status,
      isTimeout: false,
      retryAfter: Number.isNaN(wait) ? null : wait,
      headers,
      payload,
      sentHeaders,
    }
  } catch {
    return { status: null, isTimeout: late.aborted, retryAfter: null, headers: [], payload: '', sentHeaders }
  }
}
