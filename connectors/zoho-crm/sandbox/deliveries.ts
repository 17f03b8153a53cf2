import type { JsonObject } from '../../../engine/sdk/index.ts'
import { JSON_TYPE } from './answers.ts'
import { isLoopback } from './channel-input.ts'
import type { Channel, EventKind } from './channels.ts'
import type { ModuleDef } from './modules.ts'
import type { Change, Org } from './org.ts'

// subscribed to as create, edit and delete; told as insert, update and delete (fact sheet 7)
const KINDS: Record<Change['operation'], EventKind> = { insert: 'create', update: 'edit', delete: 'delete' }
const ANSWER_WITHIN_MS = 5000

export interface Deliveries {
  /** Told of what one call changed in one module. */
  hear(module: ModuleDef, changes: readonly Change[]): void
  close(): void
  readonly counts: { sent: number; failed: number; lost: number; undeliverable: number }
}

/** Calls back to whoever subscribed: one call per channel and kind of change, never again when it fails. */
export function createDeliveries(org: Org, live: () => readonly Channel[]): Deliveries {
  const counts = { sent: 0, failed: 0, lost: 0, undeliverable: 0 }
  const closing = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  const schedule = (channel: Channel, body: JsonObject): void => {
    const url = URL.parse(channel.notifyUrl)
    const { notifications, notifyDelayMs } = org.knobs
    if (!url || !isLoopback(url)) counts.undeliverable += 1
    else if (notifications === 'lost') counts.lost += 1
    else {
      const send = async () => {
        timers.delete(timer)
        counts[(await isTaken(url, body, closing.signal)) ? 'sent' : 'failed'] += 1
      }
      const timer = setTimeout(
        () => {
          for (let i = 0; i < (notifications === 'duplicate' ? 2 : 1); i += 1) void send()
        },
        notifications === 'late' ? notifyDelayMs : 0,
      )
      timers.add(timer)
    }
  }
  return {
    counts,
    hear: (module, changes) => {
      for (const channel of live())
        for (const operation of ['insert', 'update', 'delete'] as const) {
          const told = changes.filter(it => it.operation === operation && isWatched(channel, module, it))
          if (told.length > 0) schedule(channel, callback(org, { channel, module, operation, told }))
        }
    },
    close: () => {
      closing.abort()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** Calls back once. No retry is documented: who was not there, or was slow, has missed it. */
async function isTaken(url: URL, body: JsonObject, closing: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}

function isWatched(channel: Channel, module: ModuleDef, change: Change): boolean {
  if (!channel.events.has(`${module.apiName}.${KINDS[change.operation]}`)) return false
  const { onlyFields } = channel
  if (change.operation !== 'update' || onlyFields === null) return true
  return Object.keys(change.changed).some(it => onlyFields.has(it))
}

interface Told {
  readonly channel: Channel
  readonly module: ModuleDef
  readonly operation: Change['operation']
  readonly told: readonly Change[]
}

function callback(org: Org, { channel, module, operation, told }: Told): JsonObject {
  const isUpdate = operation === 'update'
  const values = told.map(it => ({ record_id: it.id, values: it.changed }))
  return {
    server_time: org.clock.now().getTime(),
    module: module.apiName,
    operation,
    channel_id: channel.id,
    token: channel.token,
    resource_uri: org.resourceUri(module.apiName),
    ids: told.map(it => it.id),
    query_params: Object.fromEntries(new URL(channel.notifyUrl).searchParams),
    affected_fields: isUpdate ? told.map(it => ({ [it.id]: Object.keys(it.changed) })) : [],
    ...(isUpdate && channel.returnsValues ? { affected_values: values } : {}),
  }
}
