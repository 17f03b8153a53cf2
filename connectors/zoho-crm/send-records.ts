import { type Batch, EngineError, type JsonObject, type Operation, type WriteAnswer } from '../../engine/sdk/index.ts'
import type { Call, Reply, ZohoClient } from './client.ts'
import { faultOf, isBusy, recordError, type ZohoFault } from './errors.ts'
import { isList, objectOf, textOf } from './json.ts'
import { type Module, toUtc } from './module.ts'

/** A record ready to be sent. */
export interface Prepared {
  readonly ref: string
  /** The same for two records that must not be in one call. */
  readonly key: string
  /** Zoho's id, when it is known. */
  readonly id: string | undefined
  readonly body: JsonObject
}

interface Sending {
  readonly batch: Batch
  readonly records: readonly Prepared[]
}

/** Pauses before a busy record is tried again: a few times, then it is refused and kept for a replay (fact sheet 5). */
const BUSY_PAUSES_MS = [1_000, 3_000, 9_000]

/** Sends, and sends those again that were locked or failed inside Zoho, for operations that may be repeated. */
export async function sendBusyAgain(client: ZohoClient, module: Module, sending: Sending): Promise<WriteAnswer[]> {
  const answers: WriteAnswer[] = []
  let left = sending.records
  for (const pauseMs of [...BUSY_PAUSES_MS, undefined]) {
    if (left.length === 0) break
    const items = await send(client, module, { ...sending, records: left })
    const isLast = pauseMs === undefined || client.context.signal.aborted
    const busy = isLast
      ? []
      : items.filter(it => it.fault !== undefined && isBusy(it.fault) && mayRepeat(module, sending, it.fault))
    const again = new Set(busy.map(it => it.record.ref))
    answers.push(...items.filter(it => !again.has(it.record.ref)).map(it => it.answer))
    left = left.filter(it => again.has(it.ref))
    if (left.length > 0 && pauseMs !== undefined) await pause(client, pauseMs)
  }
  return answers
}

/** A lock means that nothing was done; a fault inside Zoho may have come after an insert. */
const mayRepeat = (module: Module, sending: Sending, fault: ZohoFault) =>
  !addsAtEachRepeat(module, sending) || fault.code !== 'INTERNAL_ERROR'

/** An insert makes another record, and lines without an id are added to those that are there (fact sheet 2.2, 4.1). */
function addsAtEachRepeat(module: Module, { batch, records }: Sending): boolean {
  if (batch.operation === 'create') return true
  const linesOf = ({ body }: Prepared) => (module.lines === undefined ? undefined : body[module.lines])
  return records.some(record => {
    const lines = linesOf(record)
    return isList(lines) && lines.some(line => objectOf(line)['id'] === undefined)
  })
}

/** Cancelled while it waits: the records that are left go out once more without a pause, and their answer stands. */
async function pause(client: ZohoClient, ms: number): Promise<void> {
  const { clock, signal } = client.context
  await clock.sleep(ms, signal).catch(() => undefined)
}

interface Item {
  readonly record: Prepared
  readonly answer: WriteAnswer
  readonly fault: ZohoFault | undefined
}

async function send(client: ZohoClient, module: Module, sending: Sending): Promise<readonly Item[]> {
  const call = callOf(module, sending)
  const reply = await client.call(call)
  const given = dataOf(reply)
  const { records } = sending
  // order is all that ties answers to records (fact sheet 4.1): with another number of them, nobody knows which is whose
  if (given.length !== records.length)
    throw new EngineError({
      kind: 'uncertain',
      code: 'ZOHO_ANSWER_COUNT',
      message: `${call.method} ${call.path}: ${records.length} records were sent, ${given.length} answers came`,
      remedy: 'The records are looked up before anything is sent again.',
    })
  return records.map((record, at) =>
    judge(client, { module, sending, record, status: reply.status }, objectOf(given[at])),
  )
}

const dataOf = (reply: Reply) => {
  const data = reply.body?.['data']
  return isList(data) ? data : []
}

