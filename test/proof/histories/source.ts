import type { JsonObject } from '../../../engine/core/record.ts'
import type { control } from '../../support/connect.ts'
import type { SharedClock } from '../support/shared-clock.ts'
import type { Ground } from './ground.ts'
import type { Step } from './story.ts'

/** The source as people change it, and what it holds. */
export interface Source {
  act(step: Step): Promise<void>
  /** Texts by key, as they are over there. */
  held(): Promise<ReadonlyMap<string, string>>
  /** Keys that were deleted at some time. */
  readonly deleted: ReadonlySet<string>
  /** How many times a record was added, changed or deleted. */
  changes(): number
}

const HOUR = 3_600_000
/** What is not free text takes one of the values that the system lists, in turn. */
const TEXTS = 20

export function createSource(
  { entity, samples, contract, subject, canAdd }: Ground,
  at: ReturnType<typeof control>,
  clock: SharedClock,
): Source {
  const { key: keyField, textField, isFreeText } = samples
  const values = subject.connector.entities[entity]?.fields[textField]?.values ?? []
  const deleted = new Set<string>()
  let changes = 0
  const text = () => (isFreeText ? `text ${changes}`.slice(0, TEXTS) : (values[changes % values.length] ?? ''))
  const keys = async () => (await at.records(entity)).map(it => String(it[keyField])).sort()
  const edit = async (key: string) => {
    changes += 1
    await at.put(entity, { [keyField]: key, [textField]: text() })
  }
  const add = async (more: JsonObject = {}) => {
    if (!canAdd) return
    changes += 1
    await at.put(entity, { ...samples.make(`n${changes}`), [textField]: text(), ...more })
  }
  /** Done as if it were another time over there. */
  const shifted = async (ms: number, work: () => Promise<void>) => {
    await at.clock({ advanceMs: ms })
    await work()
    await at.clock({ advanceMs: -ms })
  }
  const frozen = async (work: () => Promise<void>) => {
    await at.clock({ now: (await at.clock({})).now })
    await work()
    await at.clock({ now: null })
  }
  const act = async (step: Step): Promise<void> => {
    switch (step.is) {
      case 'insert':
        for (let n = 0; n < step.count; n++) await add()
        return
      case 'insertUnstamped':
        return add(contract.nulls === 'never' ? {} : (subject.fixture.unstamped ?? {}))
      case 'wait':
        return clock.pass(step.seconds * 1_000)
      case 'editAll':
        return frozen(async () => {
          for (const key of await keys()) await edit(key)
        })
    }
    const all = await keys()
    const key = all[step.which % Math.max(1, all.length)]
    if (key === undefined) return
    if (step.is === 'edit') await edit(key)
    if (step.is === 'editLate') await shifted(-latest(contract) * (step.part / 10), () => edit(key))
    if (step.is === 'editInFuture') await shifted(step.hours * HOUR, () => edit(key))
    if (step.is === 'delete') {
      const answer = (await at.remove(entity, key)) as { removed: boolean }
      if (answer.removed) deleted.add(key)
      changes += 1
    }
  }
  return {
    act,
    deleted,
    changes: () => changes,
    held: async () =>
      new Map((await at.records(entity)).map(it => [String(it[keyField]), String(it[textField] ?? '')])),
  }
}

/** How late a row may be seen, by the contract: what every run looks back. */
function latest({ settleLag, resolution }: Ground['contract']): number {
  return resolution === 'none' ? 0 : settleLag.overlapMs
}
