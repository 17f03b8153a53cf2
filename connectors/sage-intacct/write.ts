/** Writing through the generic create, update and delete: one record per function, several functions per request (sheet 7). There is no upsert. */
import { EngineError, type WriteAnswer, type WriteRecord, type Writer } from '../../engine/sdk/index.ts'
import type { FunctionResult } from './answer.ts'
import type { IntacctClient } from './client.ts'
import { freshId, hourlyId } from './control-id.ts'
import { type Ground, isTaken, lookUp, maySayAgain, type Pending, type Refused } from './doubt.ts'
import { findRecords } from './find.ts'
import type { IntacctObject } from './object.ts'
import { wait } from './wait.ts'
import { toFunctionXml } from './write-xml.ts'
import { childText } from './xml.ts'

const MAX_BATCH = 50
const ROUNDS = 5

export function createWriter(object: IntacctObject): Writer<IntacctClient> {
  return {
    operations: ['create', 'update', 'delete'],
    maxBatch: MAX_BATCH,
    repeat: { create: 'look-up-first', update: 'look-up-first', delete: 'look-up-first' },
    partial: true,
    write: (client, batch) => writeBatch({ client, object, batch }),
    find: (client, request) => findRecords(client, object, request),
  }
}

type Turn =
  | { readonly is: 'answered'; readonly answer: WriteAnswer }
  | { readonly is: 'again'; readonly pending: Pending; readonly waitMs: number; readonly error: EngineError }

async function writeBatch(ground: Ground): Promise<readonly WriteAnswer[]> {
  const answers: WriteAnswer[] = []
  let pending = prepare(ground, answers)
  for (let round = 1; pending.length > 0; round++) {
    const results = await send(ground, pending)
    if (answers.length === 0) throwIfAllBarred(results)
    const turns = await judgeAll(ground, pending, results)
    const again = turns.filter(turn => turn.is === 'again')
    for (const turn of turns) if (turn.is === 'answered') answers.push(turn.answer)
    if (round === ROUNDS)
      for (const { pending: it, error } of again) answers.push({ is: 'refused', ref: it.record.ref, error })
    pending = round === ROUNDS ? [] : again.map(turn => turn.pending)
    if (pending.length > 0) await wait(ground.client, Math.max(...again.map(turn => turn.waitMs)) * round)
  }
  return answers
}

/** Those that can be sent; answers those that cannot. */
function prepare(ground: Ground, answers: WriteAnswer[]): Pending[] {
  const { batch, object } = ground
  const pending: Pending[] = []
  const times = new Map<string, number>()
  for (const record of batch.records) {
    const xml = toFunctionXml(object, batch.operation, record)
    if (xml instanceof EngineError) {
      answers.push({ is: 'refused', ref: record.ref, error: xml })
      continue
    }
    const id = controlIdOf(ground, record)
    const before = times.get(id) ?? 0
    times.set(id, before + 1)
    pending.push({ record, xml, controlId: before === 0 ? id : `${id}-${before}` })
  }
  return pending
}

/** The same when the same write is said again, alone or in another batch: its place in the batch is no part of it. */
function controlIdOf({ client, object, batch }: Ground, { sinkKey = '', fields }: WriteRecord): string {
  const { locationId = '' } = client.context.settings
  return hourlyId(client.context, [locationId, object.name, batch.operation, sinkKey, fields])
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
  { client, object, batch }: Ground,
  pending: readonly Pending[],
): Promise<readonly FunctionResult[]> {
  const label = `${batch.operation} ${object.name}`
  const functions = pending.map(({ controlId, xml }) => ({ controlId, xml }))
  const { results } = await client.write(functions, label)
  return functions.map(({ controlId }) => {
    const own = results.find(it => it.controlId === controlId)
    if (!own) throw lostError(label)
    return own
  })
}

async function judgeAll(
  ground: Ground,
  pending: readonly Pending[],
  results: readonly FunctionResult[],
): Promise<readonly Turn[]> {
  const sent = pending.map((it, index) => ({ pending: it, result: results[index] }))
  const became = await lookUp(
    ground,
    sent.flatMap(it => (it.result?.is === 'failed' ? [{ pending: it.pending, error: it.result.error }] : [])),
  )
  return sent.map(({ pending: it, result }) => {
    if (result?.is === 'failed') return judge(ground, { pending: it, error: result.error }, became.get(it.record.ref))
    return { is: 'answered', answer: written(ground, it.record, result) }
  })
}

/** `became`: what the look-up told of one that may have happened. */
function judge(ground: Ground, { pending, error }: Refused, became: string | null | undefined): Turn {
  const { record, repeated } = pending
  const { ref, sinkKey } = record
  const { operation } = ground.batch
  if (operation === 'create' && became)
    return { is: 'answered', answer: { is: 'written', ref, sinkKey: became, did: 'created' } }
  if (operation === 'delete' && became === null && sinkKey !== undefined)
    return { is: 'answered', answer: { is: 'written', ref, sinkKey, did: 'deleted' } }
  // it has not happened, or Intacct is still at it: the same is said once more
  if (error.kind === 'transient' || error.kind === 'rate-limited')
    return { is: 'again', pending, waitMs: error.retryAfterMs ?? 2_000, error }
  if (error.code === 'INTACCT_STILL_RUNNING') return { is: 'again', pending, waitMs: 5_000, error }
  if (error.code === 'INTACCT_ALREADY_EXECUTED' && repeated === undefined && maySayAgain(ground, record)) {
    const controlId = freshId(ground.client.context, pending.controlId)
    return { is: 'again', pending: { ...pending, controlId, repeated: error }, waitMs: 0, error }
  }
  // made before, refused by its key now, and not seen: it is there, and becomes visible later
  const truth = repeated !== undefined && isTaken(error) ? repeated : error
  return { is: 'answered', answer: { is: 'refused', ref, error: truth } }
}

const DID = { create: 'created', update: 'updated', upsert: 'updated', delete: 'deleted' } as const

function written({ batch }: Ground, record: WriteRecord, result: FunctionResult | undefined): WriteAnswer {
  const data = result?.is === 'done' ? result.data : undefined
  const sinkKey = childText(data?.children[0], 'RECORDNO') || record.sinkKey
  if (!sinkKey) throw lostError(batch.operation)
  return { is: 'written', ref: record.ref, sinkKey, did: DID[batch.operation] }
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
