import type { JsonObject, SandboxAnswer, SandboxRequest } from '../../../../engine/sdk/index.ts'
import { empty, json, refuse } from '../answers.ts'
import type { ModuleDef } from '../modules.ts'
import { type Org, recordModule } from '../org.ts'
import type { StoredRecord } from '../store.ts'
import { readBody } from '../write-calls.ts'
import { type Column, checkSortable, resolveColumn } from './columns.ts'
import { compileCondition } from './condition.ts'
import { parseQuery, type Query } from './parse.ts'
import { matching } from './plan.ts'

/** A query that parses, over a module that exists. */
export interface Prepared {
  readonly query: Query
  readonly module: ModuleDef
  readonly credits: number
}

/** `POST /coql`: parsed before it is charged, since the limit sets the price. */
export function prepare(org: Org, request: SandboxRequest): Prepared {
  const text = readBody(request)['select_query']
  if (text === undefined)
    throw refuse('MANDATORY_NOT_FOUND', 'required field not found', {
      api_name: 'select_query',
      json_path: '$.select_query',
    })
  if (typeof text !== 'string')
    throw refuse('INVALID_DATA', 'invalid data', {
      expected_data_type: 'text',
      api_name: 'select_query',
      json_path: '$.select_query',
    })
  const query = parseQuery(text)
  const credits = query.limit <= 200 ? 1 : query.limit <= 1000 ? 2 : 3
  return { query, module: recordModule(org, query.module), credits }
}

export function runQuery(org: Org, { query, module }: Prepared): SandboxAnswer {
  const columns = query.columns.map(name => resolveColumn(org, module, name))
  const order = query.orderBy.map(it => {
    const column = resolveColumn(org, module, it.column)
    checkSortable(module, column)
    return { column, isDescending: it.isDescending }
  })
  const condition = compileCondition(org, module, query.where)
  const wanted = query.offset + query.limit + 1
  const found = matching(org, module, { condition, order, wanted })
  const rows = found.slice(query.offset, query.offset + query.limit)
  if (rows.length === 0) return empty(204)
  return json(200, {
    data: rows.map(record => row(columns, record)),
    info: { count: rows.length, more_records: found.length >= wanted },
  })
}

function row(columns: readonly Column[], record: StoredRecord): JsonObject {
  return { ...Object.fromEntries(columns.map(it => [it.name, it.show(record)])), id: record.id }
}
