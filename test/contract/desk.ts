import type { JsonObject } from '../../engine/core/record.ts'
import type { Operation, WriteAnswer, WriteRecord } from '../../engine/sdk/connector.ts'
import type { WireAnswer } from './fixture.ts'
import type { Rig, Subject } from './rig.ts'
import { type entityOf, type Samples, samplesOf } from './samples.ts'

export type WriteContract = NonNullable<ReturnType<typeof entityOf>['write']>

/** One writable entity and short ways to write to it. */
export interface Desk {
  readonly rig: Rig
  readonly entity: string
  readonly contract: WriteContract
  readonly samples: Samples
  readonly throttled: WireAnswer
  /** A deleted record leaves something behind that is in the way of one with its key. */
  readonly leavesBehind: boolean
  can(operation: Operation): boolean
  write(operation: Operation, records: readonly WriteRecord[]): Promise<readonly WriteAnswer[]>
  /** Records that hold this unique value now: their ids and texts. */
  held(n: number | string): Promise<readonly { readonly sinkKey: string; readonly text: unknown }[]>
  /** Makes one and answers its id. */
  make(n: number | string): Promise<string>
}

export async function deskOf(rig: Rig, subject: Subject, entity: string, contract: WriteContract): Promise<Desk> {
  const samples = await samplesOf(rig, subject, entity)
  const { uniqueField, textField } = samples
  const write: Desk['write'] = (operation, records) =>
    rig.connection.write(entity, {
      operation,
      options: {},
      records,
      ...(operation === 'upsert' ? { match: uniqueField } : {}),
    })
  return {
    rig,
    entity,
    contract,
    samples,
    throttled: subject.fixture.throttled,
    leavesBehind: subject.fixture.leavesBehind?.includes(entity) ?? false,
    can: operation => contract.operations.includes(operation),
    write,
    held: async n => {
      const values = [String(samples.make(n)[uniqueField])]
      const found = await rig.connection.find(entity, { field: uniqueField, values, select: [textField, uniqueField] })
      return found.map(it => ({ sinkKey: it.sinkKey, text: it.fields[textField] }))
    },
    make: async n => writtenOf((await write('create', [{ ref: 'made', fields: samples.make(n) }]))[0]).sinkKey,
  }
}

export function writtenOf(answer: WriteAnswer | undefined): Extract<WriteAnswer, { is: 'written' }> {
  if (answer?.is === 'written') return answer
  throw new Error(answer ? `${answer.error.message}: ${answer.error.said}` : 'no answer')
}

export const textIn = ({ samples }: Desk, text: string): JsonObject => ({ [samples.textField]: text })
/** What identifies a record in an update: its id beside the fields. */
export const addressed = (ref: string, sinkKey: string, fields: JsonObject = {}): WriteRecord => ({
  ref,
  sinkKey,
  fields,
})
