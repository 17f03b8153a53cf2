/** Writing through the generic create, update and delete: one record per function, several functions per request (sheet 7). There is no upsert. */
import {
  type Batch,
  EngineError,
  type FindRequest,
  type FoundRecord,
  fingerprint,
  type WriteAnswer,
  type WriteRecord,
  type Writer,
} from '../../engine/sdk/index.ts'
import type { FunctionResult } from './answer.ts'
import type { IntacctClient } from './client.ts'
import { type IntacctObject, selectFields } from './object.ts'
import { MAX_PAGE, paceOf } from './read/query.ts'
import { rowsWhere } from './read/where.ts'
import { wait } from './wait.ts'
import { toFunctionXml } from './write-xml.ts'
import { childText } from './xml.ts'

const MAX_BATCH = 50
const ROUNDS = 5
const HOUR_MS = 60 * 60_000

export function createWriter(object: IntacctObject): Writer<IntacctClient> {
  return {
    operations: ['create', 'update', 'delete'],
    maxBatch: MAX_BATCH,
    repeat: { create: 'look-up-first', update: 'look-up-first', delete: 'look-up-first' },
    partial: true,
    write: (client, batch) => writeBatch(client, object, batch),
    find: (client, request) => findRecords(client, object, request),
  }
}

/** A record on its way, and how often it was sent under a new control id. */
interface Pending {
  readonly record: WriteRecord
  readonly xml: string
  readonly generation: number
}

type Turn =
  | { readonly is: 'answered'; readonly answer: WriteAnswer }
  | { readonly is: 'again'; readonly pending: Pending; readonly waitMs: number; readonly error: EngineError }

async function writeBatch(client: IntacctClient, object: IntacctObject, batch: Batch): Promise<readonly WriteAnswer[]> {
  const label = `${batch.operation} ${object.name}`
  const answers: WriteAnswer[] = []
  let pending: Pending[] = []
  for (const record of batch.records) {
    const xml = toFunctionXml(object, batch.operation, record)
    if (xml instanceof EngineError) answers.push({ is: 'refused', ref: record.ref, error: xml })
    else pending.push({ record, xml, generation: 0 })
  }
  for (let round = 1; pending.length > 0; round++) {
    const results = await send(client, object, batch, label, pending)
    if (answers.length === 0) throwIfAllBarred(results)
    const turns = await Promise.all(
      pending.map((it, index) => judge(client, object, batch, it, results[index] ?? lost(label))),
    )
    const again = turns.filter(turn => turn.is === 'again')
    for (const turn of turns) if (turn.is === 'answered') answers.push(turn.answer)
    if (round === ROUNDS)
      for (const { pending: it, error } of again) answers.push({ is: 'refused', ref: it.record.ref, error })
    pending = round === ROUNDS ? [] : again.map(turn => turn.pending)
    if (pending.length > 0) await wait(client, Math.max(...again.map(turn => turn.waitMs)) * round)
  }
  return answers
}

// what bars the whole object is no fault of its records: the flow stops or skips, instead of one dead letter each
const BARRED: ReadonlySet<string> = new Set<EngineError['kind']>(['unavailable', 'configuration', 'auth'])

function throwIfAllBarred(results: readonly FunctionResult[]): void {
  const [first] = results
  const isBarred = results.every(it => it.is === 'failed' && BARRED.has(it.error.kind))
  if (isBarred && first?.is === 'failed') throw first.error
}

/** Results in the order of `pending`, matched by control id. */
async function send(
  client: IntacctClient,
  object: IntacctObject,
  batch: Batch,
  label: string,
  pending: readonly Pending[],
): Promise<readonly FunctionResult[]> {
  const functions = pending.map(it => ({ controlId: controlIdOf(client, object, batch, it), xml: it.xml }))
  const { results } = await client.write(functions, label)
  return functions.map(({ controlId }) => results.find(it => it.controlId === controlId) ?? lost(label))
}

/**
 * Stable over repeats of the same write, so that Intacct itself refuses a second execution (`uniqueid`). The hour is part of it: a value that
 * legitimately returns later (3, 2, 3 open tickets) must not be refused for ever.
 */
