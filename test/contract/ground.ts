import type { CursorContract } from '../../engine/core/contracts.ts'
import type { Cursor, JsonObject } from '../../engine/core/record.ts'
import { type Rig, readAll, type Subject } from './rig.ts'
import { type Samples, samplesOf } from './samples.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
const ENOUGH = 7

/** One readable entity with a few records in it, all of them long settled. */
export interface Ground {
  readonly rig: Rig
  readonly entity: string
  readonly contract: CursorContract
  readonly samples: Samples
  /** Keys of all live records, sorted. */
  live(): Promise<readonly string[]>
  /** Edits the text of one record as a person would. */
  edit(key: string, text: string): Promise<void>
  /** A further record, made by a person. */
  add(more?: JsonObject): Promise<string>
  /** Reads everything after an hour of quiet: the cursor of a flow that is up to date. */
  settled(): Promise<Cursor>
  /** A later run, with more time between than any overlap. */
  pastOverlap(): Promise<void>
}

export const sorted = (keys: Iterable<string>) => [...keys].sort()

export async function groundOf(rig: Rig, subject: Subject, entity: string, contract: CursorContract): Promise<Ground> {
  const samples = await samplesOf(rig, subject, entity)
  const { key, textField } = samples
  const keysNow = async () => (await rig.at.records(entity)).map(it => String(it[key]))
  let made = 0
  const add = async (more: JsonObject = {}) => {
    made += 1
    const stored = (await rig.at.put(entity, {
      ...samples.make(`-${entity}-${made}`.slice(0, 18)),
      ...more,
    })) as JsonObject
    return String(stored[key])
  }
  for (let have = (await keysNow()).length; have < ENOUGH; have += 1) await add()
  return {
    rig,
    entity,
    contract,
    samples,
    live: async () => sorted(await keysNow()),
    edit: async (of, text) => void (await rig.at.put(entity, { [key]: of, [textField]: text })),
    add,
    settled: async () => {
      await rig.advance(HOUR)
      return (await readAll(rig.connection, entity)).next
    },
    pastOverlap: () => rig.advance(contract.settleLag.overlapMs + MINUTE),
  }
}
