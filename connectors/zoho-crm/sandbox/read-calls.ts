import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { empty, json, refuse } from './answers.ts'
import { parseExternal } from './external.ts'
import { choice, isSince, sinceOf, whole } from './list.ts'
import type { ModuleDef } from './modules.ts'
import type { Org } from './org.ts'
import { briefUser, someFields, wholeRecord } from './render.ts'
import type { DeletedRecord } from './store.ts'

const DAY_MS = 24 * 3600_000
// retention is unconfirmed (3.5): 60 days in the bin, 120 days of history
const IN_BIN_MS = 60 * DAY_MS
const KNOWN_MS = 120 * DAY_MS

/** `GET /{Module}/{id}`, or by an external value with X-EXTERNAL: the whole record with its rows; 204 for one that is not there. */
export function getRecord(org: Org, module: ModuleDef, at: { request: SandboxRequest; key: string }): SandboxAnswer {
  const { request, key } = at
  const { self } = parseExternal(org, module, request.headers['x-external'])
  if (self === null && !/^\d{1,19}$/.test(key))
    throw refuse('INVALID_DATA', 'the id given seems to be invalid', { api_name: 'id', resource_path_index: 1 })
  const store = org.store(module.apiName)
  const record = self === null ? store.records.get(key) : store.having(self, key)[0]
  if (!record) return empty(204)
  if (!isSince(org, record.modifiedAt, sinceOf(request.headers))) return empty(304)
  const names = request.query.get('fields')?.split(',')
  const shown = names ? someFields(org, module, { record, names }) : wholeRecord(org, module, record)
  return json(200, { data: [shown] })
}

const TYPES = ['all', 'recycle', 'permanent'] as const

/** `GET /{Module}/deleted` (fact sheet 3.5), newest first. */
export function listDeleted(org: Org, module: ModuleDef, request: SandboxRequest): SandboxAnswer {
  const { query } = request
  const type = choice(query, 'type', TYPES)
  if (type === undefined)
    throw refuse('REQUIRED_PARAM_MISSING', 'one of the expected parameter is missing', { param_name: 'type' })
  const perPage = whole(query, 'per_page', 200) ?? 200
  const page = whole(query, 'page', Number.MAX_SAFE_INTEGER) ?? 1
  const since = sinceOf(request.headers)
  const now = org.clock.now().getTime()
  const known = org
    .store(module.apiName)
    .deleted.filter(it => now - it.deletedAt < KNOWN_MS && (type === 'all' || binOf(it, now) === type))
    .toReversed()
  const fresh = known.filter(it => isSince(org, it.deletedAt, since))
  const shown = fresh.slice((page - 1) * perPage, page * perPage)
  if (shown.length === 0) return empty(since !== undefined && page === 1 ? 304 : 204)
  return json(200, {
    data: shown.map(it => tombstone(org, it, now)),
    info: { per_page: perPage, count: shown.length, page, more_records: fresh.length > page * perPage },
  })
}

const binOf = (it: DeletedRecord, now: number) =>
  it.isPurged || now - it.deletedAt >= IN_BIN_MS ? 'permanent' : 'recycle'

function tombstone(org: Org, it: DeletedRecord, now: number) {
  const isKnown = binOf(it, now) === 'recycle'
  return {
    id: it.id,
    display_name: isKnown ? it.displayName : null,
    type: binOf(it, now),
    deleted_time: org.print(it.deletedAt),
    deleted_by: isKnown ? briefUser(it.deletedBy) : null,
    created_by: isKnown ? briefUser(it.createdBy) : null,
  }
}
