import {
  type Batch,
  EngineError,
  isEngineError,
  type Operation,
  type RepeatPolicy,
  type WriteAnswer,
  type WriteRecord,
  type Writer,
} from '../../engine/sdk/index.ts'
import { checkOptions } from './clash.ts'
import type { ZendeskClient } from './client.ts'
import { refuseUnknownKeys } from './definitions.ts'
import { recordRefused } from './errors.ts'
import { findRecords, findRows } from './find.ts'
import { MOST_OF_A_JOB } from './jobs.ts'
import { fold, foldKey, idOf, isId } from './json.ts'
import { toWire } from './resource.ts'
import { sendByJob } from './send-job.ts'
import { sendOne } from './send-one.ts'
import type { Prepared, Sending, WriteStyle } from './sending.ts'

/** There is no idempotency key for these (fact sheet 4.4): external ids are unique and updates say the same again; a plain create may not be repeated. */
const REPEAT: Readonly<Record<Operation, RepeatPolicy>> = {
  create: 'look-up-first',
  update: 'external-key',
  upsert: 'external-key',
  delete: 'external-key',
}

const EXTERNAL_ID = 'external_id'

export function createWriter(style: WriteStyle): Writer<ZendeskClient> {
  return {
    operations: ['create', 'update', 'upsert', 'delete'],
    maxBatch: MOST_OF_A_JOB,
    repeat: REPEAT,
    partial: true,
    write: (client, batch) => write(client, style, batch),
    find: (client, request) => findRecords(client, style.resource, request),
    ...(style.isKept ? { isKept: style.isKept } : {}),
  }
}

async function write(client: ZendeskClient, style: WriteStyle, batch: Batch): Promise<readonly WriteAnswer[]> {
  checkOptions(style.resource, batch.options)
  checkMatch(style, batch)
  await refuseUnknownKeys(client, style.resource, batch.records)
  const answers: WriteAnswer[] = []
  const prepared: Prepared[] = []
  for (const record of batch.records) {
    const it = prepare(style, batch, record)
    if (it instanceof EngineError) answers.push({ is: 'refused', ref: record.ref, error: it })
    else prepared.push(it)
  }
  for (const wave of wavesOf(prepared)) answers.push(...(await sendWave(client, { style, batch }, wave)))
  return answers
}

/** Records without an id that an upsert or an update knows by their external id only. */
async function sendWave(client: ZendeskClient, sending: Sending, wave: readonly Prepared[]): Promise<WriteAnswer[]> {
  const { style, batch } = sending
  // one that is there after all is told by its external id, which no two have: then it is changed
  const isAlone = batch.operation === 'upsert' && wave.length === 1
  const known = batch.operation === 'create' || isAlone ? wave : await withIds(client, style, wave)
  const answers: WriteAnswer[] = []
  const sendable: Prepared[] = []
  for (const record of known) {
    const isLost = NEEDS_ID.has(batch.operation) && record.id === undefined
    if (isLost) answers.push({ is: 'refused', ref: record.ref, error: notThere(style, batch.operation) })
    else sendable.push(record)
  }
  const rest = sendable.length > 1 ? await sendByJob(client, sending, sendable) : { answers: [], left: sendable }
  return [...answers, ...rest.answers, ...(await sendSingly(client, sending, rest.left))]
}

const NEEDS_ID: ReadonlySet<Operation> = new Set(['update', 'delete'])

async function withIds(
  client: ZendeskClient,
  style: WriteStyle,
  wave: readonly Prepared[],
): Promise<readonly Prepared[]> {
  const values = wave.flatMap(it => (it.id === undefined ? (it.externalId ?? []) : []))
  if (values.length === 0) return wave
  const rows = await findRows(client, style.resource, { field: EXTERNAL_ID, values })
  const ids = new Map(rows.map(row => [foldKey(String(row.fields[EXTERNAL_ID])), row.id]))
  return wave.map(it => {
    const id = it.id ?? (it.externalId === undefined ? undefined : ids.get(foldKey(it.externalId)))
    return id === undefined ? it : { ...it, id }
  })
}

