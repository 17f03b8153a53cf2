import {
  type Batch,
  EngineError,
  type JsonObject,
  type Operation,
  type RepeatPolicy,
  type WriteAnswer,
  type WriteRecord,
  type Writer,
} from '../../engine/sdk/index.ts'
import type { ZohoClient } from './client.ts'
import { findRecords, findRows } from './find.ts'
import { lineSpelling, toAccountSpelling } from './lines.ts'
import type { Module } from './module.ts'
import { type Prepared, sendBusyAgain } from './send-records.ts'

const MAX_BATCH = 100

/** Zoho has no idempotency key: an upsert by a unique field and an update by id may be repeated, an insert may not (fact sheet 4.1). */
const REPEAT: Readonly<Record<Operation, RepeatPolicy>> = {
  create: 'look-up-first',
  update: 'external-key',
  upsert: 'external-key',
  delete: 'external-key',
}

export function createWriter(module: Module): Writer<ZohoClient> {
  return {
    operations: ['create', 'update', 'upsert', 'delete'],
    maxBatch: MAX_BATCH,
    repeat: REPEAT,
    partial: true,
    write: (client, batch) => write(client, module, batch),
    find: (client, request) => findRecords(client, module, request),
  }
}

async function write(client: ZohoClient, module: Module, batch: Batch): Promise<readonly WriteAnswer[]> {
  const addressed = NEEDS_ID.has(batch.operation) ? await withIds(client, module, batch) : batch.records
  const hasLines = module.lines !== undefined && addressed.some(it => it.fields[module.lines ?? ''] !== undefined)
  const spelling = hasLines ? await lineSpelling(client, module) : new Map<string, string>()
  const spelt = addressed.map(it => ({ ...it, fields: toAccountSpelling(module, it.fields, spelling) }))
  const prepared = spelt.map(record => prepare(module, batch, record))
  const refused = prepared.flatMap(it => ('error' in it ? [it] : []))
  const answers: WriteAnswer[] = refused.map(({ ref, error }) => ({ is: 'refused', ref, error }))
  // what Zoho does with one key twice in a call is not documented: the second goes after the first
  for (const wave of wavesOf(prepared.flatMap(it => ('error' in it ? [] : [it]))))
    answers.push(...(await sendBusyAgain(client, module, { batch, records: wave })))
  return answers
}

const NEEDS_ID: ReadonlySet<Operation> = new Set(['update', 'delete'])

/** Updates and deletions address records by id: those known by their external key only are looked up, in as few calls as there are. */
async function withIds(client: ZohoClient, module: Module, batch: Batch): Promise<readonly WriteRecord[]> {
  const { match } = batch
  if (match === undefined || match === 'id') return batch.records
  const values = batch.records.flatMap(it => (it.sinkKey === undefined ? (keyOf(it, match) ?? []) : []))
  if (values.length === 0) return batch.records
  const rows = await findRows(client, module, { field: match, values, select: [match] })
  const ids = new Map<string, string[]>()
  for (const row of rows) {
    const key = keyOf(row, match) ?? ''
    ids.set(key, [...(ids.get(key) ?? []), row.id])
  }
  return batch.records.map(record => {
    const [id, ...others] = ids.get(keyOf(record, match) ?? '') ?? []
    return record.sinkKey === undefined && id !== undefined && others.length === 0 ? { ...record, sinkKey: id } : record
  })
}

function keyOf(record: { readonly fields: JsonObject }, match: string): string | undefined {
  const value = record.fields[match]
  return typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined
}

type Checked = Prepared | { readonly ref: string; readonly error: EngineError }

/** What goes on the wire for one record, or why it cannot. */
function prepare(module: Module, batch: Batch, record: WriteRecord): Checked {
  const { operation, match } = batch
  const id = record.sinkKey ?? (typeof record.fields['id'] === 'string' ? record.fields['id'] : undefined)
  if (NEEDS_ID.has(operation)) {
    if (id !== undefined && /^\d+$/.test(id))
      return { ref: record.ref, key: id, id, body: { ...sendable(record.fields), id } }
    return unaddressed(module, record, operation)
  }
  if (operation === 'create') return { ref: record.ref, key: record.ref, id: undefined, body: sendable(record.fields) }
  const key = match === undefined ? undefined : keyOf(record, match)
  // without its key an upsert would create another record each time
  if (key === undefined) return keyMissing(module, record, match)
  return { ref: record.ref, key, id: record.sinkKey, body: sendable(record.fields) }
}

/** System keys are Zoho's own and never sent back; `$append_values` alone is an instruction (fact sheet 2, 4.1). */
function sendable(fields: JsonObject): JsonObject {
  const own = Object.entries(fields).filter(
    ([name]) => name !== 'id' && (!name.startsWith('$') || name === '$append_values'),
  )
  return Object.fromEntries(own)
}

const refusal = (ref: string, code: string, message: string, remedy: string): Checked => ({
  ref,
  error: new EngineError({ kind: 'record', code, message, remedy }),
})

const unaddressed = (module: Module, { ref, sinkKey }: WriteRecord, operation: Operation): Checked =>
  sinkKey === undefined
    ? refusal(
        ref,
        'ZOHO_RECORD_NOT_FOUND',
        `${module.name}: ${operation} of a record that is not there, or that several share the key of`,
        'Let a flow create it first (operation: upsert), or resolve the double in Zoho CRM; then replay it.',
      )
    : refusal(
        ref,
        'ZOHO_ID_INVALID',
        `${module.name}: "${sinkKey}" is not an id of Zoho CRM`,
        'Correct the key, then replay.',
      )

const keyMissing = (module: Module, { ref }: WriteRecord, match = 'match'): Checked =>
  refusal(
    ref,
    'ZOHO_MATCH_VALUE_MISSING',
    `${module.name}: the record has no value in ${match}, so an upsert could not find it again`,
    `Map ${match} to a field that every record has a value in.`,
  )

function wavesOf(records: readonly Prepared[]): Prepared[][] {
  const waves: Map<string, Prepared>[] = []
  for (const record of records) {
    // unique fields of Zoho ignore case unless told otherwise (fact sheet 2.4)
    const key = record.key.toLowerCase()
    const wave = waves.find(it => !it.has(key))
    if (wave) wave.set(key, record)
    else waves.push(new Map([[key, record]]))
  }
  return waves.map(wave => [...wave.values()])
}
