import { EngineError } from '../../core/errors.ts'
import type { EventRow, KnownRecord, Ledger, RunRow } from '../../core/ledger.ts'
import type { FlowPlan } from '../../core/plan.ts'
import type { Json } from '../../core/record.ts'
import { heldNow } from '../../host/index.ts'
import { done } from '../end.ts'
import { hereOf, showFile } from '../show/place.ts'
import { showSource, showValue } from '../show/source.ts'
import { showMoment } from '../show/time.ts'
import { didYouMean, named } from '../suggest.ts'
import type { Verb } from '../verb.ts'
import { type OpenWorkspace, withWorkspace } from '../workspace.ts'

const HISTORY = 1_000

interface FieldOrigin {
  readonly field: string
  /** `file:line:column` of the mapping; null when the flow does not map it (any more). */
  readonly place: string | null
  readonly expression: string | null
  readonly lastChangedAt: string | null
  readonly lastChangedBy: string | null
  /** Only with --live. */
  readonly value?: Json
}

interface Origin {
  readonly known: KnownRecord
  readonly flow: FlowPlan | undefined
  readonly run: RunRow | undefined
  readonly fields: readonly FieldOrigin[]
}

export const why: Verb = {
  name: 'why',
  summary: 'say where a target record, or one field of it, came from',
  details:
    'From the ledger alone: the source record and its version, the line of the flow, the run and who started it. Values are not kept\nin the ledger; --live reads them from the target now.',
  arguments: [
    { name: 'connection', description: 'name of the target connection' },
    { name: 'entity', description: 'its entity' },
    { name: 'id', description: 'the record’s id there' },
    { name: 'field', description: 'one of its fields (default: all that the flow maps)', isOptional: true },
  ],
  options: [{ name: 'live', kind: 'flag', description: 'show the values that the target holds now' }],
  examples: [{ line: 'why crm Vendors 5001 Category --live', does: 'where this category came from' }],
  json: {
    origins:
      'one per flow and step that wrote the record: { flow, flowHash, isFlowCurrent, step, source, sourceVersion, run, trigger, actor, writtenAt, fields: [{ field, place, expression, lastChangedAt, lastChangedBy, value? }] }',
  },
  run: (context, given) =>
    withWorkspace(context, async opened => {
      const { name: connection } = named('connection', given.required('connection'), opened.workspace.connections)
      const [entity, id, field] = [given.required('entity'), given.required('id'), given.text('field')]
      const ledger = await opened.ledgerAsItIs()
      const known = await ledger.knownBySink(connection, entity, [id])
      if (known.length === 0) throw notOurs(connection, entity, id)
      const history = await ledger.events({
        sinkConnection: connection,
        sinkEntity: entity,
        sinkKey: id,
        limit: HISTORY,
      })
      const values = given.is('live')
        ? await heldNow(opened, { connection, entity, id, select: field === undefined ? 'all' : [field] })
        : undefined
      const origins: Origin[] = []
      for (const row of known) origins.push(await originOf(opened, ledger, row, { history, field, values }))
      return done({ origins: origins.map(toJson) }, () => origins.map(it => text(it, context.colours)).join('\n'))
    }),
}

function notOurs(connection: string, entity: string, id: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_UNKNOWN',
    message: `no flow of this workspace has written ${entity} ${id} of ${connection}`,
    remedy: `A person or another program made it, or the id is not the target’s own: "ml-connector audit --connection ${connection} --entity ${entity}" lists what was written.`,
  })
}

interface Asked {
  readonly history: readonly EventRow[]
  readonly field: string | undefined
  readonly values: Readonly<Record<string, Json>> | undefined
}

async function originOf(
  { flows, context }: OpenWorkspace,
  ledger: Ledger,
  known: KnownRecord,
  asked: Asked,
): Promise<Origin> {
  const flow = flows.find(it => it.name === known.flow)
  const places = flow?.steps.find(it => it.name === known.step)?.places ?? {}
  const names = asked.field === undefined ? Object.keys(known.fieldHashes) : [asked.field]
  const [name = ''] = names
  if (asked.field !== undefined && !(name in known.fieldHashes) && !(name in places)) throw notMapped(known, name)
  return {
    known,
    flow,
    run: await ledger.run(known.runId),
    fields: names.map(field => {
      const mapped = places[field]
      const change = asked.history.find(it => it.flow === known.flow && it.changed.includes(field))
      const value = asked.values?.[field]
      return {
        field,
        place: mapped
          ? `${showFile(mapped.place.file, hereOf(context))}:${mapped.place.line}:${mapped.place.column}`
          : null,
        expression: mapped?.text ?? null,
        lastChangedAt: change?.at ?? null,
        lastChangedBy: change?.runId ?? null,
        ...(asked.values ? { value: value ?? null } : {}),
      }
    }),
  }
}

function notMapped({ flow, fieldHashes }: KnownRecord, field: string): EngineError {
  return new EngineError({
    kind: 'configuration',
    code: 'CLI_UNKNOWN',
    message: `${flow} does not write the field "${field}"`,
    remedy: didYouMean(field, Object.keys(fieldHashes)),
  })
}

function toJson({ known, flow, run, fields }: Origin): Readonly<Record<string, unknown>> {
  return {
    flow: known.flow,
    flowHash: run?.flowHash ?? null,
    isFlowCurrent: run !== undefined && run.flowHash === flow?.hash,
    step: known.step,
    source: { connection: known.sourceConnection, entity: known.sourceEntity, key: known.sourceKey },
    sourceVersion: known.sourceVersion,
    matchValue: known.matchValue,
    run: known.runId,
    trigger: run?.trigger ?? null,
    actor: run?.actor ?? null,
    writtenAt: known.writtenAt,
    fields,
  }
}

function text(
  { known, flow, run, fields }: Origin,
  { bold, dim, yellow }: OpenWorkspace['context']['colours'],
): string {
  const lines = [
    `${bold(`${known.sinkEntity} ${known.sinkKey}`)} of ${known.sinkConnection}`,
    `  from     ${showSource(known)} of ${known.sourceConnection}${known.sourceVersion ? `, as of ${known.sourceVersion}` : ''}`,
    `  by flow  ${known.flow}${known.step === 'main' || known.step === '' ? '' : `, step ${known.step}`}  ${dim(flow?.file ?? 'not in the workspace any more')}`,
    `  in run   ${known.runId}, ${showMoment(known.writtenAt)}, trigger ${run?.trigger ?? 'unknown'}, ${run?.actor ?? ''}`,
  ]
  if (flow && run && run.flowHash !== flow.hash)
    lines.push(`  ${yellow('!')} the flow has been changed since: the lines below are those of today`)
  for (const it of fields) {
    const value = it.value === undefined ? '' : ` = ${bold(showValue(it.value))}`
    lines.push('', `  ${bold(it.field)}${value}`)
    lines.push(`    ${it.place === null ? 'not mapped any more' : `${it.place}  ${it.expression ?? ''}`}`)
    if (it.lastChangedAt)
      lines.push(dim(`    last changed ${showMoment(it.lastChangedAt)} by run ${it.lastChangedBy ?? ''}`))
  }
  return `${lines.join('\n')}\n`
}
