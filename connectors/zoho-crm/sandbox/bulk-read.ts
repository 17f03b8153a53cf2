import { crc32, deflateRawSync } from 'node:zlib'
import type { Json, JsonObject, SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { empty, json, refuse } from './answers.ts'
import { asRow } from './line-items.ts'
import type { ModuleDef } from './modules.ts'
import { INTEGRATION_USER, type Org, recordModule } from './org.ts'
import { briefUser, fieldValue } from './render.ts'
import type { StoredRecord } from './store.ts'
import { readBody } from './write-calls.ts'

// unconfirmed figures (fact sheet 3.6)
const PER_PAGE = 200_000
export const BULK_CREDITS = 50

interface Job {
  readonly id: string
  readonly module: ModuleDef
  readonly page: number
  readonly createdAt: number
  readonly csv: string
  readonly count: number
  readonly hasMore: boolean
  readonly query: JsonObject
}

/** Jobs of `/crm/bulk/v8/read`: queued, in progress, then a zipped CSV. */
export function createBulkReads(org: Org) {
  const jobs = new Map<string, Job>()
  const find = (id: string): Job => {
    const job = jobs.get(id)
    if (!job) throw refuse('INVALID_DATA', 'the id given seems to be invalid', { id })
    return job
  }
  return {
    start: (request: SandboxRequest): SandboxAnswer => {
      if (!request.headers['content-type']?.startsWith('application/json'))
        throw refuse('INVALID_REQUEST', 'the request needs a JSON content type')
      const job = makeJob(org, readBody(request))
      jobs.set(job.id, job)
      const added = { status: 'success', code: 'ADDED_SUCCESSFULLY', message: 'Added successfully.' }
      return json(201, { data: [{ ...added, details: told(org, job, 'ADDED') }], info: {} })
    },
    status: (id: string): SandboxAnswer => {
      const job = find(id)
      const state = stateOf(org, job)
      const result = state === 'COMPLETED' ? { result: resultOf(job) } : {}
      return json(200, { data: [{ ...told(org, job, state), query: job.query, file_type: 'csv', ...result }] })
    },
    result: (id: string): SandboxAnswer => {
      const job = find(id)
      if (stateOf(org, job) !== 'COMPLETED') throw refuse('INVALID_REQUEST', 'the job is not completed', { id })
      if (job.count === 0) return empty(204)
      return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip(`${job.id}.csv`, job.csv) }
    },
  }
}

/** What is read is what was there when the job began. */
function makeJob(org: Org, body: JsonObject): Job {
  const query = asRow(body['query']) ?? {}
  const name = asRow(query['module'])?.['api_name']
  if (typeof name !== 'string')
    throw refuse('MANDATORY_NOT_FOUND', 'required field not found', { api_name: 'module', json_path: '$.query.module' })
  const module = recordModule(org, name)
  if (body['file_type'] !== undefined && body['file_type'] !== 'csv')
    throw refuse('INVALID_DATA', 'invalid data', { api_name: 'file_type', supported_values: ['csv'] })
  if (query['criteria'] !== undefined)
    throw refuse('NOT_SUPPORTED', 'the sandbox reads whole modules in bulk, without criteria')
  const page = query['page'] ?? 1
  if (typeof page !== 'number' || !Number.isInteger(page) || page < 1)
    throw refuse('INVALID_DATA', 'invalid data', { api_name: 'page', expected_data_type: 'integer' })
  const records = [...org.store(name).records.values()]
  const shown = records.slice((page - 1) * PER_PAGE, page * PER_PAGE)
  const csv = csvOf(org, module, { records: shown, names: columnsOf(module, query['fields']) })
  const createdAt = org.clock.now().getTime()
  const hasMore = records.length > page * PER_PAGE
  return { id: org.nextId(), module, page, createdAt, csv, count: shown.length, hasMore, query }
}

function columnsOf(module: ModuleDef, given: Json | undefined): readonly string[] {
  const all = [...module.fields.values()].filter(it => it.dataType !== 'subform').map(it => it.apiName)
  if (given === undefined) return all
  const names = Array.isArray(given) ? given.map(String) : []
  const unknown = names.find(it => !all.includes(it))
  if (unknown !== undefined || names.length === 0)
    throw refuse('INVALID_DATA', 'invalid data', { api_name: unknown ?? 'fields', json_path: '$.query.fields' })
  return ['Id', ...names.filter(it => it !== 'id')]
}

function stateOf(org: Org, job: Job): 'ADDED' | 'IN PROGRESS' | 'COMPLETED' {
  const age = org.clock.now().getTime() - job.createdAt
  const { bulkDelayMs } = org.knobs
  return age >= bulkDelayMs ? 'COMPLETED' : age * 2 >= bulkDelayMs ? 'IN PROGRESS' : 'ADDED'
}

const told = (org: Org, job: Job, state: string): JsonObject => ({
  id: job.id,
  operation: 'read',
  state,
  created_by: briefUser(INTEGRATION_USER.id),
  created_time: org.print(job.createdAt),
})

const resultOf = (job: Job): JsonObject => ({
  page: job.page,
  count: job.count,
  per_page: PER_PAGE,
  more_records: job.hasMore,
  next_page_token: null,
  download_url: `/crm/bulk/v8/read/${job.id}/result`,
})

function csvOf(
  org: Org,
  module: ModuleDef,
  it: { records: readonly StoredRecord[]; names: readonly string[] },
): string {
  const fields = it.names.map(name => module.fields.get(name === 'Id' ? 'id' : name))
  const lines = it.records.map(record =>
    fields.map(field => (field ? cell(fieldValue(org, module, { record, field })) : '')).join(','),
  )
  return `${[it.names.join(','), ...lines].join('\n')}\n`
}

/** Lookups show as ids; a cell with a comma, a quote or a line break is quoted. */
function cell(value: Json): string {
  const text = value === null ? '' : String(asRow(value)?.['id'] ?? (Array.isArray(value) ? value.join(';') : value))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A zip archive of one deflated file. */
function zip(name: string, text: string): Buffer {
  const data = Buffer.from(text)
  const packed = deflateRawSync(data)
  const file = Buffer.from(name)
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(8, 4)
  common.writeUInt32LE(crc32(data), 10)
  common.writeUInt32LE(packed.length, 14)
  common.writeUInt32LE(data.length, 18)
  common.writeUInt16LE(file.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, file, packed])
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), file])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}
