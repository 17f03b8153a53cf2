import type { EngineError, WriteAnswer } from '../../engine/sdk/index.ts'
import type { Call, Reply, ZendeskClient } from './client.ts'
import { isCode, recordRefused } from './errors.ts'
import { findRows } from './find.ts'
import { objectOf } from './json.ts'
import { type Resource, toRow } from './resource.ts'
import type { Prepared, Sending } from './sending.ts'

/** Writes one record with one call, or a few where a value is taken. Throws what Zendesk refused. */
export async function sendOne(client: ZendeskClient, sending: Sending, record: Prepared): Promise<WriteAnswer> {
  const { operation } = sending.batch
  if (operation === 'delete') return remove(client, sending, record)
  try {
    return await save(client, sending, record)
  } catch (thrown) {
    if (isCode(thrown, 'ZENDESK_DUPLICATE_VALUE')) return settleClash(client, sending, { record, error: thrown })
    // known under an id that is gone: an upsert makes it anew
    if (operation === 'upsert' && record.id !== undefined && isCode(thrown, 'ZENDESK_NOT_FOUND')) {
      const { id: _gone, ...anew } = record
      return sendOne(client, sending, anew)
    }
    throw thrown
  }
}

async function save(client: ZendeskClient, sending: Sending, record: Prepared): Promise<WriteAnswer> {
  const { style, batch } = sending
  const { resource } = style
  const reply = await client.call({
    ...(record.id === undefined ? makingCall(sending) : changingCall(resource, record.id)),
    body: { [resource.one]: record.id === undefined ? { ...style.whenCreated, ...record.fields } : record.fields },
    expect: { object: resource.one },
    effect: batch.operation === 'create' ? 'once' : 'repeatable',
  })
  return written(resource, record, reply)
}

function makingCall({ style, batch }: Sending): Pick<Call, 'method' | 'path'> {
  const { name } = style.resource
  const isSaved = style.savesByKey && batch.operation === 'upsert'
  return { method: 'POST', path: isSaved ? `${name}/create_or_update` : name }
}

const changingCall = ({ name }: Resource, id: string): Pick<Call, 'method' | 'path' | 'label'> => ({
  method: 'PUT',
  path: `${name}/${id}`,
  label: `${name}/{id}`,
})

function written(resource: Resource, { ref }: Prepared, reply: Reply): WriteAnswer {
  const row = toRow(resource, objectOf(reply.body[resource.one]), resource.name)
  const did = reply.status === 201 ? 'created' : 'updated'
  return { is: 'written', ref, sinkKey: row.id, did, version: row.version }
}

async function remove(client: ZendeskClient, { style }: Sending, record: Prepared): Promise<WriteAnswer> {
  const { name } = style.resource
  const { ref, id = '' } = record
  const done: WriteAnswer = { is: 'written', ref, sinkKey: id, did: 'deleted' }
  try {
    await client.call({
      method: 'DELETE',
      path: `${name}/${id}`,
      label: `${name}/{id}`,
      expect: 'nothing',
      effect: 'repeatable',
    })
    return done
  } catch (thrown) {
    // gone already, which is what was wanted (fact sheet 4.1)
    if (isCode(thrown, 'ZENDESK_NOT_FOUND')) return done
    throw thrown
  }
}

/** Which field of two that are unique is meant is not confirmed (fact sheet 4.1): the external id is looked up first. */
async function settleClash(
  client: ZendeskClient,
  sending: Sending,
  { record, error }: { readonly record: Prepared; readonly error: EngineError },
): Promise<WriteAnswer> {
  const { style, batch } = sending
  const { resource, clash } = style
  const holder = await holderOf(client, resource, record)
  if (holder !== undefined && holder !== record.id) {
    // made meanwhile, by a repeat whose answer was lost or by somebody else: now it is known
    if (batch.operation === 'upsert' && record.id === undefined)
      return sendOne(client, sending, { ...record, id: holder })
    throw keyTaken(resource, holder, error)
  }
  const resolution = await clash(client, { resource, record, options: batch.options, error })
  return save(client, sending, resolution)
}

async function holderOf(
  client: ZendeskClient,
  resource: Resource,
  { externalId }: Prepared,
): Promise<string | undefined> {
  if (externalId === undefined) return undefined
  const [row] = await findRows(client, resource, { field: 'external_id', values: [externalId] })
  return row?.id
}

const keyTaken = ({ name }: Resource, holder: string, error: EngineError): EngineError =>
  recordRefused({
    code: 'ZENDESK_EXTERNAL_ID_TAKEN',
    message: `${name}: the external id belongs to record ${holder} already`,
    remedy: 'Merge the two in Zendesk or correct the key, then replay. An upsert would change the one that is there.',
    field: 'external_id',
    details: { said: error.said ?? '' },
  })
