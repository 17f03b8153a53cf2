import type { Fields } from '../../core/fields.ts'
import type {
  EnrichPlan,
  ErrorPolicy,
  FlowPlan,
  FlowTest,
  OnDelete,
  SchedulePlan,
  SinkPlan,
  StepPlan,
} from '../../core/plan.ts'
import type { OpenFlow } from '../context.ts'
import { positionAt } from '../diagnostics/source-file.ts'
import { joinReads } from '../expression/compile-mapping.ts'
import type { EnrichEntry } from '../flow-file.ts'
import { type Path, spanAt } from '../read/tree.ts'
import type { ResolvedEnd } from '../validate/ends.ts'
import { everyMs, jitterMs } from '../validate/every.ts'
import type { CheckedSite } from '../validate/expressions.ts'
import type { ResolvedFlow, ResolvedStep } from '../validate/resolve-flow.ts'
import { compileAt, compileMap, placesOf } from './compile-at.ts'

/** What a comparison takes when the flow does not say how much it may. */
const VERIFY_CALLS = 1_000

export interface Compiling {
  readonly flow: OpenFlow
  readonly ends: ResolvedFlow
  readonly checked: readonly CheckedSite[]
  readonly hash: string
}

/** A flow without errors → plan. Nothing is looked up by name any more afterwards. */
export function compileFlow({ flow, ends, checked, hash }: Compiling): FlowPlan {
  const { file, context } = flow
  const filter = file.filter === undefined ? undefined : compileAt(flow, ['filter'])
  const steps = ends.steps.flatMap(it => (it.sink ? [compileStep(flow, it, it.sink)] : []))
  const enrich = compileEnrich(flow, ends, checked)
  const onDelete = compileOnDelete(flow, steps[0]?.name ?? '')
  const reads = [
    ...(filter ? [filter.reads] : []),
    ...enrich.map(it => it.key.reads),
    ...steps.flatMap(it => [it.when?.reads ?? [], it.each?.reads ?? [], it.map.reads]),
  ]
  const first = ends.source?.[0]
  return {
    workspace: context.workspace,
    name: context.given.name ?? file.flow,
    title: file.title ?? file.flow,
    file: context.file,
    hash,
    source: {
      connection: first?.connection ?? '',
      connector: file.source.connector,
      entities: typeof file.source.entity === 'string' ? [file.source.entity] : file.source.entity,
      select: withCustomFields(joinReads(reads), file.source.customFields, sourceFields(ends)),
      ...(file.source.pageSize === undefined ? {} : { pageSize: file.source.pageSize }),
    },
    enrich,
    ...(filter ? { filter } : {}),
    steps,
    onDelete,
    errors: errorPolicy(file.errors?.stopAfter),
    verify: {
      heal: file.verify?.heal ?? context.verify?.heal ?? true,
      calls: file.verify?.calls ?? context.verify?.calls ?? VERIFY_CALLS,
    },
    ...(file.schedule ? { schedule: compileSchedule(flow) } : {}),
    ...(file.listen ? { listen: file.listen } : {}),
    tests: compileTests(flow),
  }
}

function compileEnrich(flow: OpenFlow, ends: ResolvedFlow, checked: readonly CheckedSite[]): readonly EnrichPlan[] {
  return ends.enrich.flatMap(({ name, path, end }) => {
    const written = flow.file.enrich?.[name]
    if (!end || !written) return []
    const key = compileAt(flow, [...path, 'key'])
    return [
      {
        name,
        connection: end.connection,
        connector: end.connector.name,
        entity: end.entityName,
        key,
        field: written.field ?? end.entity.key,
        // what the expressions read of it; the field that is looked up comes in any case
        select: withCustomFields(
          joinReads(checked.map(it => it.analysis.variableReads.get(name) ?? [])),
          written.customFields,
          end.fields,
        ),
        many: written.many ?? false,
      },
    ]
  })
}

type Reads = EnrichPlan['select']

/** For a connector 'all' is what it declares; what the account has besides must be named. */
function withCustomFields(reads: Reads, custom: EnrichEntry['customFields'], fields: Fields): Reads {
  return reads === 'all' && custom !== undefined ? Object.keys(fields) : reads
}

/** Of all source entities together: who lacks one of them leaves it out (`selectOf`). */
const sourceFields = ({ source = [] }: ResolvedFlow): Fields =>
  Object.assign({}, ...source.map(it => it.fields)) as Fields

function compileStep(flow: OpenFlow, step: ResolvedStep, sink: ResolvedEnd): StepPlan {
  const mapPath = [...step.path, 'map']
  return {
    name: step.name,
    ...(step.when === undefined ? {} : { when: compileAt(flow, [...step.path, 'when']) }),
    ...(step.each === undefined ? {} : { each: compileAt(flow, [...step.path, 'each']) }),
    map: compileMap(flow, mapPath, sink.fields),
    places: placesOf(flow, mapPath),
    sink: compileSink(step, sink),
  }
}

function compileSink({ written }: ResolvedStep, sink: ResolvedEnd): SinkPlan {
  return {
    connection: sink.connection,
    connector: sink.connector.name,
    entity: sink.entityName,
    operation: written.operation ?? 'upsert',
    ...(written.match === undefined ? {} : { match: written.match }),
    createOnly: written.createOnly ?? [],
    ...(written.shared ? { shared: true as const } : {}),
    whenUnavailable: written.whenUnavailable ?? 'fail',
    options: written.options ?? {},
    optionalFields: written.optionalFields ?? [],
    customFields: written.customFields ?? {},
  }
}

function compileOnDelete(flow: OpenFlow, firstStep: string): OnDelete {
  const written = flow.file.onDelete ?? 'ignore'
  if (typeof written === 'string') return { do: written }
  return { do: 'map', map: compileMap(flow, ['onDelete', 'map'], {}), step: written.step ?? firstStep }
}

function errorPolicy(stopAfter: string | number | undefined): ErrorPolicy {
  if (stopAfter === undefined) return {}
  if (typeof stopAfter === 'number') return { stopAfter: { count: stopAfter } }
  return { stopAfter: { share: Number.parseFloat(stopAfter) / 100 } }
}

function compileSchedule({ file, context }: OpenFlow): SchedulePlan {
  const { cron, every, timezone, jitter, sweep, verify = context.verify?.cron } = file.schedule ?? {}
  return {
    ...(cron === undefined ? {} : { cron }),
    ...(every === undefined ? {} : { everyMs: everyMs(every) ?? 0 }),
    timezone: timezone ?? context.timezone,
    ...(jitter === undefined ? {} : { jitterMs: jitterMs(jitter) ?? 0 }),
    ...(sweep === undefined ? {} : { sweep }),
    ...(verify === undefined ? {} : { verify }),
  }
}

function compileTests(flow: OpenFlow): readonly FlowTest[] {
  return (flow.file.tests ?? []).map((test, at): FlowTest => {
    const path: Path = ['tests', at]
    return {
      name: test.name,
      given: test.given,
      ...(test.entity === undefined ? {} : { entity: test.entity }),
      links: test.links ?? [],
      enrich: test.enrich ?? {},
      expect: test.expect,
      place: { file: flow.source.path, ...positionAt(flow.source, spanAt(flow.tree, path).start) },
    }
  })
}
