import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../../engine/sdk/index.ts'
import { type EntityDef, fieldsIn } from './entities/definition.ts'
import { heldIn } from './rest/render.ts'
import { guidOf } from './store/guid.ts'
import { type Row, scalarOf } from './store/row.ts'
import { printLocal } from './times.ts'
import { type Change, TENANT, type World } from './world.ts'

/** Ticks of .NET at the epoch: `TimeStamp` counts 100 ns from the year 1. */
const EPOCH_TICKS = 621_355_968_000_000_000n
const ATTEMPTS = 5
const KEEP_MS = 2 * 86_400_000
const ANSWER_WITHIN_MS = 5_000
const TRANSACTION_FAMILY = 0x4ff

export interface FailedNotification {
  readonly id: string
  readonly query: string
  readonly failedAt: number
  readonly body: string
}

/** Push notifications (fact sheet 9): told after a save, tried five times, then kept for two days. */
export interface Push {
  hear(change: Change): void
  /** SM502000: what nobody took, as far as it is still kept. */
  failed(): readonly FailedNotification[]
  /** Sends all that failed once more. */
  resendFailed(): void
  close(): void
  readonly counts: { sent: number; attempts: number; failed: number; undeliverable: number }
}

type Notification = Omit<FailedNotification, 'failedAt'>

/** Sends a notification up to five times; what nobody took is kept. */
interface Courier {
  send(notification: Notification, afterMs: number): void
  failed(): readonly FailedNotification[]
  resend(): void
  close(): void
}

function createCourier(world: World, counts: Push['counts']): Courier {
  const closing = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  let lost: readonly FailedNotification[] = []
  const kept = () => lost.filter(it => world.clock.now().getTime() - it.failedAt < KEEP_MS)
  const attempt = async (notification: Notification, number: number): Promise<void> => {
    counts.attempts += 1
    if (await isTaken(world, notification.body, closing.signal)) counts.sent += 1
    else if (number < ATTEMPTS) later(notification, number + 1, world.knobs().pushRetryMs)
    else {
      counts.failed += 1
      lost = [...kept(), { ...notification, failedAt: world.clock.now().getTime() }]
    }
  }
  const later = (notification: Notification, number: number, ms: number): void => {
    if (closing.signal.aborted) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void attempt(notification, number)
    }, ms)
    timers.add(timer)
  }
  return {
    send: (notification, afterMs) => later(notification, 1, afterMs),
    failed: kept,
    resend: () => {
      const again = kept()
      lost = []
      for (const { failedAt: _before, ...it } of again) later(it, 1, 0)
    },
    close: () => {
      closing.abort()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

export function createPush(world: World): Push {
  const counts = { sent: 0, attempts: 0, failed: 0, undeliverable: 0 }
  const courier = createCourier(world, counts)
  let transactions = 0
  let lastTicks = 0n
  /** Grows with every transaction, also within one instant or when the clock is set back. */
  const nextTicks = (): bigint => {
    const ticks = BigInt(world.clock.now().getTime()) * 10_000n + EPOCH_TICKS + 5_678n
    lastTicks = ticks > lastTicks ? ticks : lastTicks + 1n
    return lastTicks
  }
  return {
    counts,
    failed: courier.failed,
    resendFailed: courier.resend,
    close: courier.close,
    hear: change => {
      const { pushUrl, pushEntities, pushQueryPrefix, pushSplit, pushDuplicates, lateMs } = world.knobs()
      if (pushUrl === '' || !pushEntities.includes(change.entity.name)) return
      if (!isLoopback(pushUrl)) {
        counts.undeliverable += 1
        return
      }
      transactions += 1
      const id = guidOf(TRANSACTION_FAMILY, transactions)
      const query = `${pushQueryPrefix}${change.entity.name}`
      const ticks = nextTicks()
      for (const halves of halvesOf(world, change, pushSplit)) {
        const body = bodyOf({ ...halves, query, id, ticks })
        for (let n = 0; n < (pushDuplicates ? 2 : 1); n += 1) courier.send({ id, query, body }, lateMs)
      }
    },
  }
}

interface Halves {
  readonly inserted: readonly JsonObject[]
  readonly deleted: readonly JsonObject[]
}

/** An update is both halves, in one request or in two; the old half first. */
function halvesOf(world: World, { entity, before, after }: Change, isSplit: boolean): readonly Halves[] {
  const [deleted, inserted] = [before, after].map(it => (it ? [rowOf(world, entity, it)] : []))
  const both: Halves = { inserted: inserted ?? [], deleted: deleted ?? [] }
  // no tracked field differs: the query gives the same row as before, and nothing is told
  if (before && after && isDeepStrictEqual(untimed(entity, both.inserted), untimed(entity, both.deleted))) return []
  if (!isSplit || both.inserted.length === 0 || both.deleted.length === 0) return [both]
  return [
    { inserted: [], deleted: both.deleted },
    { inserted: both.inserted, deleted: [] },
  ]
}

const stampName = (entity: EntityDef) => `${entity.name}_lastModifiedDateTime`

const untimed = (entity: EntityDef, rows: readonly JsonObject[]) =>
  rows.map(row => Object.entries(row).filter(([name]) => name !== stampName(entity)))

/** A row of the generic inquiry: the plain columns of the form, and the change time as a joined column. */
function rowOf(world: World, entity: EntityDef, row: Row): JsonObject {
  const zone = world.knobs().pushTimesIn
  const print = (at: number) => printLocal(at, world.offset(zone, at))
  const columns = fieldsIn(entity, 24).flatMap(([name, field]) => {
    if (field.is !== 'value' || field.system === 'modified') return []
    const held = heldIn(row, row, name, field)
    if (held === undefined) return [[name, null] as const]
    return [
      [
        name,
        field.type === 'datetime' || field.type === 'date' ? print(Number(held)) : (scalarOf(held) ?? null),
      ] as const,
    ]
  })
  return { ...Object.fromEntries(columns), [stampName(entity)]: print(row.modifiedAt) }
}

function bodyOf({
  inserted,
  deleted,
  query,
  id,
  ticks,
}: Halves & { readonly query: string; readonly id: string; readonly ticks: bigint }): string {
  const rest = JSON.stringify({ Query: query, CompanyId: TENANT, Id: id })
  // a number beyond 2^53: written digit by digit
  return `{"Inserted":${JSON.stringify(inserted)},"Deleted":${JSON.stringify(deleted)},${rest.slice(1, -1)},"TimeStamp":${ticks},"AdditionalInfo":{}}`
}

function isLoopback(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
}

async function isTaken(world: World, body: string, closing: AbortSignal): Promise<boolean> {
  const { pushUrl, pushHeader, pushSecret } = world.knobs()
  if (!isLoopback(pushUrl)) return false
  try {
    const answer = await fetch(pushUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', [pushHeader]: pushSecret },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    // refused, cut or too slow: all the same to the sender
    return false
  }
}
