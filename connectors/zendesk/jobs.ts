import { EngineError, type JsonObject } from '../../engine/sdk/index.ts'
import type { Call, ZendeskClient } from './client.ts'
import { isCode, lostAnswer } from './errors.ts'
import { isList, objectOf, textOf } from './json.ts'

/** Records of one job (fact sheet 4.2). */
export const MOST_OF_A_JOB = 100
/** Thirty creates took two seconds, a hundred about three (fact sheet 4.3): the first look comes when most are done. */
const firstPauseMs = (count: number) => 250 + 25 * Math.min(count, MOST_OF_A_JOB)
const LONGEST_PAUSE_MS = 5_000
/** After this long nobody knows. */
const PATIENCE_MS = 10 * 60_000

/** How one item of a job ended. `unknown`: the job does not tell; `failed`: in words that a single call tells better. */
export type JobResult =
  | { readonly is: 'done'; readonly id: string | undefined }
  | { readonly is: 'failed'; readonly said: string }
  | { readonly is: 'unknown' }

/** Submits a job, waits for its end and reads every item: "completed" does not mean success (fact sheet 4.3). */
export async function runJob(
  client: ZendeskClient,
  call: Pick<Call, 'method' | 'path' | 'query' | 'body' | 'label' | 'effect'>,
  count: number,
): Promise<readonly JobResult[]> {
  const { body } = await client.call({ ...call, expect: { object: 'job_status' } })
  const id = textOf(objectOf(body['job_status'])['id'])
  const where = `${call.method} ${call.label ?? call.path}`
  if (id === undefined) throw lostAnswer(where, 'the job that was submitted has no id', 'uncertain')
  try {
    return resultsOf(await ended(client, id, { where, count }), count)
  } catch (thrown) {
    // the job goes on without us
    if (thrown instanceof EngineError && thrown.kind !== 'uncertain')
      throw lostAnswer(where, thrown.message, 'uncertain')
    throw thrown
  }
}

async function ended(
  client: ZendeskClient,
  id: string,
  { where, count }: { readonly where: string; readonly count: number },
): Promise<JsonObject> {
  const { clock, signal } = client.context
  let pauseMs = firstPauseMs(count)
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += pauseMs, pauseMs = nextPauseMs(pauseMs)) {
    await clock.sleep(pauseMs, signal)
    const job = await look(client, id)
    if (job !== undefined && ENDS.has(textOf(job['status']) ?? '')) return job
  }
  throw lostAnswer(where, `the job did not end within ${PATIENCE_MS / 60_000} minutes`, 'uncertain')
}

const nextPauseMs = (pauseMs: number) => Math.min(2 * pauseMs, LONGEST_PAUSE_MS)

const ENDS = new Set(['completed', 'failed', 'killed'])

/** Straight after the submit a job may not be there yet (fact sheet 4.3). */
async function look(client: ZendeskClient, id: string): Promise<JsonObject | undefined> {
  try {
    const { body } = await client.call({
      method: 'GET',
      path: `job_statuses/${encodeURIComponent(id)}`,
      label: 'job_statuses/{id}',
      expect: { object: 'job_status' },
      effect: 'none',
    })
    return objectOf(body['job_status'])
  } catch (thrown) {
    if (isCode(thrown, 'ZENDESK_NOT_FOUND')) return undefined
    throw thrown
  }
}

const UNKNOWN: JobResult = { is: 'unknown' }

function resultsOf({ status, results }: JsonObject, count: number): readonly JobResult[] {
  const lines = isList(results) ? results.map(objectOf) : []
  // order is what ties a line to its record: with another number of them, or another order, nobody knows which is whose
  const isInOrder =
    lines.length === count && lines.every((line, at) => line['index'] === undefined || line['index'] === at)
  if (status !== 'completed' || !isInOrder) return Array.from({ length: count }, () => UNKNOWN)
  return lines.map(resultOf)
}

function resultOf(line: JsonObject): JobResult {
  const { error, id, details, success } = line
  if (error !== undefined && error !== null)
    return { is: 'failed', said: [textOf(error), textOf(details)].filter(it => it !== undefined).join(': ') }
  if (success === false) return { is: 'failed', said: textOf(details) ?? 'no words' }
  return { is: 'done', id: typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : textOf(id) }
}
