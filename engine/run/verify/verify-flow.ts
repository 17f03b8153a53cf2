import type { FlowPlan } from '../../core/plan.ts'
import type { Cursor, DataRecord } from '../../core/record.ts'
import { NOTHING_SETTLED } from '../../core/settlement.ts'
import type { Verification, Verified, VerifyTally, VerifyWalk } from '../../core/verification.ts'
import type { ReadRequest } from '../../sdk/connector.ts'
import { ahead, type Chunk } from '../pages.ts'
import { drainParked } from '../parked.ts'
import { preflight } from '../preflight.ts'
import { recover } from '../recover.ts'
import { withoutGivenUp } from '../replay/replay-records.ts'
import { cancelledIf, entityOf, type Run, selectOf } from '../run.ts'
import { execute } from '../run-flow.ts'
import { diedAs, hadEndedAs, newItem } from '../stages/track.ts'
import { stopIfTooManyDied } from '../stop-after.ts'
import { sweepUnseen } from '../sweep.ts'
import type { RunPorts, RunReport } from '../types.ts'
import { processUnit } from '../unit.ts'
import { verifiedOf } from './verified.ts'
import { type Finding, minus, NO_TALLY, plus, type Verifying } from './verifying.ts'

export interface VerifyOptions {
  readonly actor: string
  /** Put right what a run can put right; else only look: nothing is written at the target. */
  readonly heal: boolean
  /** About how many calls it may take; the rest is compared by the next one. At least one window is compared. */
  readonly calls: number
  /** From the beginning, also where an earlier one has stopped in the middle. */
  readonly restart?: boolean
}

export interface VerifyReport extends RunReport {
  readonly tally: VerifyTally
  /** The first thousand. */
  readonly findings: readonly Finding[]
  /** Every source entity was walked to its end; else the next one goes on. */
  readonly isComplete: boolean
  /** Until then everything is compared: of the source entity that is least far. Null: some entity never was. */
  readonly verifiedUntil: string | null
  /** Source entities whose rows moved while they were read: some may not have been met. */
  readonly moved: readonly string[]
}

/** Records that are compared, and settle, together. */
const WINDOW = 500

/**
 * Compares the whole source with the target, record by record, through the stages of a run: mapped as a run maps it, looked up at the target,
 * and where they differ written as a run writes it. It goes window by window, as far as its calls last, and the next one goes on from there.
 * The checkpoint of the flow's own runs stays where it is.
 */
export async function verifyFlow(plan: FlowPlan, ports: RunPorts, options: VerifyOptions): Promise<VerifyReport> {
  const verifying: Verifying = { heal: options.heal, findings: [], tally: NO_TALLY }
  const ends = new Map<string, WalkEnd>()
  const asked = { trigger: 'verify', actor: options.actor, mode: 'sweep' } as const
  const report = await execute(plan, ports, asked, null, async opened => {
    const run = { ...opened, verifying }
    await preflight(run)
    if (options.heal) {
      await recover(opened)
      await drainParked(opened)
    }
    const held = await ports.ledger.verifications(plan.name)
    for (const entity of inTurn(plan.source.entities, held)) {
      const own = held.find(it => it.entity === entity)
      const end = await verifyEntity(run, entity, walkOf(run, own, options), options.calls)
      ends.set(entity, end)
      if (end === 'out of calls') break
    }
    if (options.heal) await drainParked(opened)
  })
  const { entities } = plan.source
  const moved = entities.filter(entity => ends.get(entity) === 'moved')
  return {
    ...report,
    tally: verifying.tally,
    findings: verifying.findings,
    isComplete:
      report.failure === null && entities.every(entity => ends.has(entity) && ends.get(entity) !== 'out of calls'),
    verifiedUntil: verifiedOf(plan, await ports.ledger.verifications(plan.name))?.until ?? null,
    moved,
  }
}

/** What is under way first, then what was compared longest ago. */
function inTurn(entities: readonly string[], held: readonly Verification[]): readonly string[] {
  const placeOf = (entity: string) => {
    const own = held.find(it => it.entity === entity)
    return own?.walk ? '' : `1${own?.verified?.until ?? ''}`
  }
  return entities.toSorted((one, other) => placeOf(one).localeCompare(placeOf(other)))
}

type Begun = Omit<VerifyWalk, 'cursor'> & { readonly cursor?: Cursor }

