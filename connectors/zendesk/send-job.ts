import { EngineError, type JsonObject, type Operation, type WriteAnswer } from '../../engine/sdk/index.ts'
import type { Call, ZendeskClient } from './client.ts'
import { isCode } from './errors.ts'
import { type JobResult, MOST_OF_A_JOB, runJob } from './jobs.ts'
import { inChunks } from './json.ts'
import type { Doing, Prepared, Sending } from './sending.ts'

export interface Sent {
  readonly answers: readonly WriteAnswer[]
  /** Refused within the job, or not told: each goes by itself, whose answer says more than a line of a job. */
  readonly left: readonly Prepared[]
}

/** Many records in as few jobs as there are kinds of change (fact sheet 4.2). */
export async function sendByJob(client: ZendeskClient, sending: Sending, records: readonly Prepared[]): Promise<Sent> {
  const { operation } = sending.batch
  const groups: readonly (readonly [Doing, readonly Prepared[]])[] =
    operation === 'delete'
      ? [['delete', records]]
      : [
          ['update', records.filter(it => it.id !== undefined)],
          ['create', records.filter(it => it.id === undefined)],
        ]
  const sent: Sent[] = []
  for (const [doing, group] of groups)
    for (const chunk of inChunks(group, MOST_OF_A_JOB))
      sent.push(
        chunk.length === 1 ? { answers: [], left: chunk } : await sendChunk(client, sending, { doing, records: chunk }),
      )
  return { answers: sent.flatMap(it => it.answers), left: sent.flatMap(it => it.left) }
}

/** Asked again after this long: it is opened on request. */
const CLOSED_MS = 12 * 60 * 60_000

interface Chunk {
  readonly doing: Doing
  readonly records: readonly Prepared[]
}

const DID = { create: 'created', update: 'updated', delete: 'deleted' } as const

async function sendChunk(client: ZendeskClient, sending: Sending, chunk: Chunk): Promise<Sent> {
  const { operation } = sending.batch
  const { doing, records } = chunk
  const results = await resultsOf(client, sending, chunk)
  if (results === 'closed') return { answers: [], left: records }
  const answers: WriteAnswer[] = []
  const left: Prepared[] = []
  for (const [at, record] of records.entries()) {
    const result = results[at] ?? { is: 'unknown' }
    const sinkKey = keyOf(record, result)
    if (sinkKey !== undefined) answers.push({ is: 'written', ref: record.ref, sinkKey, did: DID[doing] })
    else if (result.is !== 'failed' && operation === 'create')
      answers.push({ is: 'refused', ref: record.ref, error: unknownOutcome(sending, operation) })
    else left.push(record)
  }
  return { answers, left }
}

/** Imports of many users are refused until Zendesk opens them to the account (fact sheet 4.2): then they go one by one. */
async function resultsOf(
  client: ZendeskClient,
  sending: Sending,
  chunk: Chunk,
): Promise<readonly JobResult[] | 'closed'> {
  const { facts, log } = client.context
  const { opensOnRequest = [], resource } = sending.style
  const isOpen = !opensOnRequest.includes(chunk.doing)
  const closed = `closed ${resource.name} ${chunk.doing}`
  if (!isOpen && (await facts.get(closed)) === true) return 'closed'
  try {
    return await runJob(client, callOf(sending, chunk), chunk.records.length)
  } catch (thrown) {
    if (isOpen || !isCode(thrown, 'ZENDESK_FORBIDDEN')) throw thrown
    await facts.set(closed, true, CLOSED_MS)
    log.info('Zendesk has not opened imports of many to this account: records go one by one', { entity: resource.name })
    return 'closed'
  }
}

/** The id that a record has after a job that says it is done; a line that names another one says nothing of it. */
function keyOf(record: Prepared, result: JobResult): string | undefined {
  if (result.is !== 'done') return undefined
  if (record.id === undefined) return result.id
  return result.id === undefined || result.id === record.id ? record.id : undefined
}

function callOf({ style, batch }: Sending, { doing, records }: Chunk): Omit<Call, 'expect'> {
  const { name } = style.resource
  const effect = batch.operation === 'create' ? 'once' : 'repeatable'
  if (doing === 'delete') {
    const ids = records.flatMap(it => it.id ?? []).join(',')
    return { method: 'DELETE', path: `${name}/destroy_many`, query: { ids }, effect }
  }
  const isNew = doing === 'create'
  const items = records.map(it => (isNew ? { ...style.whenCreated, ...it.fields } : addressed(it)))
  return {
    method: isNew ? 'POST' : 'PUT',
    path: `${name}/${isNew ? 'create_many' : 'update_many'}`,
    body: { [name]: items },
    effect,
  }
}

const addressed = ({ id, fields }: Prepared): JsonObject => ({ ...fields, id: Number(id) })

const unknownOutcome = ({ style }: Sending, operation: Operation): EngineError =>
  new EngineError({
    kind: 'uncertain',
    code: 'ZENDESK_OUTCOME_UNKNOWN',
    message: `${operation} of ${style.resource.name}: the job did not tell what became of the record`,
    remedy: 'The write may have happened: its record is looked up before anything is sent again.',
  })
