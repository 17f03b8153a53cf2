import type { EndedFilter, EndedKey, Ledger, Outcome } from '../../core/ledger.ts'
import type { FlowPlan } from '../../core/plan.ts'
import { readKeys } from '../keys.ts'
import { drainParked } from '../parked.ts'
import { preflight } from '../preflight.ts'
import { recover } from '../recover.ts'
import { cancelledIf, type Run } from '../run.ts'
import { execute } from '../run-flow.ts'
import { hadEndedAs } from '../stages/track.ts'
import { stopIfTooManyDied } from '../stop-after.ts'
import type { RunPorts, RunReport } from '../types.ts'
import { processUnit } from '../unit.ts'

/** Which records: those that the audit trail saw end so in a time. Each of these narrows the others. */
export interface RecordChoice {
  readonly outcome?: Outcome
  /** Code of the failure. */
  readonly code?: string
  /** Only of these source keys. */
  readonly keys?: readonly string[]
  /** At this moment (ISO in UTC) or after it. */
  readonly since?: string
  /** At this moment (ISO in UTC) or before it. */
  readonly until: string
}

export interface ReplayRecordsOptions {
  readonly actor: string
  readonly choice: RecordChoice
  /** Write even what the ledger calls unchanged. */
  readonly force?: boolean
  /** Records that a person has given up and that have not changed since: they are not taken. */
  onGivenUp?(keys: readonly string[]): void
}

/** As many as settle together. */
const PAGE = 4_000

/**
 * Reads the records that ended in a time again, by key, and takes them through the *current* flow, as a backfill does: written is what
 * differs from what the ledger knows, and an echo does not travel back. The time may hold any number of them.
 */
export function replayRecords(plan: FlowPlan, ports: RunPorts, options: ReplayRecordsOptions): Promise<RunReport> {
  const { actor, choice, force } = options
  const request = { trigger: 'replay', actor, mode: 'backfill', ...(force ? { force } : {}) } as const
  return execute(plan, ports, request, null, async run => {
    await preflight(run, true)
    await recover(run)
    for (const entity of plan.source.entities)
      for await (const chosen of chosenKeys(run, entity, choice)) {
        cancelledIf(run)
        const { keys, givenUp } = await withoutGivenUp(run, entity, chosen)
        if (givenUp.length > 0) options.onGivenUp?.(givenUp)
        await processUnit(run, { entity, records: await readKeys(run, entity, keys) })
        ports.onProgress?.({ flow: plan.name, entity, counts: run.counts })
        stopIfTooManyDied(run)
      }
    await drainParked(run)
  })
}

/** Page by page: nothing of the pages before is held. */
export async function* chosenKeys(
  { plan, ports }: Pick<Run, 'plan' | 'ports'>,
  sourceEntity: string,
  { keys, ...choice }: RecordChoice,
): AsyncGenerator<readonly string[]> {
  const wanted = keys && new Set(keys)
  const limit = ports.unitSize ?? PAGE
  const filter: EndedFilter = {
    ...choice,
    ...{ flow: plan.name, sourceConnection: plan.source.connection, sourceEntity, limit },
  }
  for (let after: EndedKey | undefined; ; ) {
    const page = await ports.ledger.endedKeys({ ...filter, ...(after ? { after } : {}) })
    const chosen = page.map(it => it.key).filter(key => wanted?.has(key) !== false)
    if (chosen.length > 0) yield chosen
    if (page.length < limit) return
    after = page.at(-1)
  }
}

interface Chosen {
  readonly keys: readonly string[]
  readonly givenUp: readonly string[]
}

/** What a person has discarded stays so as long as nothing else has become of it; it is taken again by its key, when somebody names that. */
export async function withoutGivenUp(
  { plan, ports: { ledger } }: Pick<Run, 'plan' | 'ports'>,
  entity: string,
  keys: readonly string[],
): Promise<Chosen> {
  const discarded = new Set(await letterKeys(ledger, { flow: plan.name, entity, keys, state: 'discarded' }))
  if (discarded.size === 0) return { keys, givenUp: [] }
  const open = new Set(await letterKeys(ledger, { flow: plan.name, entity, keys: [...discarded], state: 'open' }))
  const seen = await ledger.tracked(plan.name, entity, [...discarded])
  const isGivenUp = (key: string) => discarded.has(key) && !open.has(key) && hadEndedAs(seen.get(key), 'dead')
  return { keys: keys.filter(key => !isGivenUp(key)), givenUp: keys.filter(isGivenUp) }
}

interface Letters {
  readonly flow: string
  readonly entity: string
  readonly keys: readonly string[]
  readonly state: 'open' | 'discarded'
}

async function letterKeys(ledger: Ledger, { flow, entity, keys, state }: Letters): Promise<readonly string[]> {
  const found: string[] = []
  for (let after: string | undefined; ; ) {
    const more = after === undefined ? {} : { after }
    const page = await ledger.deadLetters({ flow, state, sourceKeys: keys, limit: PAGE, ...more })
    found.push(...page.filter(it => it.sourceEntity === entity).map(it => it.sourceKey))
    if (page.length < PAGE) return found
    after = page.at(-1)?.id
  }
}
