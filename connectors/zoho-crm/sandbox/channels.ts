import type { Json, JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { asError, empty, type Fault, json, perItem, refuse } from './answers.ts'
import { type Patch, parseChannel } from './channel-input.ts'
import { asRow } from './line-items.ts'
import { missingParam, whole } from './list.ts'
import type { Org } from './org.ts'
import { readBody } from './write-calls.ts'

export type EventKind = 'create' | 'edit' | 'delete'

/** One subscription. `events` are `Module.create`, `.edit`, `.delete`; `.all` is kept as those three. */
export interface Channel {
  readonly id: string
  readonly events: ReadonlySet<string>
  readonly notifyUrl: string
  readonly token: string | null
  readonly expiresAt: number
  readonly returnsValues: boolean
  readonly onRelated: boolean
  /** Only edits of one of these fields are told; null: all. */
  readonly onlyFields: ReadonlySet<string> | null
}

export type Channels = Map<string, Channel>

const HOUR_MS = 3600_000
const WEEK_MS = 7 * 24 * HOUR_MS
const MAX_WATCH = 50

/** Beyond a week, or not said: one hour, and no word about it (fact sheet 7). */
export const grantedExpiry = (now: number, asked: number | undefined) =>
  asked === undefined || asked > now + WEEK_MS ? now + HOUR_MS : asked

type Save = (input: Patch, held: Channel | undefined) => Channel | Fault

export function createChannels(org: Org, channels: Channels) {
  const now = () => org.clock.now().getTime()
  const live = () => [...channels.values()].filter(it => it.expiresAt > now())
  const each = (
    request: SandboxRequest,
    act: (given: Json, path: string) => JsonObject,
    allWell: number,
  ): SandboxAnswer => {
    const watch = watchOf(request)
    return perItem(
      'watch',
      watch.map((given, i) => act(given, `$.watch[${i}]`)),
      allWell,
    )
  }
  const save = (given: Json, path: string, make: Save): JsonObject => {
    const parsed = parseChannel(org, asRow(given) ?? {}, path)
    if (parsed.is === 'fault') return asError(parsed.fault)
    const held = channels.get(parsed.patch.id)
    const made = make(parsed.patch, held && held.expiresAt > now() ? held : undefined)
    if ('code' in made) return asError(made)
    if (made.events.size === 0) channels.delete(made.id)
    else channels.set(made.id, made)
    const message = parsed.patch.isRemoval ? REMOVED : held && make !== create ? UPDATED : SUBSCRIBED
    return { code: 'SUCCESS', details: { events: describe(org, made) }, message, status: 'success' }
  }
  const create: Save = input => asSent(input, now())
  const replace: Save = (input, held) => (held ? asSent(input, now()) : notSubscribed(input.id))
  const patch: Save = (input, held) => (held ? merged(input, held, now()) : notSubscribed(input.id))
  return {
    live,
    subscribe: (request: SandboxRequest) => each(request, (given, path) => save(given, path, create), 201),
    replace: (request: SandboxRequest) => each(request, (given, path) => save(given, path, replace), 200),
    patch: (request: SandboxRequest) => each(request, (given, path) => save(given, path, patch), 200),
    list: (request: SandboxRequest) => listChannels(org, live(), request),
    remove: (request: SandboxRequest) => removeChannels(org, channels, request),
  }
}

const SUBSCRIBED = 'Successfully subscribed for actions-watch of the given module'
const UPDATED = 'Successfully updated the subscribe details'
const REMOVED = 'Successfully removed the subscribe details'

const notSubscribed = (id: string): Fault => ({
  code: 'NOT_SUBSCRIBED',
  message: 'The given channel is not subscribed',
  details: { channel_id: id },
})

const missing = (name: string, path: string): Fault => ({
  code: 'MANDATORY_NOT_FOUND',
  message: 'required field not found',
  details: { api_name: name, json_path: `${path}.${name}` },
})

/** A channel as it was sent, and nothing of what it was before: whatever is not sent is dropped. */
function asSent(input: Patch, now: number): Channel | Fault {
  if (!input.events) return missing('events', input.path)
  if (input.notifyUrl === undefined) return missing('notify_url', input.path)
  return {
    id: input.id,
    events: input.events,
    notifyUrl: input.notifyUrl,
    token: input.token ?? null,
    expiresAt: grantedExpiry(now, input.expiresAt),
    returnsValues: input.returnsValues ?? false,
    onRelated: input.onRelated ?? true,
    onlyFields: input.onlyFields ?? null,
  }
}

/** Only what was sent changes; events are added, or taken away with `_delete_events`. */
function merged(input: Patch, held: Channel, now: number): Channel {
  const events = new Set(held.events)
  for (const event of input.events ?? []) {
    if (input.isRemoval) events.delete(event)
    else events.add(event)
  }
  return {
    id: held.id,
    events,
    notifyUrl: input.notifyUrl ?? held.notifyUrl,
    token: input.token ?? held.token,
    expiresAt: input.expiresAt === undefined ? held.expiresAt : grantedExpiry(now, input.expiresAt),
    returnsValues: input.returnsValues ?? held.returnsValues,
    onRelated: input.onRelated ?? held.onRelated,
    onlyFields: input.onlyFields === undefined ? held.onlyFields : input.onlyFields,
  }
}

/** The `watch` wrapper, or for PATCH the bare object. */
function watchOf(request: SandboxRequest): readonly Json[] {
  const body = readBody(request)
  const watch = body['watch'] ?? (request.method === 'PATCH' && body['channel_id'] !== undefined ? [body] : undefined)
  if (watch === undefined)
    throw refuse('MANDATORY_NOT_FOUND', 'required field not found', { api_name: 'watch', json_path: '$.watch' })
  if (!Array.isArray(watch) || watch.length === 0)
    throw refuse('INVALID_DATA', 'invalid data', { expected_data_type: 'jsonarray', json_path: '$.watch' })
  if (watch.length > MAX_WATCH) throw refuse('LIMIT_EXCEEDED', 'the limit is exceeded', { limit: MAX_WATCH })
  return watch
}

const modulesOf = (channel: Channel) => [...new Set([...channel.events].map(it => it.slice(0, it.lastIndexOf('.'))))]

function describe(org: Org, channel: Channel): JsonObject[] {
  return modulesOf(channel).map(name => ({
    channel_id: channel.id,
    resource_id: org.modules.get(name)?.id ?? null,
    resource_name: name,
    resource_uri: org.resourceUri(name),
    channel_expiry: org.print(channel.expiresAt),
  }))
}

function listChannels(org: Org, live: readonly Channel[], { query }: SandboxRequest): SandboxAnswer {
  const perPage = whole(query, 'per_page', 200) ?? 200
  const page = whole(query, 'page', Number.MAX_SAFE_INTEGER) ?? 1
  const all = live
    .filter(it => (query.get('channel_id') ?? it.id) === it.id)
    .flatMap(it => describe(org, it).map(told => ({ ...told, ...settings(it, String(told['resource_name'])) })))
    .filter(it => (query.get('module') ?? it.resource_name) === it.resource_name)
  const watch = all.slice((page - 1) * perPage, page * perPage)
  if (watch.length === 0) return empty(204)
  return json(200, {
    watch,
    info: { per_page: perPage, count: watch.length, page, more_records: all.length > page * perPage },
  })
}

const settings = (channel: Channel, module: string) => ({
  resource_name: module,
  events: [...channel.events].filter(it => it.startsWith(`${module}.`)),
  notify_url: channel.notifyUrl,
  token: channel.token,
  notify_on_related_action: channel.onRelated,
  return_affected_field_values: channel.returnsValues,
})

function removeChannels(org: Org, channels: Channels, { query }: SandboxRequest): SandboxAnswer {
  const ids = (query.get('channel_ids') ?? '').split(',').filter(it => it !== '')
  if (ids.length === 0) throw missingParam('channel_ids')
  const items = ids.map((id): JsonObject => {
    const held = channels.get(id)
    channels.delete(id)
    if (!held || held.expiresAt <= org.clock.now().getTime()) return asError(notSubscribed(id))
    return {
      code: 'SUCCESS',
      details: describe(org, held)[0] ?? { channel_id: id },
      message: 'Successfully un-subscribed from actions-watch',
      status: 'success',
    }
  })
  return perItem('watch', items, 200)
}
