import type { JsonObject } from '../../../engine/core/record.ts'
import type {
  Batch,
  Connector,
  Entity,
  FindRequest,
  FoundRecord,
  WriteAnswer,
  WriteRecord,
} from '../../../engine/sdk/connector.ts'
import { defineConnector, EngineError, type Operation } from '../../../engine/sdk/index.ts'
import type { Machine } from './machine.ts'
import { NO_SETTINGS } from './no-settings.ts'

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
  /** May throw instead of an answer, before the write has taken effect or after. */
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
  const tables = createTables(options.name ?? 'c')
  const crm: ToyCrm = {
    connector: declare(
      options,
      (entity, batch) => crm.machine.pass(() => write(crm, tables, entity, batch), lost),
      (entity, request) => crm.machine.pass(() => find(crm, tables, entity, request), unreachable),
    ),
    machine,
    rows: entity => [...tables.of(entity).values()],
    put: (entity, fields) => tables.create(entity, fields).id,
    remove: (entity, id) => void tables.of(entity).delete(id),
    refuses: () => undefined,
    isAllOrNothing: false,
    interfere: undefined,
    writes: [],
    finds: [],
  }
  return crm
}

interface Tables {
  of(entity: string): Map<string, ToyRow>
  create(entity: string, fields: JsonObject): ToyRow
}

function createTables(prefix: string): Tables {
  const all = new Map<string, Map<string, ToyRow>>()
  let ids = 0
  const tables: Tables = {
    of: entity => {
      const table = all.get(entity) ?? new Map<string, ToyRow>()
      all.set(entity, table)
      return table
    },
    create: (entity, fields) => {
      ids += 1
      const row = { id: `${prefix}${ids}`, fields, version: 1 }
      tables.of(entity).set(row.id, row)
      return row
    },
  }
  return tables
}

function write(crm: ToyCrm, tables: Tables, entity: string, batch: Batch): readonly WriteAnswer[] {
  crm.writes.push({ entity, batch })
  crm.interfere?.(entity, batch, 'before')
  const saidOf = (it: WriteRecord) => crm.refuses(entity, batch.operation, it.fields, it.sinkKey)
  const said = crm.isAllOrNothing ? batch.records.map(saidOf).find(it => it !== undefined) : undefined
  if (said !== undefined) throw refusal(said)
  const answers = batch.records.map((record): WriteAnswer => {
    const refused = saidOf(record)
    return refused
      ? { is: 'refused', ref: record.ref, error: refusal(refused) }
      : writeOne(tables, entity, batch, record)
  })
  crm.interfere?.(entity, batch, 'after')
  return answers
}

function writeOne(tables: Tables, entity: string, batch: Batch, { ref, sinkKey, fields }: WriteRecord): WriteAnswer {
  const { operation, match = '' } = batch
  const table = tables.of(entity)
  const held =
    sinkKey === undefined && operation === 'upsert'
      ? [...table.values()].find(row => row.fields[match] === fields[match])
      : table.get(sinkKey ?? '')
  if (operation === 'create' || (operation === 'upsert' && !held))
    return { is: 'written', ref, sinkKey: tables.create(entity, fields).id, did: 'created', version: '1' }
  if (operation === 'delete') {
    table.delete(sinkKey ?? '')
    return { is: 'written', ref, sinkKey: sinkKey ?? '', did: 'deleted' }
  }
  if (!held) return { is: 'refused', ref, error: refusal('no such record') }
  const version = held.version + 1
  table.set(held.id, { ...held, fields: { ...held.fields, ...fields }, version })
  return { is: 'written', ref, sinkKey: held.id, did: 'updated', version: String(version) }
}

function find(crm: ToyCrm, tables: Tables, entity: string, request: FindRequest): readonly FoundRecord[] {
  crm.finds.push(request)
  const held = (row: ToyRow) => (request.field === 'id' ? row.id : String(row.fields[request.field] ?? ''))
  return [...tables.of(entity).values()]
    .filter(row => request.values.includes(held(row)))
    .map(row => ({ sinkKey: row.id, version: String(row.version), fields: row.fields }))
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
    settings: NO_SETTINGS,
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
