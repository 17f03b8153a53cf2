import {
  type Batch,
  EngineError,
  isEngineError,
  type JsonObject,
  type Operation,
  type RepeatPolicy,
  type WriteAnswer,
  type WriteRecord,
  type Writer,
} from '../../engine/sdk/index.ts'
import { type Address, addressOf } from './address.ts'
import type { AcumaticaClient } from './client.ts'
import { columnsOf } from './columns.ts'
import { notTaken, pathsOf } from './echo.ts'
import { lostAnswer } from './errors.ts'
import { findRecords } from './find.ts'
import { isList, isObject, objectOf } from './json.ts'
import { fieldsOf } from './metadata.ts'
import { type AcumaticaObject, modifiedOf } from './object.ts'
import { toRow, wrapRecord } from './wire.ts'

/** A PUT that finds its record by key may be repeated; one that makes a record may not: a new number each time (fact sheet 6.1). */
const REPEAT: Readonly<Partial<Record<Operation, RepeatPolicy>>> = { create: 'look-up-first', update: 'external-key' }

/** What an entity that is written has besides. */
export interface WritableObject extends AcumaticaObject {
  /** Free field that holds the key of the other side. */
  readonly reference: string
}

/** No upsert and no delete on purpose: what is there is looked up before anything is made, and customers are set to Inactive (fact sheet 6.3). */
export function createWriter(object: WritableObject): Writer<AcumaticaClient> {
  return {
    operations: ['create', 'update'],
    // a PUT takes one record
    maxBatch: 1,
    repeat: REPEAT,
    partial: true,
    write: (client, batch) => writeAll(client, object, batch),
    find: (client, request) => findRecords(client, object, request),
  }
}

async function writeAll(
  client: AcumaticaClient,
  object: WritableObject,
  batch: Batch,
): Promise<readonly WriteAnswer[]> {
  const answers: WriteAnswer[] = []
  for (const record of batch.records)
    try {
      answers.push(await writeOne(client, object, { batch, record }))
    } catch (thrown) {
      // what is about the whole call is thrown, as long as nothing was written before it
      if (!isEngineError(thrown) || (thrown.kind !== 'record' && answers.length === 0)) throw thrown
      answers.push({ is: 'refused', ref: record.ref, error: thrown })
    }
  return answers
}

interface Wish {
  readonly batch: Batch
  readonly record: WriteRecord
}

async function writeOne(client: AcumaticaClient, object: WritableObject, wish: Wish): Promise<WriteAnswer> {
  const { batch, record } = wish
  const { ref } = record
  await refuseUnknown(client, object, record.fields)
  const address = await addressOf(client, object, wish)
  const modified = modifiedOf(object, client.context.settings)
  const { body: answer } = await put(client, object, { address, modified, isCreate: batch.operation === 'create' })
  const raw = objectOf(answer)
  const row = toRow(raw, object, modified)
  // "<NEW>" stands for a number that is still to be given: no key (fact sheet 6.1)
  if (row.key.startsWith('<')) throw lostAnswer(`PUT ${object.name}`, 'the answer has no usable key', 'uncertain')
  await address.note(row.key)
  const ignored = notTaken(address.compared, row.fields)
  if (ignored.length > 0) throw valuesNotTaken(object, row.key, ignored)
  const did = batch.operation === 'create' ? 'created' : 'updated'
  return { is: 'written', ref, sinkKey: row.key, did, ...(row.version === undefined ? {} : { version: row.version }) }
}

interface Put {
  readonly address: Address
  readonly modified: string | undefined
  readonly isCreate: boolean
}

async function put(client: AcumaticaClient, object: WritableObject, { address, modified, isCreate }: Put) {
  const columns = columnsOf(object, pathsOf(address.fields), modified)
  try {
    return await client.call({
      method: 'PUT',
      path: object.name,
      query: { ...columns, ...(address.filter === undefined ? {} : { $filter: address.filter }) },
      headers: isCreate ? { 'if-none-match': '*' } : { 'if-match': '*' },
      body: wrapRecord(address.fields, object.fields),
      label: `PUT ${object.name}`,
      expect: 'record',
      effect: isCreate ? 'once' : 'repeatable',
    })
  } catch (thrown) {
    if (isEngineError(thrown) && thrown.code === 'ACUMATICA_PRECONDITION') throw conflict(object, address, isCreate)
    throw thrown
  }
}

const conflict = (object: WritableObject, { by }: Address, isCreate: boolean): EngineError =>
  isCreate
    ? refusal({
        code: 'ACUMATICA_RECORD_EXISTS',
        message: `${object.name}: a record with this ${by} is there already`,
        remedy:
          'It was left as it is. Let the flow match on this field, so that it is found; or correct the value, then replay.',
        field: by,
      })
    : refusal({
        code: 'ACUMATICA_RECORD_GONE',
        message: `${object.name}: update of a record that is not there`,
        remedy:
          'It was deleted, renumbered, or is hidden from the integration user. Resolve it in Acumatica, then replay.',
        field: by,
      })

/** Names are checked before anything is sent: Acumatica would save the rest and say nothing (fact sheet 6.1). */
async function refuseUnknown(client: AcumaticaClient, object: WritableObject, fields: JsonObject): Promise<void> {
  const lists = Object.entries(fields).flatMap(([name, value]) => listsIn(name, value))
  if (lists.length > 0)
    throw refusal({
      code: 'ACUMATICA_LIST_NOT_WRITABLE',
      message: `${object.name}: ${lists.join(', ')} cannot be written: each repeat would append its rows again`,
      remedy: 'Take it out of the mapping.',
      field: lists[0] ?? '',
    })
  const known = await knownPaths(client, object)
  const unknown = known === undefined ? [] : pathsOf(fields).filter(path => !known.has(path))
  if (unknown.length > 0)
    throw refusal({
      code: 'ACUMATICA_FIELD_MISSING',
      message: `${object.name} has no field ${unknown.join(', ')} in the endpoint ${client.endpoint}`,
      remedy:
        'Acumatica would ignore it without a word. Correct the name, or add the field to an endpoint of your own.',
      field: unknown[0] ?? '',
    })
}

const listsIn = (path: string, value: JsonObject[string]): readonly string[] => {
  if (isList(value)) return [path]
  return isObject(value) ? Object.entries(value).flatMap(([name, it]) => listsIn(`${path}.${name}`, it)) : []
}

async function knownPaths(client: AcumaticaClient, object: WritableObject): Promise<ReadonlySet<string> | undefined> {
  try {
    const fields = await fieldsOf(client, object.name, { fresh: false })
    return fields && new Set(leaves(fields))
  } catch (thrown) {
    // not shown to this user: what comes back is still compared
    if (isEngineError(thrown, 'unavailable')) return undefined
    throw thrown
  }
}

const leaves = (fields: AcumaticaObject['fields']): readonly string[] =>
  Object.entries(fields).flatMap(([name, it]) => [
    name,
    ...(it.fields ? leaves(it.fields).map(leaf => `${name}.${leaf}`) : []),
  ])

const valuesNotTaken = (object: WritableObject, key: string, ignored: readonly string[]): EngineError =>
  refusal({
    code: 'ACUMATICA_VALUES_NOT_TAKEN',
    message: `${object.name} ${key} was saved, but not its ${ignored.join(', ')}`,
    remedy:
      'Acumatica computes it, a rule of the class overwrites it, or it needs a switch (BillingContactOverride, ShippingContactOverride). Map the switch too, or take the field out of the mapping; then replay.',
    field: ignored[0] ?? '',
  })

const refusal = (parts: {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly field: string
}): EngineError => new EngineError({ kind: 'record', ...parts })
