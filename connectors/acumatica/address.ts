import { type Batch, EngineError, type Json, type JsonObject, type WriteRecord } from '../../engine/sdk/index.ts'
import type { AcumaticaClient } from './client.ts'
import { byValues } from './filter.ts'
import type { AcumaticaObject } from './object.ts'

/** How Acumatica finds the record that a PUT means, and what is sent. */
export interface Address {
  /** The field that it is found by, for messages. */
  readonly by: string
  /** `$filter` of the PUT, where the key is not sent (fact sheet 6.1: finders). */
  readonly filter: string | undefined
  readonly fields: JsonObject
  /** What must come back as it was sent. */
  readonly compared: JsonObject
  /** Called with the key that the record has now. */
  note(key: string): Promise<void>
}

const NUMBERED_MS = 30 * 24 * 60 * 60_000
const nothing = async () => undefined

/**
 * An update goes by the key; a create by the external reference, with the header that lets it make a record only. So a create finds what an earlier
 * one made, although each would get another number.
 */
export async function addressOf(
  client: AcumaticaClient,
  object: AcumaticaObject & { readonly reference: string },
  { batch, record }: { readonly batch: Batch; readonly record: WriteRecord },
): Promise<Address> {
  const { [object.key]: given, ...fields } = record.fields
  const own = textIn(given)
  const key = record.sinkKey ?? own
  if (batch.operation === 'update') {
    if (key !== undefined)
      return {
        by: object.key,
        filter: undefined,
        fields: { ...fields, [object.key]: key },
        compared: fields,
        note: nothing,
      }
    return byReference(object, batch.match ?? object.reference, fields) ?? unaddressed(object)
  }
  const match = batch.match ?? object.reference
  const isByKey = batch.match === object.key || batch.match === 'id'
  const found = isByKey ? undefined : byReference(object, match, fields)
  if (own === undefined) return found ?? { by: object.key, filter: undefined, fields, compared: fields, note: nothing }
  await refuseOwnNumbers(client, object)
  const whole = { ...fields, [object.key]: own }
  const note = (now: string) => noteNumbering(client, object, { sent: own, now })
  return { by: found?.by ?? object.key, filter: found?.filter, fields: whole, compared: fields, note }
}

const textIn = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

function byReference(object: AcumaticaObject, match: string, fields: JsonObject): Address | undefined {
  const value = textIn(fields[match])
  const filter = value === undefined ? undefined : byValues(object, match, [value])
  return filter === undefined ? undefined : { by: match, filter, fields, compared: fields, note: nothing }
}

function unaddressed(object: AcumaticaObject): never {
  throw new EngineError({
    kind: 'record',
    code: 'ACUMATICA_RECORD_GONE',
    message: `${object.name}: update of a record whose key is not known`,
    remedy: 'Let the flow match on the key or on AccountRef, then replay.',
    field: object.key,
  })
}

const numberingOf = (client: AcumaticaClient, object: AcumaticaObject) => client.factName(`numbered:${object.name}`)

/** A key that was replaced once is replaced every time: looked up by it, a record would never be found, and be made again. */
async function refuseOwnNumbers(client: AcumaticaClient, object: AcumaticaObject): Promise<void> {
  if ((await client.context.facts.get(numberingOf(client, object))) !== true) return
  throw new EngineError({
    kind: 'record',
    code: 'ACUMATICA_KEYS_ARE_NUMBERED',
    message: `${object.name}: Acumatica numbers new records itself and replaces the ${object.key} that is sent`,
    remedy: `Take ${object.key} out of the mapping, and match on AccountRef with the key of the other side.`,
    field: object.key,
  })
}

async function noteNumbering(
  client: AcumaticaClient,
  object: AcumaticaObject,
  { sent, now }: { readonly sent: string; readonly now: string },
): Promise<void> {
  if (now.toUpperCase().trimEnd() === sent.toUpperCase().trimEnd()) return
  client.context.log.warn('Acumatica has replaced the key that was sent: it numbers records itself', {
    entity: object.name,
    key: now,
  })
  await client.context.facts.set(numberingOf(client, object), true, NUMBERED_MS)
}
