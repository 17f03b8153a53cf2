import {
  type Batch,
  isEngineError,
  type Json,
  type JsonObject,
  type Operation,
  type RepeatPolicy,
  type WriteAnswer,
  type WriteRecord,
  type Writer,
} from '../../engine/sdk/index.ts'
import { bodyOf, refusal } from './body.ts'
import type { Sage300Client } from './client.ts'
import { lostAnswer } from './errors.ts'
import { findRecords } from './find.ts'
import { isList, isObject, objectOf } from './json.ts'
import type { Sage300Object, WritableObject } from './object.ts'
import { plainRecord, toRow } from './wire.ts'

/** A PATCH by key may be repeated; a POST may not: an order gets another number each time (fact sheet 5, "Idempotency"). */
const REPEAT = { create: 'look-up-first', update: 'external-key' } as const satisfies Partial<
  Record<Operation, RepeatPolicy>
>

/** No upsert and no delete on purpose: what is there is looked up before anything is made, and customers are set to Inactive. */
export function createWriter(object: WritableObject): Writer<Sage300Client> {
  const { operations } = object
  return {
    operations,
    // there is no $batch (fact sheet 2)
    maxBatch: 1,
    repeat: Object.fromEntries(operations.map(it => [it, REPEAT[it]])),
    partial: true,
    write: (client, batch) => writeAll(client, object, batch),
    find: (client, request) => findRecords(client, object, request),
  }
}

async function writeAll(client: Sage300Client, object: WritableObject, batch: Batch): Promise<readonly WriteAnswer[]> {
  const answers: WriteAnswer[] = []
  const made = new Set<string>()
  for (const record of batch.records)
    try {
      refuseTwice(object, { batch, record, made })
      answers.push(await (batch.operation === 'create' ? create : update)(client, object, record))
    } catch (thrown) {
      // what is about the whole call is thrown, as long as nothing was written before it
      if (!isEngineError(thrown) || (thrown.kind !== 'record' && answers.length === 0)) throw thrown
      answers.push({ is: 'refused', ref: record.ref, error: thrown })
    }
  return answers
}

/** Sage 300 does not mind two orders of one reference. */
function refuseTwice(
  object: WritableObject,
  { batch, record, made }: { readonly batch: Batch; readonly record: WriteRecord; readonly made: Set<string> },
): void {
  if (batch.operation !== 'create' || batch.match === undefined) return
  const value = record.fields[batch.match]
  if (typeof value !== 'string') return
  if (made.has(value))
    throw refusal('SAGE300_MATCH_TWICE', `${object.name}: two records of one batch have the same ${batch.match}`, {
      field: batch.match,
      remedy: 'Only the first was made. Correct the value at its source, then replay.',
    })
  made.add(value)
}

async function create(
  client: Sage300Client,
  object: WritableObject,
  { ref, fields }: WriteRecord,
): Promise<WriteAnswer> {
  const sent = bodyOf(object, fields)
  const label = `POST ${object.name}`
  const { body } = await client.call({
    method: 'POST',
    path: object.name,
    body: sent,
    label,
    expect: 'entry',
    effect: 'once',
  })
  const raw = objectOf(body)
  const key = raw[object.key]
  if (key === undefined || key === null || key === '')
    throw lostAnswer(label, 'the answer has no usable key', 'uncertain')
  const row = toRow(raw, object)
  const own = sent[object.key]
  if (typeof own === 'string' && own.trimEnd() !== row.key)
    client.context.log.warn('Sage 300 keeps another key than was sent', { entity: object.name, key: row.key })
  const ignored = linesNotTaken(object, sent, plainRecord(raw, object.fields))
  if (ignored.length > 0)
    throw refusal(
      'SAGE300_VALUES_NOT_TAKEN',
      `${object.name} ${row.key} was made, but not with its ${ignored.join(', ')}`,
      {
        field: ignored[0] ?? '',
        remedy:
          'A price list or a rule of Sage 300 has the last word there: correct the order in Sage 300. It is not made again.',
      },
    )
  return { is: 'written', ref, sinkKey: row.key, did: 'created' }
}

/** Money of lines as it was sent, against what was stored: the rest may be formatted or folded (fact sheet 8). */
const COMPARED = ['QuantityOrdered', 'OrderUnitPrice', 'PricingUnitPrice'] as const

function linesNotTaken({ lineOrder = {} }: WritableObject, sent: JsonObject, echo: JsonObject): readonly string[] {
  return Object.keys(lineOrder).flatMap(name => {
    const [own, back] = [rowsIn(sent[name]), rowsIn(echo[name])]
    if (own.length !== back.length) return own.length === 0 ? [] : [name]
    return own.flatMap((row, at) =>
      COMPARED.flatMap(it => (isTaken(row, back[at] ?? {}, it) ? [] : [`${name}[${at}].${it}`])),
    )
  })
}

const rowsIn = (value: Json | undefined): readonly JsonObject[] => (isList(value) ? value.filter(isObject) : [])

/** What is shipped at once is not on order any more (fact sheet 8.2). */
function isTaken(row: JsonObject, back: JsonObject, name: (typeof COMPARED)[number]): boolean {
  const shown = name === 'QuantityOrdered' ? (back['OriginalQuantityOrdered'] ?? back[name]) : back[name]
  const value = row[name]
  return value === undefined || value === null || Math.abs(Number(value) - Number(shown ?? 0)) < 1e-6
}

async function update(
  client: Sage300Client,
  object: WritableObject,
  { ref, fields, sinkKey }: WriteRecord,
): Promise<WriteAnswer> {
  const { [object.key]: own, ...rest } = fields
  const key = sinkKey ?? (typeof own === 'string' && own !== '' ? own : undefined)
  if (key === undefined)
    throw refusal('SAGE300_KEY_UNKNOWN', `${object.name}: update of a record whose key is not known`, {
      field: object.key,
      remedy: `Let the flow match on ${object.key}, then replay.`,
    })
  await client.call({
    method: 'PATCH',
    path: `${object.name}(${keyIn(object, key)})`,
    body: bodyOf(object, rest),
    label: `PATCH ${object.name}`,
    expect: 'nothing',
    effect: 'repeatable',
  })
  return { is: 'written', ref, sinkKey: key, did: 'updated' }
}

/** In quotes, doubled inside, then percent-encoded. The server decodes before it splits: a slash cannot be addressed (fact sheet 2, 8.1). */
function keyIn(object: Sage300Object, key: string): string {
  if (key.includes('/'))
    throw refusal('SAGE300_KEY_UNUSABLE', `${object.name}: a key with a slash cannot be addressed`, {
      field: object.key,
      remedy: 'Change this record in Sage 300 itself, or give it another key there.',
    })
  return `'${encodeURIComponent(key.replaceAll("'", "''"))}'`
}
