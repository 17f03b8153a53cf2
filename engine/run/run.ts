import { EngineError, type Failure } from '../core/errors.ts'
import { customFields } from '../core/fields.ts'
import type { FlowPlan } from '../core/plan.ts'
import type { EntitySummary } from '../sdk/connector.ts'
import { type MutableCounts, noCounts } from './counts.ts'
import type { Lease, OpenStep, RunOptions, RunPorts } from './types.ts'
import type { Verifying } from './verify/verifying.ts'

/** One execution of a flow: what its stages share. */
export interface Run {
  readonly id: string
  readonly plan: FlowPlan
  readonly ports: RunPorts
  readonly options: RunOptions
  readonly lease: Lease
  readonly source: Awaited<ReturnType<RunPorts['open']>>
  readonly sourceEntity: (entity: string) => EntitySummary
  readonly steps: readonly OpenStep[]
  readonly counts: MutableCounts
  readonly deadByCode: Map<string, number>
  /** Records that were parked before this run and that it has read again. */
  readonly parkedAgain: Set<string>
  /** Every record is compared with what the target holds now. */
  readonly verifying?: Verifying
}

export interface Counters {
  readonly counts: MutableCounts
  readonly deadByCode: Map<string, number>
}

export function newCounters(): Counters {
  return { counts: noCounts(), deadByCode: new Map() }
}

interface RunParts extends Pick<Run, 'id' | 'plan' | 'ports' | 'options' | 'lease'> {
  readonly counters: Counters
}

/** Opens the flow's connections. Nothing is sent yet where a connector can help it. */
export async function openRun({ id, plan, ports, options, counters, lease }: RunParts): Promise<Run> {
  const source = await ports.open(plan.source.connection)
  const steps: OpenStep[] = []
  for (const step of plan.steps) {
    const connection = await ports.open(step.sink.connection)
    const entity = entityOf(connection.connector, step.sink.entity)
    if (!entity.write) throw misses(step.sink.connector, step.sink.entity, 'cannot be written')
    steps.push({
      plan: step,
      connection,
      entity,
      write: entity.write,
      fields: { ...customFields(step.sink.customFields), ...entity.fields },
      absent: new Set(),
    })
  }
  return {
    id,
    plan,
    ports,
    options,
    lease,
    source,
    sourceEntity: name => entityOf(source.connector, name),
    steps,
    parkedAgain: new Set(),
    ...counters,
  }
}

export function stepNamed(run: Run, name: string): OpenStep {
  const found = run.steps.find(it => it.plan.name === name)
  if (!found)
    throw new EngineError({ kind: 'defect', code: 'ENGINE_DEFECT', message: `the plan has no step "${name}"` })
  return found
}

export function entityOf(
  connector: {
    name: string
    entities: Readonly<Record<string, EntitySummary>>
    customEntity?(name: string): EntitySummary
  },
  name: string,
): EntitySummary {
  const found = Object.hasOwn(connector.entities, name) ? connector.entities[name] : connector.customEntity?.(name)
  if (!found) throw misses(connector.name, name, 'is not known')
  return found
}

/** Of several entities in one flow, each is asked for the fields that it has: what only the others have is nothing here. */
export function selectOf(run: Run, entity: string): readonly string[] | 'all' {
  const { select, entities } = run.plan.source
  if (select === 'all' || entities.length === 1) return select
  const has = (name: string, path: string) => Object.hasOwn(run.sourceEntity(name).fields, path.split('.')[0] ?? path)
  return select.filter(path => has(entity, path) || !entities.some(other => has(other, path)))
}

export function countDead(run: Counters, failure: Failure): void {
  run.deadByCode.set(failure.code, (run.deadByCode.get(failure.code) ?? 0) + 1)
}

export function cancelledIf(run: Pick<Run, 'ports'>): void {
  if (run.ports.signal.aborted) throw cancelled()
}

/** Before each batch goes out: neither for a run that was told to stop, nor for one whose place another run has taken. */
export async function mayWrite(run: Run): Promise<void> {
  cancelledIf(run)
  await run.lease.hold()
}

export function cancelled(cause?: EngineError): EngineError {
  return new EngineError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: 'the run was cancelled', cause })
}

/** Waits; throws `cancelled` as soon as the run is. */
export async function pause(run: Pick<Run, 'ports'>, ms: number): Promise<void> {
  const { clock, signal } = run.ports
  await clock.sleep(ms, signal).catch((thrown: unknown) => {
    cancelledIf(run)
    throw thrown
  })
}

function misses(connector: string, entity: string, what: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'RUN_ENTITY',
    message: `${connector}.${entity} ${what}`,
    remedy: `Run "ml-connector connectors ${connector}" for the entities that it has.`,
  })
}
