import type { JsonObject } from '../../../engine/core/record.ts'
import type { Batch, Connector, Entity, FindRequest, FoundRecord, WriteAnswer } from '../../../engine/sdk/connector.ts'
import { defineConnector, EngineError, type Operation } from '../../../engine/sdk/index.ts'
import type { Machine } from './machine.ts'

export interface ToyRow {
  readonly id: string
  readonly fields: JsonObject
  readonly version: number
}

/** A target in memory. Nothing at it is unique: what is created twice is there twice. */
export interface ToyCrm {
  readonly connector: Connector
  machine: Machine
  rows(entity: string): readonly ToyRow[]
  /** As a person would. */
  put(entity: string, fields: JsonObject): string
  remove(entity: string, id: string): void
  /** Answers the refusal of a record, or nothing. */
  refuses: (entity: string, operation: Operation, fields: JsonObject, sinkKey?: string) => string | undefined
  /** A refusal of one is a refusal of its whole batch. */
  isAllOrNothing: boolean
  /** Throws instead of answering, after the write has taken effect (or before, when it answers false). */
  interfere: ((entity: string, batch: Batch, when: 'before' | 'after') => void) | undefined
  readonly writes: { readonly entity: string; readonly batch: Batch }[]
  readonly finds: FindRequest[]
}

export interface CrmOptions {
  readonly name?: string
  readonly hasUpsert?: boolean
  readonly maxBatch?: number
}

export function createCrm(machine: Machine, options: CrmOptions = {}): ToyCrm {
  const tables = new Map<string, Map<string, ToyRow>>()
  const tableOf = (entity: string) => {
    const table = tables.get(entity) ?? new Map<string, ToyRow>()
    tables.set(entity, table)
    return table
  }
  let ids = 0
  const create = (entity: string, fields: JsonObject): ToyRow => {
    ids += 1
    const row = { id: `${options.name ?? 'c'}${ids}`, fields, version: 1 }
    tableOf(entity).set(row.id, row)
    return row
  }
  const writeOne = (entity: string, batch: Batch, record: Batch['records'][number]): WriteAnswer => {
    const { ref, sinkKey, fields } = record
    const table = tableOf(entity)
    const said = crm.refuses(entity, batch.operation, fields, sinkKey)
    if (said) return { is: 'refused', ref, error: refusal(said) }
    const held =
      sinkKey === undefined && batch.operation === 'upsert'
        ? [...table.values()].find(row => row.fields[batch.match ?? ''] === fields[batch.match ?? ''])
        : table.get(sinkKey ?? '')
    if (batch.operation === 'create' || (batch.operation === 'upsert' && !held)) {
      const row = create(entity, fields)
      return { is: 'written', ref, sinkKey: row.id, did: 'created', version: '1' }
    }
    if (!held && batch.operation === 'delete') return { is: 'written', ref, sinkKey: sinkKey ?? '', did: 'deleted' }
    if (!held) return { is: 'refused', ref, error: refusal('no such record') }
    if (batch.operation === 'delete') table.delete(held.id)
    else table.set(held.id, { ...held, fields: { ...held.fields, ...fields }, version: held.version + 1 })
    const did = batch.operation === 'delete' ? 'deleted' : 'updated'
    return { is: 'written', ref, sinkKey: held.id, did, version: String(held.version + 1) }
  }
  const write = (entity: string, batch: Batch) =>
    crm.machine.pass(() => {
      crm.writes.push({ entity, batch })
      crm.interfere?.(entity, batch, 'before')
      const said = batch.records
        .map(it => crm.refuses(entity, batch.operation, it.fields, it.sinkKey))
        .find(it => it !== undefined)
      if (crm.isAllOrNothing && said !== undefined) throw refusal(said)
      const answers = batch.records.map(record => writeOne(entity, batch, record))
      crm.interfere?.(entity, batch, 'after')
      return answers
    }, lost)
  const find = (entity: string, request: FindRequest) =>
    crm.machine.pass(() => {
      crm.finds.push(request)
      return [...tableOf(entity).values()]
        .filter(row =>
          request.values.includes(request.field === 'id' ? row.id : String(row.fields[request.field] ?? '')),
        )
        .map((row): FoundRecord => ({ sinkKey: row.id, version: String(row.version), fields: row.fields }))
    }, unreachable)
  const crm: ToyCrm = {
    connector: declare(options, write, find),
    machine,
    rows: entity => [...tableOf(entity).values()],
    put: (entity, fields) => create(entity, fields).id,
    remove: (entity, id) => void tableOf(entity).delete(id),
    refuses: () => undefined,
    isAllOrNothing: false,
    interfere: undefined,
    writes: [],
    finds: [],
  }
  return crm
}

const refusal = (said: string) => new EngineError({ kind: 'record', code: 'TOY_REFUSED', message: said })
const unreachable = (cause: string) => new EngineError({ kind: 'transient', code: 'TOY_CRM', message: cause })
/** No answer to a write: it may have happened. */
export const lost = (cause: string) => new EngineError({ kind: 'uncertain', code: 'TOY_LOST', message: cause })

type Write = (entity: string, batch: Batch) => Promise<readonly WriteAnswer[]>
type Find = (entity: string, request: FindRequest) => Promise<readonly FoundRecord[]>

function declare({ name, hasUpsert = true, maxBatch = 3 }: CrmOptions, write: Write, find: Find): Connector {
  const entity = (title: string): Entity<null> => ({
    title,
    key: 'id',
    customFields: false,
    fields: {
      id: { type: 'id', readOnly: true, unique: true },
      Name: { type: 'string', maxLength: 20 },
      ERP_ID: { type: 'string', unique: true },
      Status: { type: 'string' },
      Quantity: { type: 'number' },
      Parent: { type: 'id' },
    },
    write: {
      operations: ['create', 'update', 'delete', ...(hasUpsert ? (['upsert'] as const) : [])],
      maxBatch,
      repeat: {
        create: 'look-up-first',
        update: 'look-up-first',
        delete: 'look-up-first',
        ...(hasUpsert ? { upsert: 'external-key' as const } : {}),
      },
      partial: true,
      write: (_client, batch) => write(title, batch),
      find: (_client, request) => find(title, request),
    },
  })
  return defineConnector<Record<string, never>, null>({
    name: name ?? 'toy-crm',
    title: 'Toy CRM',
    summary: 'Accounts and lines in memory.',
    settings: { type: 'object', additionalProperties: false, properties: {} },
    limits: { concurrency: 1, cost: 'nothing', throttled: 'never' },
    open: async () => null,
    ping: async () => ({ account: 'toy' }),
    entities: { Accounts: entity('Accounts'), Lines: entity('Lines') },
    classify: () => undefined,
    sandbox: {
      summary: 'none',
      options: {},
      start: async () => {
        throw unreachable('no sandbox')
      },
    },
  })
}
