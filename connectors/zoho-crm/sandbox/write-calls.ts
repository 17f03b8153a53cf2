import type { Json, JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { asError, perItem, refuse } from './answers.ts'
import { parseExternal } from './external.ts'
import type { FieldDef } from './fields.ts'
import { asRow } from './line-items.ts'
import type { ModuleDef } from './modules.ts'
import { displayName, INTEGRATION_USER, type Org } from './org.ts'
import { parseTime } from './times.ts'
import { insertOne, matchOrder, removeOne, updateOne, upsertOne, type WriteCall } from './write.ts'

export const MAX_RECORDS = 100
const MAX_CHECK_FIELDS = 10
const TRIGGERS = ['workflow', 'approval', 'blueprint', 'pathfinder', 'orchestration']

export function insertRecords(org: Org, module: ModuleDef, request: SandboxRequest): SandboxAnswer {
  const { call, data } = openWrite(org, module, request)
  const items = data.map((given, i) => insertOne(call, { given, path: `$.data[${i}]` }))
  return closeWrite(call, perItem('data', items, 201))
}

export function updateRecords(org: Org, module: ModuleDef, request: SandboxRequest): SandboxAnswer {
  const { call, data } = openWrite(org, module, request)
  const items = data.map((given, i) => updateOne(call, { given, path: `$.data[${i}]` }))
  return closeWrite(call, perItem('data', items, 200))
}

/** `PUT /{Module}/{id}`: exactly one record, named in the path. */
export function updateRecord(org: Org, module: ModuleDef, at: { request: SandboxRequest; key: string }): SandboxAnswer {
  const { call, data } = openWrite(org, module, at.request)
  if (data.length !== 1) throw invalidBody('$.data', { maximum_length: 1 })
  const given = { ...(asRow(data[0]) ?? {}), [call.external.self ?? 'id']: at.key }
  return closeWrite(call, perItem('data', [updateOne(call, { given, path: '$.data[0]' })], 200))
}

export function upsertRecords(org: Org, module: ModuleDef, request: SandboxRequest): SandboxAnswer {
  const { call, data, body } = openWrite(org, module, request)
  const fields = matchOrder(module, checkFields(module, body['duplicate_check_fields']))
  const items = data.map((given, i) => upsertOne(call, { given, path: `$.data[${i}]` }, fields))
  return closeWrite(call, perItem('data', items, 200))
}

export function deleteRecords(
  org: Org,
  module: ModuleDef,
  at: { request: SandboxRequest; keys: readonly string[] },
): SandboxAnswer {
  const { request, keys } = at
  if (keys.length === 0)
    throw refuse('REQUIRED_PARAM_MISSING', 'one of the expected parameter is missing', { param_name: 'ids' })
  if (keys.length > MAX_RECORDS)
    throw refuse('LIMIT_EXCEEDED', 'the limit is exceeded', { limit: MAX_RECORDS, param_name: 'ids' })
  const { self } = parseExternal(org, module, request.headers['x-external'])
  const store = org.store(module.apiName)
  const call = { org, module, actor: INTEGRATION_USER, changes: [] }
  const items = keys.map((key): JsonObject => {
    const record = self === null ? store.records.get(key) : store.having(self, key)[0]
    if (!record || !removeOne(call, record.id, displayName(module, record)))
      return asError({ code: 'INVALID_DATA', message: 'the id given seems to be invalid', details: { id: key } })
    return { code: 'SUCCESS', details: { id: record.id }, message: 'record deleted', status: 'success' }
  })
  return closeWrite(call, perItem('data', items, 200))
}

interface OpenWrite {
  readonly call: WriteCall
  readonly data: readonly Json[]
  readonly body: JsonObject
}

function openWrite(org: Org, module: ModuleDef, request: SandboxRequest): OpenWrite {
  const body = readBody(request)
  const data = body['data']
  if (data === undefined)
    throw refuse('MANDATORY_NOT_FOUND', 'required field not found', { api_name: 'data', json_path: '$.data' })
  if (!Array.isArray(data)) throw invalidBody('$.data', { expected_data_type: 'jsonarray' })
  if (data.length === 0) throw invalidBody('$.data', { minimum_length: 1 })
  if (data.length > MAX_RECORDS) throw invalidBody('$.data', { maximum_length: MAX_RECORDS })
  const call: WriteCall = {
    org,
    module,
    actor: INTEGRATION_USER,
    external: parseExternal(org, module, request.headers['x-external']),
    workflows: runsWorkflows(body['trigger']),
    unmodifiedSince: unmodifiedSince(request.headers['if-unmodified-since']),
    changes: [],
  }
  return { call, data, body }
}

function closeWrite(call: Pick<WriteCall, 'org' | 'module' | 'changes'>, answer: SandboxAnswer): SandboxAnswer {
  if (call.changes.length > 0) for (const listen of call.org.listeners) listen(call.module, call.changes)
  return answer
}

/** The JSON of a body; the Content-Type does not matter, the official SDK sends none (4.1). */
export function readBody(request: SandboxRequest): JsonObject {
  let body: Json
  try {
    body = JSON.parse(request.body.toString('utf8'))
  } catch {
    throw refuse('INVALID_DATA', 'body is not well formed', { expected_data_type: 'jsonobject' })
  }
  const object = asRow(body)
  if (!object) throw refuse('INVALID_DATA', 'invalid data', { expected_data_type: 'jsonobject', json_path: '$' })
  return object
}

const invalidBody = (path: string, details: JsonObject) =>
  refuse('INVALID_DATA', 'invalid data', { ...details, api_name: path.slice(2), json_path: path })

/** Absent: workflows, approvals and blueprints run; an empty list: none. */
function runsWorkflows(trigger: Json | undefined): boolean {
  if (trigger === undefined) return true
  if (!Array.isArray(trigger)) throw invalidBody('$.trigger', { expected_data_type: 'jsonarray' })
  if (trigger.some(it => !TRIGGERS.includes(String(it)))) throw invalidBody('$.trigger', { supported_values: TRIGGERS })
  return trigger.includes('workflow')
}

function unmodifiedSince(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const at = parseTime(header)
  if (at === undefined)
    throw refuse('INVALID_DATA', 'invalid data', { header: 'If-Unmodified-Since', expected_data_type: 'datetime' })
  return at
}

function checkFields(module: ModuleDef, given: Json | undefined): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined
  const path = '$.duplicate_check_fields'
  if (!Array.isArray(given)) throw invalidBody(path, { expected_data_type: 'jsonarray' })
  if (given.length > MAX_CHECK_FIELDS) throw invalidBody(path, { maximum_length: MAX_CHECK_FIELDS })
  const isAllowed = (it: FieldDef) => it.unique || it.apiName === module.duplicateField
  const allowed = [...module.fields.values()].filter(isAllowed).map(it => it.apiName)
  const wrong = given.findIndex(it => !allowed.includes(String(it)))
  if (wrong >= 0) throw invalidBody(`${path}[${wrong}]`, { supported_values: allowed })
  return given.length === 0 ? undefined : given.map(String)
}