/**
 * One call each; the client bounds how many are in flight. What concerns more than its record ends the batch where the whole batch may be said
 * again; a create tells what became of each, since those that are made must be known.
 */
async function sendSingly(
  client: ZendeskClient,
  sending: Sending,
  records: readonly Prepared[],
): Promise<WriteAnswer[]> {
  const ends = await Promise.allSettled(records.map(record => sendOne(client, sending, record)))
  const isAlone = sending.batch.operation !== 'create' || records.length === 1
  return ends.map((end, at) => {
    if (end.status === 'fulfilled') return end.value
    const thrown: unknown = end.reason
    if (isEngineError(thrown, 'record') || (isEngineError(thrown) && !isAlone))
      return { is: 'refused', ref: records[at]?.ref ?? '', error: thrown }
    throw thrown
  })
}

function prepare({ resource }: WriteStyle, batch: Batch, record: WriteRecord): Prepared | EngineError {
  const { operation } = batch
  const id = record.sinkKey ?? idOf(record.fields['id'])
  if (id !== undefined && !isId(id)) return badId(resource.name, id)
  const external = record.fields[EXTERNAL_ID]
  const externalId = typeof external === 'string' || typeof external === 'number' ? String(external) : ''
  // without its key an upsert would make another record each time
  if (operation === 'upsert' && id === undefined && externalId.trim() === '') return keyMissing(resource.name)
  return {
    ref: record.ref,
    fields: toWire(resource, record.fields),
    // an update or a delete of a create's result goes by its id
    ...(id === undefined || operation === 'create' ? {} : { id }),
    ...(externalId.trim() === '' ? {} : { externalId }),
  }
}

/** Zendesk compares external ids, and names of organizations, without case; of two equal ones in a job only the first gets through (fact sheet 4.3). */
function wavesOf(records: readonly Prepared[]): Prepared[][] {
  const waves: { readonly taken: Set<string>; readonly records: Prepared[] }[] = []
  for (const record of records) {
    const keys = keysOf(record)
    // after the last wave that holds one of its keys: the order of equal ones stays
    const at = waves.findLastIndex(it => keys.some(key => it.taken.has(key))) + 1
    const wave = waves[at] ?? { taken: new Set(), records: [] }
    waves[at] = wave
    for (const key of keys) wave.taken.add(key)
    wave.records.push(record)
  }
  return waves.map(it => it.records)
}

function keysOf({ id, externalId, fields }: Prepared): string[] {
  const texts = (name: string) => (typeof fields[name] === 'string' ? [`${name} ${fold(fields[name])}`] : [])
  const known = [
    ...(id === undefined ? [] : [`id ${id}`]),
    ...(externalId === undefined ? [] : [`key ${foldKey(externalId)}`]),
  ]
  return [...known, ...texts('name'), ...texts('email')]
}

function checkMatch({ resource }: WriteStyle, { operation, match }: Batch): void {
  if (match === undefined || match === EXTERNAL_ID || match === 'id') return
  throw new EngineError({
    kind: 'configuration',
    code: 'ZENDESK_MATCH_FIELD',
    message: `${operation} of ${resource.name} cannot match on ${match}: Zendesk finds them by external_id only`,
    remedy: 'Set sink.match: external_id and map it to the key of the source.',
  })
}

const notThere = ({ resource }: WriteStyle, operation: Operation): EngineError =>
  recordRefused({
    code: 'ZENDESK_RECORD_NOT_FOUND',
    message: `${resource.name}: ${operation} of a record that is not there`,
    remedy: 'Let a flow create it first (operation: upsert), then replay it.',
  })

const badId = (name: string, id: string): EngineError =>
  recordRefused({
    code: 'ZENDESK_ID_INVALID',
    message: `${name}: "${id}" is not an id of Zendesk`,
    remedy: 'Correct the key, then replay.',
  })

const keyMissing = (name: string): EngineError =>
  recordRefused({
    code: 'ZENDESK_MATCH_VALUE_MISSING',
    message: `${name}: the record has no external_id, so an upsert could not find it again`,
    remedy: 'Map external_id to a field that every record has a value in.',
    field: EXTERNAL_ID,
  })
