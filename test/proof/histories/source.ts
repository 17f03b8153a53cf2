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
  /** Keys of which the last change left the stamp as it was: only a sweep need bring it. */
  readonly untold: ReadonlySet<string>
  /** Was it left alone for so long that no clock's coarseness lets a walk give it twice? */
  isSettled(key: string): boolean
  /** How many times a record was added, changed or deleted. */
  changes(): number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
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
  const untold = new Set<string>()
  /** When a record was last changed, by the clock over there, and by ours. */
  const stamps = new Map<string, number>()
  const changedAt = new Map<string, number>()
  let changes = 0
  const text = () => (isFreeText ? `text ${changes}`.slice(0, TEXTS) : (values[changes % values.length] ?? ''))
  const now = async () => Date.parse((await at.clock({})).now)
  const keys = async () => (await at.records(entity)).map(it => String(it[keyField])).sort()
  const edit = async (key: string) => {
    changes += 1
    await at.put(entity, { [keyField]: key, [textField]: text() })
    untold.delete(key)
    changedAt.set(key, clock.now().getTime())
    stamps.set(key, await now())
  }
  const add = async (more: JsonObject = {}) => {
    if (!canAdd) return
    changes += 1
    const made = (await at.put(entity, { ...samples.make(`n${changes}`), [textField]: text(), ...more })) as JsonObject
    changedAt.set(String(made[keyField]), clock.now().getTime())
  }
  /** Done as if it were another time over there. */
  const shifted = async (ms: number, work: () => Promise<void>) => {
    await at.clock({ advanceMs: ms })
    await work()
    await at.clock({ advanceMs: -ms })
  }
  const standStill = async () => void (await at.clock({ now: (await at.clock({})).now }))
  const goOn = async () => void (await at.clock({ now: null }))
  let isStill = false
  const frozen = async (work: () => Promise<void>) => {
    await standStill()
    await work()
    if (!isStill) await goOn()
  }
  const editUnderneath = async (key: string) => {
    const stamp = stamps.get(key)
    if (stamp === undefined) return
    await shifted(stamp - (await now()), () => edit(key))
    stamps.set(key, stamp)
    untold.add(key)
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
      case 'standStill':
        isStill = true
        return standStill()
      case 'goOn':
        isStill = false
        return goOn()
    }
    const all = await keys()
    const key = all[step.which % Math.max(1, all.length)]
    if (key === undefined) return
    if (step.is === 'edit') await edit(key)
    if (step.is === 'editLate') await shifted(-latest(contract, step.within) * (step.part / 10), () => edit(key))
    if (step.is === 'editUnderneath') await editUnderneath(key)
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
    untold,
    isSettled: key => clock.now().getTime() - (changedAt.get(key) ?? 0) > MINUTE,
    changes: () => changes,
    held: async () =>
      new Map((await at.records(entity)).map(it => [String(it[keyField]), String(it[textField] ?? '')])),
  }
}

/** How late a row may be seen, by the contract: what every run looks back, or what a second look does where there is one. */
function latest({ settleLag, resolution }: Ground['contract'], within: 'overlap' | 'second look'): number {
  if (resolution === 'none') return 0
  const { overlapMs, secondPassMs } = settleLag
  return within === 'overlap' ? overlapMs : Math.max(overlapMs, secondPassMs)
}
