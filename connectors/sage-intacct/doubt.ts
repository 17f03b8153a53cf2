/** Writes of which Intacct says that they were carried out before: what became of them, and what follows. */
import type { Batch, EngineError, WriteRecord } from '../../engine/sdk/index.ts'
import type { IntacctClient } from './client.ts'
import { findRecords } from './find.ts'
import type { IntacctObject } from './object.ts'

/** What stays the same over a batch. */
export interface Ground {
  readonly client: IntacctClient
  readonly object: IntacctObject
  readonly batch: Batch
}

/** A record on its way. */
export interface Pending {
  readonly record: WriteRecord
  readonly xml: string
  readonly controlId: string
  /** Intacct said that it was carried out before; now it is said under an id that nothing was carried out under. */
  readonly repeated?: EngineError
}

export interface Refused {
  readonly pending: Pending
  readonly error: EngineError
}

/** A field by which one record is found, and its value. */
interface Address {
  readonly field: string
  readonly value: string
}

/** What of this may be there, or gone, after all: a create that is a repeat, and a delete whatever it was refused for. */
function mayHaveHappened({ batch }: Ground, { pending, error }: Refused): boolean {
  if (batch.operation === 'delete') return error.kind === 'record'
  const isRepeat = error.code === 'INTACCT_ALREADY_EXECUTED'
  return batch.operation === 'create' && (isRepeat || (pending.repeated !== undefined && isTaken(error)))
}

export const isTaken = ({ code }: EngineError): boolean => code === 'INTACCT_DUPLICATE'

/** By what it is found: a new record by its natural key or, where Intacct numbers, by what the flow matches on. */
function addressOf({ object, batch }: Ground, { fields, sinkKey }: WriteRecord): Address | undefined {
  if (batch.operation === 'delete') return sinkKey === undefined ? undefined : { field: 'id', value: sinkKey }
  for (const field of [object.key, batch.match ?? object.key]) {
    const value = fields[field]
    if (typeof value === 'string' && value !== '') return { field, value }
  }
  return undefined
}

/**
 * May what was carried out before be said again? An update or a delete says the same when it is said again. A create that is not there (any
 * more) is sent again only with its natural key: if it is there after all, and just not visible yet, Intacct refuses it by that key.
 */
export const maySayAgain = (ground: Ground, record: WriteRecord): boolean =>
  ground.batch.operation !== 'create' || addressOf(ground, record)?.field === ground.object.key

/** What became of those that may have happened, by ref: the sink key of one that is there, `null` for one that is not. One look-up for all of them. */
export async function lookUp(ground: Ground, refused: readonly Refused[]): Promise<ReadonlyMap<string, string | null>> {
  const asked = refused.flatMap(it => {
    const { record } = it.pending
    const address = mayHaveHappened(ground, it) ? addressOf(ground, record) : undefined
    return address ? [{ ref: record.ref, ...address }] : []
  })
  const became = new Map<string, string | null>()
  for (const [field, those] of Map.groupBy(asked, it => it.field)) {
    const request = { field, values: those.map(it => it.value), select: field === 'id' ? [] : [field] }
    const found = await findRecords(ground.client, ground.object, request)
    const sinkKeys = new Map(found.map(it => [field === 'id' ? it.sinkKey : it.fields[field], it.sinkKey]))
    for (const { ref, value } of those) became.set(ref, sinkKeys.get(value) ?? null)
  }
  return became
}
