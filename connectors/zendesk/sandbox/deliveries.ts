import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../../engine/sdk/index.ts'
import { ACCOUNT_ID, type Account } from './account.ts'
import { attempt, isLoopback, printBody, type Received } from './attempt.ts'
import { createBreaker } from './breaker.ts'
import { type DomainEvent, eventsOf } from './events.ts'
import { iso } from './times.ts'
import { ulid } from './ulid.ts'
import type { Webhook, Webhooks } from './webhooks.ts'

export interface Attempt {
  readonly at: Date
  readonly received: Received
  readonly status: string
}

export interface Invocation {
  readonly id: string
  readonly at: Date
  readonly body: string
  readonly attempts: Attempt[]
  /** `success`, `terminated`, `throttled`, `circuit broken`, `failed`, `timeout`; `pending` while it lasts. */
  status: string
}

export interface Deliveries {
  /** Sends a body to a webhook as a trigger would. */
  invoke(webhook: Webhook, body: string): void
  /** Newest first. */
  invocations(webhookId: string): readonly Invocation[]
  /** Every attempt that is still to come is dropped. */
  close(): void
  readonly counts: { sent: number; failed: number; lost: number; undeliverable: number; retried: number }
}

const KEPT = 1000
const TRIAL_PER_MINUTE = 60

export function createDeliveries(account: Account, webhooks: Webhooks): Deliveries {
  const counts = { sent: 0, failed: 0, lost: 0, undeliverable: 0, retried: 0 }
  const held = new Map<string, Invocation[]>()
  const timers = createTimers()
  const send = createSender({ account, counts, timers })
  // of each two, the first is late
  let reordered = 0
  const invoke = (webhook: Webhook, body: string) => {
    const at = account.clock.now()
    const invocation: Invocation = { id: ulid(at), at, body, attempts: [], status: 'pending' }
    const list = held.get(webhook.id) ?? []
    held.set(webhook.id, [invocation, ...list.slice(0, KEPT - 1)])
    const { deliveries, deliveryDelayMs } = account.knobs
    const hindrance = hindranceOf(account, webhook, list)
    if (hindrance !== undefined) invocation.status = hindrance
    if (hindrance === 'terminated') counts.undeliverable += 1
    if (hindrance !== undefined) return
    if (deliveries === 'lost') {
      counts.lost += 1
      return
    }
    if (deliveries === 'reordered') reordered += 1
    const isLate = deliveries === 'late' || (deliveries === 'reordered' && reordered % 2 === 1)
    for (let i = 0; i < (deliveries === 'duplicate' ? 2 : 1); i += 1)
      timers.after(isLate ? deliveryDelayMs : 0, () => void send(webhook, invocation))
  }
  account.listeners.push(change => {
    const live = webhooks.all().filter(it => it.status === 'active')
    if (live.length === 0) return
    for (const event of eventsOf(change)) {
      const told = live.filter(it => it.subscriptions.includes(event.type))
      if (told.length === 0) continue
      const body = printBody(bodyOf(account, event))
      for (const webhook of told) invoke(webhook, body)
    }
  })
  return { counts, invoke, invocations: id => held.get(id) ?? [], close: timers.close }
}

/** A trial account has its most a minute; and a sandbox calls nobody outside this machine. */
function hindranceOf(account: Account, webhook: Webhook, list: readonly Invocation[]): string | undefined {
  if (account.knobs.trialAccount && lastMinute(list, account) >= TRIAL_PER_MINUTE) return 'throttled'
  const url = URL.parse(webhook.endpoint)
  return url && isLoopback(url) ? undefined : 'terminated'
}

interface Sending {
  readonly account: Account
  readonly counts: Deliveries['counts']
  readonly timers: Timers
}

/** One attempt after the other, until an invocation has ended. */
function createSender({ account, counts, timers }: Sending) {
  const breaker = createBreaker(account)
  const send = async (webhook: Webhook, invocation: Invocation): Promise<void> => {
    if (breaker.isOpen(webhook.id)) {
      invocation.status = 'circuit broken'
      counts.failed += 1
      return
    }
    const at = account.clock.now()
    const { id: invocationId, body, attempts } = invocation
    const { deliveryTimeoutMs: timeoutMs, deliveryRetryMs } = account.knobs
    const received = await attempt({ webhook, invocationId, body, timeoutMs, closing: timers.closing }, at)
    const verdict = judge(received, attempts.length + 1)
    attempts.push({ at, received, status: verdict.status })
    breaker.note(webhook.id, verdict.status === 'success')
    if (verdict.is === 'again') {
      counts.retried += 1
      timers.after(verdict.afterMs ?? deliveryRetryMs, () => void send(webhook, invocation))
      return
    }
    invocation.status = verdict.status
    counts[verdict.status === 'success' ? 'sent' : 'failed'] += 1
  }
  return send
}

interface Timers {
  readonly closing: AbortSignal
  after(ms: number, act: () => void): void
  close(): void
}

/** Whatever is still to come is dropped when the sandbox closes. */
function createTimers(): Timers {
  const closing = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  return {
    closing: closing.signal,
    after: (ms, act) => {
      if (closing.signal.aborted) return
      const timer = setTimeout(() => {
        timers.delete(timer)
        act()
      }, ms)
      timers.add(timer)
    },
    close: () => {
      closing.abort()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

const lastMinute = (list: readonly Invocation[], account: Account) =>
  list.filter(it => account.clock.now().getTime() - it.at.getTime() < 60_000).length

/** The same event to whoever hears it: one id (7.3). */
const bodyOf = (account: Account, { type, subject, detail, event }: DomainEvent): JsonObject => ({
  type,
  account_id: ACCOUNT_ID,
  id: randomUUID(),
  time: iso(account.seconds()),
  zendesk_event_version: '2022-06-20',
  subject,
  detail,
  event,
})

type Verdict =
  | { readonly is: 'ended'; readonly status: string }
  | { readonly is: 'again'; readonly status: string; readonly afterMs?: number }

const MOST_RETRIES: Readonly<Record<number, number>> = { 409: 3, 429: 3, 503: 3 }
const MOST_TIMEOUTS = 5
const LONGEST_WAIT = 60

/** What is tried again, and how often (7.5); a plain 500 or a refused connection is not. */
function judge({ status, isTimeout, retryAfter }: Received, attempts: number): Verdict {
  if (status === null) {
    const word = isTimeout ? 'timeout' : 'failed'
    return isTimeout && attempts <= MOST_TIMEOUTS ? { is: 'again', status: word } : { is: 'ended', status: word }
  }
  if (status >= 200 && status < 300) return { is: 'ended', status: 'success' }
  const most = MOST_RETRIES[status]
  const isHinted = retryAfter !== null && retryAfter < LONGEST_WAIT
  if (most === undefined || attempts > most || (status !== 409 && !isHinted))
    return { is: 'ended', status: most === undefined ? 'terminated' : 'failed' }
  return { is: 'again', status: 'failed', ...(retryAfter === null ? {} : { afterMs: retryAfter * 1000 }) }
}