/** The walk that is under way, or a new one: where there is none, and where the flow has changed since. */
function walkOf(run: Run, held: Verification | undefined, { restart }: VerifyOptions): Begun {
  const walk = held?.walk
  if (walk && !restart && walk.flowHash === run.plan.hash) return walk
  return {
    flowHash: run.plan.hash,
    runId: run.id,
    startedAt: run.ports.clock.now().toISOString(),
    tally: NO_TALLY,
  }
}

type WalkEnd = 'verified' | 'moved' | 'out of calls'

async function verifyEntity(run: VerifyingRun, entity: string, begun: Begun, calls: number): Promise<WalkEnd> {
  const { ports, plan, verifying } = run
  const { tally: before } = verifying
  const tally = () => plus(begun.tally, minus(verifying.tally, before))
  let isComplete = begun.isRead === true
  let dearest = 0
  let spent = run.counts.calls
  for await (const chunk of isComplete ? [] : chunksOf(run, entity, begun)) {
    cancelledIf(run)
    isComplete ||= chunk.isComplete
    const stand = { ...begun, cursor: chunk.next, ...(isComplete ? { isRead: true as const } : {}) }
    const verification = () => ({ entity, walk: { ...stand, tally: tally() } })
    await processUnit(run, { entity, records: await stillWanted(run, entity, chunk.records), verification })
    ports.onProgress?.({ flow: plan.name, entity, counts: run.counts })
    stopIfTooManyDied(run)
    dearest = Math.max(dearest, run.counts.calls - spent)
    spent = run.counts.calls
    if (!isComplete && spent + dearest > calls) return 'out of calls'
  }
  if (isComplete) await sweepUnseen(run, entity, begun.runId)
  await settleWalk(run, entity, isComplete ? verifiedBy(run, entity, { ...begun, tally: tally() }) : undefined)
  return isComplete ? 'verified' : 'moved'
}

function chunksOf(run: Run, entity: string, begun: Begun): AsyncIterable<Chunk> {
  return ahead(run.source.read(entity, requestOf(run, entity, begun)), run.ports.unitSize ?? WINDOW)
}

/** Without what a person has given up, which is not compared until it changes. */
async function stillWanted(run: Run, entity: string, records: readonly DataRecord[]): Promise<readonly DataRecord[]> {
  const keys = records.map(it => it.key)
  const seen = await run.ports.ledger.tracked(run.plan.name, entity, keys)
  const hasDied = ({ key }: DataRecord) => hadEndedAs(seen.get(key), 'dead')
  const isAsItDied = (it: DataRecord) => hasDied(it) && seen.get(it.key) === diedAs(newItem(run, entity, it).sourceHash)
  const dead = records.filter(isAsItDied).map(it => it.key)
  const { givenUp } = await withoutGivenUp(run, entity, dead)
  return givenUp.length === 0 ? records : records.filter(it => !givenUp.includes(it.key))
}

type VerifyingRun = Run & { readonly verifying: Verifying }

function requestOf(run: Run, entity: string, { cursor }: Begun): ReadRequest {
  const { pageSize } = run.plan.source
  return {
    // without a cursor it is a full read
    ...(cursor === undefined ? {} : { after: cursor }),
    select: selectOf(run, entity),
    // what is gone is told by what the walk does not meet
    deletes: false,
    ...(pageSize === undefined ? {} : { pageSize }),
  }
}

/** What changed before the walk began has been compared, but for what was not to be seen yet. */
function verifiedBy(run: Run, entity: string, { startedAt, flowHash, tally }: Begun): Verified {
  const late = entityOf(run.source.connector, entity).read?.cursor.settleLag.overlapMs ?? 0
  return {
    until: new Date(Date.parse(startedAt) - late).toISOString(),
    at: run.ports.clock.now().toISOString(),
    runId: run.id,
    flowHash,
    tally,
  }
}

/** The walk has ended; what it has verified is said where it met every record. */
function settleWalk({ ports, plan, id }: Run, entity: string, verified: Verified | undefined): Promise<void> {
  return ports.ledger.settle({
    ...NOTHING_SETTLED,
    workspace: plan.workspace,
    runId: id,
    flow: plan.name,
    at: ports.clock.now().toISOString(),
    verification: { entity, walk: null, ...(verified ? { verified } : {}) },
  })
}
