import type { CursorContract } from '../../../engine/core/contracts.ts'
import type { DataRecord, JsonObject, Page } from '../../../engine/core/record.ts'
import type { Connector, ReadRequest } from '../../../engine/sdk/connector.ts'
import { defineConnector, EngineError } from '../../../engine/sdk/index.ts'
import type { Machine } from './machine.ts'
import { NO_SETTINGS } from './no-settings.ts'

const cursor: CursorContract = {
  field: 'STAMP',
  type: 'sequence',
  resolution: 'none',
  timeZone: 'none',
  clock: 'server',
  boundary: 'inclusive',
  order: 'ascending',
  tieBreaker: 'ID',
  nulls: 'never',
  settleLag: { overlapMs: 0, secondPassMs: 0 },
  futureSkewMs: 0,
  paging: { style: 'keyset', pageSize: 3, cap: null },
  editsMoveRows: true,
  childEditsTouchParent: true,
  deletes: 'tombstones',
}

interface Row {
  readonly stamp: number
  readonly fields: JsonObject
}

/** A source in memory: coarse stamps (two changes share one), small pages, tombstones after the walk, and the boundary is read again. */
export interface ToyErp {
  readonly connector: Connector
  readonly rows: () => readonly JsonObject[]
  put(fields: JsonObject & { readonly ID: string }): void
  remove(key: string): void
  /** Was there a record of this key that is gone? */
  hasLost(key: string): boolean
  /** Where calls pass from now on. */
  machine: Machine
  readonly reads: ReadRequest[]
  pageSize: number
}

export function createErp(machine: Machine): ToyErp {
  const rows = new Map<string, Row>()
  const gone = new Map<string, number>()
  let changes = 0
  const stamp = () => Math.floor(changes++ / 2) + 1
  const erp: ToyErp = {
    connector: declare(request => walk(erp, { rows, gone, now: () => Math.floor(changes / 2) + 1 }, request)),
    rows: () => [...rows.values()].map(it => it.fields),
    put: fields => {
      const before = rows.get(fields.ID)?.fields
      rows.set(fields.ID, { stamp: stamp(), fields: present({ ...before, ...fields }) })
    },
    remove: key => {
      if (rows.delete(key)) gone.set(key, stamp())
    },
    hasLost: key => gone.has(key),
    machine,
    reads: [],
    pageSize: 3,
  }
  return erp
}

const present = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''))

interface Data {
  readonly rows: ReadonlyMap<string, Row>
  readonly gone: ReadonlyMap<string, number>
  now(): number
}

async function* walk(erp: ToyErp, data: Data, request: ReadRequest): AsyncGenerator<Page> {
  erp.reads.push(request)
  const call = <T>(read: () => T) => erp.machine.pass(read, unreachable)
  const { where } = request
  if (where) {
    const isAsked = ({ fields }: Row) => where.values.includes(String(fields[where.field] ?? ''))
    yield { records: await call(() => [...data.rows.values()].filter(isAsked).map(toRecord)), next: {} }
    return
  }
  const held = request.full ? undefined : request.after
  const isFull = held === undefined || held['full'] === true
  const deletesFrom = Number(held?.['deletesFrom'] ?? held?.['stamp'] ?? data.now())
  const isAfter = (row: Row, stamp: number, key: string | undefined) =>
    row.stamp > stamp || (row.stamp === stamp && (key === undefined || String(row.fields['ID']) > key))
  let stamp = Number(held?.['stamp'] ?? 0)
  let key = held?.['key'] === undefined ? undefined : String(held['key'])
  for (;;) {
    const page = await call(() => {
      const left = [...data.rows.values()].filter(row => isAfter(row, stamp, key))
      return left.sort((a, b) => (isAfter(a, b.stamp, String(b.fields['ID'])) ? 1 : -1)).slice(0, erp.pageSize)
    })
    const last = page.at(-1)
    if (!last) break
    stamp = last.stamp
    key = String(last.fields['ID'])
    yield { records: page.map(toRecord), next: { stamp, key, deletesFrom, ...(isFull ? { full: true } : {}) } }
  }
  const tombstones = await call(() => [...data.gone].filter(([, at]) => at >= deletesFrom))
  const records = tombstones.map(([id]): DataRecord => ({ key: id, change: 'delete', fields: { ID: id } }))
  const next = { stamp: Math.max(stamp, ...tombstones.map(([, at]) => at)) }
  yield { records: request.deletes ? records : [], next, ...(isFull ? { complete: true } : {}) }
}

const toRecord = ({ stamp, fields }: Row): DataRecord => ({
  key: String(fields['ID']),
  change: 'upsert',
  version: String(stamp),
  fields,
})

const unreachable = (cause: string) => new EngineError({ kind: 'transient', code: 'TOY_ERP', message: cause })

function declare(pages: (request: ReadRequest) => AsyncIterable<Page>): Connector {
  return defineConnector<Record<string, never>, null>({
    name: 'toy-erp',
    title: 'Toy ERP',
    summary: 'Customers in memory.',
    settings: NO_SETTINGS,
    limits: { concurrency: 1, cost: 'nothing', throttled: 'never' },
    open: async () => null,
    ping: async () => ({ account: 'toy' }),
    entities: {
      CUSTOMER: {
        title: 'Customers',
        key: 'ID',
        fields: {
          ID: { type: 'string', unique: true },
          NAME: { type: 'string' },
          TAXID: { type: 'string' },
          PARENT: { type: 'string' },
          LINES: { type: 'list', fields: { CODE: { type: 'string' }, QTY: { type: 'number' } } },
        },
        customFields: false,
        read: {
          modes: ['full', 'incremental', 'by-key'],
          cursor,
          pages: (_client, request) => pages(request),
        },
      },
    },
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
