import type { Json, JsonObject } from '../../../engine/sdk/index.ts'
import type { Fault } from './answers.ts'
import { asRow } from './line-items.ts'
import { isGated, type Org } from './org.ts'
import { parseTime } from './times.ts'

/** A channel as a request spells it; what was not sent is undefined. */
export interface Patch {
  readonly id: string
  readonly path: string
  readonly isRemoval: boolean
  readonly events: ReadonlySet<string> | undefined
  readonly notifyUrl: string | undefined
  readonly token: string | undefined
  /** Epoch milliseconds as asked; undefined: not sent. */
  readonly expiresAt: number | undefined
  readonly returnsValues: boolean | undefined
  readonly onRelated: boolean | undefined
  readonly onlyFields: ReadonlySet<string> | null | undefined
}

type Parsed = { readonly is: 'patch'; readonly patch: Patch } | { readonly is: 'fault'; readonly fault: Fault }

const MAX_EVENTS = 50
const MAX_FIELDS = 10
const KINDS: Readonly<Record<string, readonly string[]>> = {
  create: ['create'],
  edit: ['edit'],
  delete: ['delete'],
  all: ['create', 'edit', 'delete'],
}

/** Reads one entry of `watch`; the first thing that is wrong is told. */
export function parseChannel(org: Org, given: JsonObject, path: string): Parsed {
  const problems: Fault[] = []
  const read = <T>(name: string, parse: (value: Json) => T | Wrong): T | undefined => {
    const value = given[name]
    if (value === undefined || value === null) return undefined
    const parsed = parse(value)
    if (!(parsed instanceof Wrong)) return parsed
    problems.push({
      code: 'INVALID_DATA',
      message: 'invalid data',
      details: { ...parsed.details, api_name: name, json_path: `${path}.${name}${parsed.at}` },
    })
    return undefined
  }
  const id = read('channel_id', channelId)
  if (id === undefined && problems.length === 0)
    problems.push({
      code: 'MANDATORY_NOT_FOUND',
      message: 'required field not found',
      details: { api_name: 'channel_id', json_path: `${path}.channel_id` },
    })
  const patch: Patch = {
    id: id ?? '',
    path,
    isRemoval: read('_delete_events', flag) ?? false,
    events: read('events', value => events(org, value)),
    notifyUrl: read('notify_url', notifyUrl),
    token: read('token', text(50)),
    expiresAt: read('channel_expiry', value => expiry(org, value)),
    returnsValues: read('return_affected_field_values', flag),
    onRelated: read('notify_on_related_action', flag),
    onlyFields: read('notification_condition', fieldSelection),
  }
  const [fault] = problems
  return fault ? { is: 'fault', fault } : { is: 'patch', patch }
}

class Wrong {
  readonly details: JsonObject
  readonly at: string

  constructor(details: JsonObject = {}, at = '') {
    this.details = details
    this.at = at
  }
}

// a long by the documents; a JSON number beyond 2^53 has lost digits before it came here
const channelId = (value: Json) => {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return typeof id === 'string' && /^\d{1,19}$/.test(id) ? id : new Wrong({ expected_data_type: 'bigint' })
}

const flag = (value: Json) => (typeof value === 'boolean' ? value : new Wrong({ expected_data_type: 'boolean' }))

const text = (length: number) => (value: Json) =>
  typeof value !== 'string'
    ? new Wrong({ expected_data_type: 'text' })
    : value.length > length
      ? new Wrong({ maximum_length: length })
      : value

function notifyUrl(value: Json): string | Wrong {
  const given = text(255)(value)
  if (given instanceof Wrong) return given
  const url = URL.parse(given)
  return url && (url.protocol === 'https:' || isLoopback(url)) ? given : new Wrong({ expected_data_type: 'website' })
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
export const isLoopback = (url: URL) => url.protocol === 'http:' && LOOPBACK.has(url.hostname)

function expiry(org: Org, value: Json): number | Wrong {
  const at = typeof value === 'string' ? parseTime(value) : undefined
  if (at === undefined) return new Wrong({ expected_data_type: 'datetime' })
  return at <= org.clock.now().getTime() ? new Wrong() : at
}

function events(org: Org, value: Json): ReadonlySet<string> | Wrong {
  if (!Array.isArray(value) || value.length === 0) return new Wrong({ expected_data_type: 'jsonarray' })
  if (value.length > MAX_EVENTS) return new Wrong({ maximum_length: MAX_EVENTS })
  const all = new Set<string>()
  for (const [i, event] of value.entries()) {
    const [name = '', kind = '', ...more] = String(event).split('.')
    const module = org.modules.get(name)
    const kinds = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
    if (!module || module.kind === 'subform' || isGated(org, module) || !kinds || more.length > 0)
      return new Wrong({}, `[${i}]`)
    for (const it of kinds) all.add(`${name}.${it}`)
  }
  return all
}

/** Field selections, nested in groups of two at most: only edits of these fields are told. */
function fieldSelection(value: Json): ReadonlySet<string> | Wrong {
  if (!Array.isArray(value)) return new Wrong({ expected_data_type: 'jsonarray' })
  const names: string[] = []
  for (const condition of value) {
    const row = asRow(condition)
    if (row?.['type'] !== 'field_selection') return new Wrong({ supported_values: ['field_selection'] })
    const wrong = collect(row['field_selection'] ?? null, names)
    if (wrong) return wrong
  }
  return names.length > MAX_FIELDS ? new Wrong({ maximum_length: MAX_FIELDS }) : new Set(names)
}

function collect(selection: Json, names: string[]): Wrong | undefined {
  const row = asRow(selection)
  const name = asRow(row?.['field'])?.['api_name']
  if (typeof name === 'string') names.push(name)
  const group = row?.['group']
  if (group === undefined) return typeof name === 'string' ? undefined : new Wrong({ expected_data_type: 'jsonobject' })
  if (!Array.isArray(group)) return new Wrong({ expected_data_type: 'jsonarray' })
  if (group.length > 2) return new Wrong({ maximum_length: 2 })
  for (const it of group) {
    const wrong = collect(it, names)
    if (wrong) return wrong
  }
  return undefined
}
