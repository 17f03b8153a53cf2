import type { EventRow, KnownRecord } from '../../../core/ledger.ts'
import type { FlowPlan } from '../../../core/plan.ts'
import type { Json } from '../../../core/record.ts'
import { type Here, heldNow, showFile, withPorts } from '../../../host/index.ts'
import { preview } from '../../../run/index.ts'
import type { Held } from '../../held.ts'
import type { LineageView, RecordView } from '../views.ts'
import { hereOf } from './diagnostics.ts'
import { recordView } from './runs.ts'

/** Which record of the source, through which flow. */
export interface Traced {
  readonly flow: string
  readonly connection: string
  readonly entity: string
  readonly key: string
}

type Target = LineageView['targets'][number]
type Values = Readonly<Record<string, Json>>

const EVENTS = 100

/** The newest of the flows that wrote this record of a target. */
export async function tracedBySink(
  { ledger }: Held,
  { connection, entity, id }: { readonly connection: string; readonly entity: string; readonly id: string },
): Promise<Traced | undefined> {
  const known = await ledger.knownBySink(connection, entity, [id])
  const [newest] = [...known].sort((a, b) => Date.parse(b.writtenAt) - Date.parse(a.writtenAt))
  return newest && tracedOf(newest)
}

const tracedOf = ({ flow, sourceConnection, sourceEntity, sourceKey }: KnownRecord | EventRow): Traced => ({
  ...{ flow, connection: sourceConnection, entity: sourceEntity, key: sourceKey },
})

/** A flow that is there no more left its history all the same. */
export async function tracedByKey({ ledger }: Held, flow: string, key: string): Promise<Traced | undefined> {
  const [newest] = await ledger.events({ flow, sourceKey: key, limit: 1 })
  return newest && tracedOf(newest)
}

export async function lineageView(held: Held, traced: Traced, isLive: boolean): Promise<LineageView> {
  const { ledger, opened } = held
  const { flow, connection: sourceConnection, entity: sourceEntity, key: sourceKey } = traced
  const [known, events] = await Promise.all([
    ledger.known(flow, sourceConnection, sourceEntity, [sourceKey]),
    ledger.events({ flow, sourceConnection, sourceEntity, sourceKey, limit: EVENTS }),
  ])
  const plan = opened.flows.find(it => it.name === flow)
  const mapped = isLive && plan && known.length > 0 ? await mappedNow(held, plan, traced) : []
  const targets = await Promise.all(
    known.map(async row => ({
      ...targetOf(row, { plan, events, here: hereOf(held), run: await ledger.run(row.runId) }),
      ...(isLive ? await liveFields(held, { row, plan, events, mapped }) : {}),
    })),
  )
  const hash = events[0]?.flowHash ?? plan?.hash ?? ''
  return {
    source: sourceOf(traced, known, events),
    flow: { name: flow, title: plan?.title ?? flow, file: plan?.file ?? '', hash, isCurrent: plan?.hash === hash },
    targets,
    events: events.map(recordView),
  }
}

function sourceOf(
  { connection, entity, key }: Traced,
  known: readonly KnownRecord[],
  events: readonly EventRow[],
): RecordView['source'] {
  return { connection, entity, key, version: known[0]?.sourceVersion ?? events[0]?.sourceVersion ?? null }
}

interface Around {
  readonly plan: FlowPlan | undefined
  readonly events: readonly EventRow[]
  readonly here: Here
}

function targetOf(
  row: KnownRecord,
  {
    run,
    ...around
  }: Around & { readonly run: { readonly trigger: Target['trigger']; readonly actor: string } | undefined },
): Target {
  const { step, sinkConnection, sinkEntity, sinkKey, writtenAt, runId } = row
  return {
    ...{ step, connection: sinkConnection, entity: sinkEntity, id: sinkKey, writtenAt, runId },
    trigger: run?.trigger ?? 'manual',
    actor: run?.actor ?? '',
    fields: fieldsOf(row, around),
  }
}

function fieldsOf(row: KnownRecord, { plan, events, here }: Around): Target['fields'] {
  const places = plan?.steps.find(it => it.name === row.step)?.places ?? {}
  const last = events.find(it => it.outcome === 'written' && it.step === row.step && it.sinkKey === row.sinkKey)
  return Object.keys(row.fieldHashes).map(field => {
    const mapping = places[field]
    return {
      field,
      expression: mapping?.text ?? '',
      file: mapping ? showFile(mapping.place.file, here) : '',
      line: mapping?.place.line ?? 0,
      column: mapping?.place.column ?? 0,
      isChanged: last?.changed.includes(field) === true,
    }
  })
}

type Mapped = Awaited<ReturnType<typeof preview>>['records']

/** What the record of the source gives now, by the planner of runs and previews. */
async function mappedNow({ opened, ledger }: Held, plan: FlowPlan, { key, entity }: Traced): Promise<Mapped> {
  const found = await withPorts(opened, ledger, ports => preview(plan, ports, { keys: [key], limit: 1 }))
  return found.records.filter(it => it.entity === entity)
}

interface LiveAround extends Omit<Around, 'here'> {
  readonly row: KnownRecord
  readonly mapped: Mapped
}

async function liveFields(held: Held, { row, mapped, plan, events }: LiveAround): Promise<Pick<Target, 'fields'>> {
  const { sinkConnection: connection, sinkEntity: entity, sinkKey: id } = row
  const fields = fieldsOf(row, { plan, events, here: hereOf(held) })
  const now = await heldNow(held.opened, { connection, entity, id, select: fields.map(it => it.field) })
  const ofStep = mapped.filter(it => it.step === row.step)
  const then: Values = (ofStep.find(it => it.sinkKey === id) ?? ofStep[0])?.mapped ?? {}
  return { fields: fields.map(it => ({ ...it, mapped: then[it.field] ?? null, held: now[it.field] ?? null })) }
}