function controlIdOf(
  client: IntacctClient,
  object: IntacctObject,
  batch: Batch,
  { record, generation }: Pending,
): string {
  const hour = Math.floor(client.context.clock.now().getTime() / HOUR_MS)
  const { ref, sinkKey = '', fields } = record
  return `${fingerprint([object.name, batch.operation, ref, sinkKey, fields, hour])}-${generation}`
}

async function judge(
  client: IntacctClient,
  object: IntacctObject,
  batch: Batch,
  pending: Pending,
  result: FunctionResult,
): Promise<Turn> {
  const { record } = pending
  if (result.is === 'done') return { is: 'answered', answer: written(batch, record, result) }
  const { error } = result
  const anew = { ...pending, generation: pending.generation + 1 }
  // it has not happened: said again under a new id
  if (error.kind === 'transient' || error.kind === 'rate-limited')
    return { is: 'again', pending: anew, waitMs: error.retryAfterMs ?? 2_000, error }
  if (error.code === 'INTACCT_STILL_RUNNING') return { is: 'again', pending, waitMs: 5_000, error }
  if (error.code === 'INTACCT_ALREADY_EXECUTED' && batch.operation !== 'create')
    // an update or a delete says the same when it is said again, and something else may have been written in between
    return { is: 'again', pending: anew, waitMs: 0, error }
  const known = await whatBecameOf(client, object, batch, record, error)
  return { is: 'answered', answer: known ?? { is: 'refused', ref: record.ref, error } }
}

/** A repeated create that is there, and a repeated delete that is not, have happened. */
async function whatBecameOf(
  client: IntacctClient,
  object: IntacctObject,
  batch: Batch,
  record: WriteRecord,
  error: EngineError,
): Promise<WriteAnswer | undefined> {
  const key = record.fields[object.key]
  if (batch.operation === 'create' && error.code === 'INTACCT_ALREADY_EXECUTED' && typeof key === 'string') {
    const [found] = await findRecords(client, object, { field: object.key, values: [key], select: [] })
    return found && { is: 'written', ref: record.ref, sinkKey: found.sinkKey, did: 'created' }
  }
  if (batch.operation === 'delete' && error.kind === 'record' && record.sinkKey) {
    const found = await findRecords(client, object, { field: 'id', values: [record.sinkKey], select: [] })
    if (found.length === 0) return { is: 'written', ref: record.ref, sinkKey: record.sinkKey, did: 'deleted' }
  }
  return undefined
}

const DID = { create: 'created', update: 'updated', upsert: 'updated', delete: 'deleted' } as const

function written(batch: Batch, record: WriteRecord, result: Extract<FunctionResult, { is: 'done' }>): WriteAnswer {
  const sinkKey = childText(result.data?.children[0], 'RECORDNO') || record.sinkKey
  if (!sinkKey) throw lostError(batch.operation)
  return { is: 'written', ref: record.ref, sinkKey, did: DID[batch.operation] }
}

function lost(label: string): never {
  throw lostError(label)
}

/** The request was carried out, but the answer does not tell what became of a record: the engine looks it up. */
function lostError(label: string): EngineError {
  return new EngineError({
    kind: 'uncertain',
    code: 'INTACCT_ANSWER_INCOMPLETE',
    message: `Sage Intacct, ${label}: the answer does not say what became of every record`,
    remedy: 'The engine looks up what happened before it sends anything again.',
  })
}

/** `id` is RECORDNO, which is the sink key of every record. */
async function findRecords(
  client: IntacctClient,
  object: IntacctObject,
  request: FindRequest,
): Promise<readonly FoundRecord[]> {
  const isId = request.field === 'id' || request.field === 'RECORDNO'
  const values = isId ? request.values.filter(value => /^\d+$/.test(value)) : request.values
  const ground = {
    client,
    object,
    select: selectFields(object, request.select),
    pace: paceOf(MAX_PAGE),
    format: await client.formatting(),
  }
  const found: FoundRecord[] = []
  for await (const rows of rowsWhere(ground, isId ? 'RECORDNO' : request.field, values))
    for (const { recordNo, record } of rows)
      found.push({
        sinkKey: recordNo,
        fields: record.fields,
        ...(record.version === undefined ? {} : { version: record.version }),
      })
  return found
}