function callOf(module: Module, sending: Sending): Call {
  const { batch, records } = sending
  const path = batch.operation === 'upsert' ? `${module.name}/upsert` : module.name
  if (batch.operation === 'delete') {
    const ids = records.flatMap(it => it.id ?? [])
    // wf_trigger is not on the fact sheet: where it is not known it is ignored, and workflows run
    return {
      method: 'DELETE',
      path,
      query: { ids: ids.join(','), wf_trigger: String(triggersOf(batch).length > 0) },
      expect: 'data',
      effect: 'repeatable',
    }
  }
  const body = {
    data: records.map(it => it.body),
    trigger: triggersOf(batch),
    ...(batch.operation === 'upsert' && batch.match !== undefined ? { duplicate_check_fields: [batch.match] } : {}),
  }
  return {
    method: batch.operation === 'update' ? 'PUT' : 'POST',
    path,
    body,
    expect: 'data',
    effect: addsAtEachRepeat(module, sending) ? 'once' : 'repeatable',
  }
}

/** Without a word from the flow no workflow of Zoho runs: a first load would send mails (fact sheet 4.1, 8.11). */
function triggersOf(batch: Batch): readonly string[] {
  const { trigger } = batch.options
  return isList(trigger) ? trigger.filter(it => typeof it === 'string') : []
}

interface About {
  readonly module: Module
  readonly sending: Sending
  readonly record: Prepared
  readonly status: number
}

const DID: Readonly<Record<Operation, 'created' | 'updated' | 'deleted'>> = {
  create: 'created',
  update: 'updated',
  upsert: 'updated',
  delete: 'deleted',
}

/** By the item's own status alone: the HTTP status speaks of the batch (fact sheet 4.1, 8.6). */
function judge(client: ZohoClient, about: About, item: JsonObject): Item {
  const { record, sending } = about
  if (item['status'] !== 'success') return judgeFault(client, about, item)
  const details = objectOf(item['details'])
  const sinkKey = textOf(details['id']) ?? (sending.batch.operation === 'upsert' ? undefined : record.id)
  if (sinkKey === undefined) return refuse(record, unknownOutcome(about, 'Zoho reported success without an id'))
  const { operation, match } = sending.batch
  const duplicateField = textOf(item['duplicate_field'])
  if (operation === 'upsert' && duplicateField !== undefined && duplicateField !== match)
    client.context.log.warn('an upsert was led to a record by another unique field', {
      module: about.module.name,
      id: sinkKey,
      field: duplicateField,
    })
  const did = operation === 'upsert' && item['action'] === 'insert' ? 'created' : DID[operation]
  const version = toUtc(details['Modified_Time'])
  const answer: WriteAnswer = {
    is: 'written',
    ref: record.ref,
    sinkKey,
    did,
    ...(version === undefined ? {} : { version }),
  }
  return { record, answer, fault: undefined }
}

function judgeFault(client: ZohoClient, about: About, item: JsonObject): Item {
  const { record, sending, module, status } = about
  const { operation } = sending.batch
  if (item['status'] !== 'error')
    return refuse(record, unknownOutcome(about, "Zoho's answer is neither success nor error"))
  const fault = client.redact(faultOf(item, status))
  // gone already, which is what was wanted (fact sheet 4.1)
  if (operation === 'delete' && record.id !== undefined && isUnknownId(fault))
    return { record, answer: { is: 'written', ref: record.ref, sinkKey: record.id, did: 'deleted' }, fault: undefined }
  if (operation === 'create' && fault.code === 'INTERNAL_ERROR')
    return refuse(record, unknownOutcome(about, 'Zoho failed inside while it inserted'))
  return { ...refuse(record, recordError(fault, `${DOING[operation]} ${module.name}`)), fault }
}

/** Not every INVALID_DATA of a delete: the one that is about the id itself (fact sheet 3.3, 5). */
const isUnknownId = ({ code, message, details }: ZohoFault) =>
  code === 'INVALID_DATA' &&
  (details['id'] !== undefined || details['api_name'] === 'id' || /\bid given\b/.test(message))

const DOING: Readonly<Record<Operation, string>> = {
  create: 'creating in',
  update: 'updating in',
  upsert: 'upserting into',
  delete: 'deleting from',
}

const refuse = (record: Prepared, error: EngineError): Item => ({
  record,
  answer: { is: 'refused', ref: record.ref, error },
  fault: undefined,
})

const unknownOutcome = (about: About, why: string): EngineError =>
  new EngineError({
    kind: 'uncertain',
    code: 'ZOHO_OUTCOME_UNKNOWN',
    message: `${DOING[about.sending.batch.operation]} ${about.module.name}: ${why}`,
    remedy: 'The write may have happened: its record is looked up before anything is sent again.',
  })
