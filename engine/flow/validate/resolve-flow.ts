import type { JsonObject } from '../../core/record.ts'
import type { OpenFlow } from '../context.ts'
import type { SinkEnd, StepEntry } from '../flow-file.ts'
import { type Path, spanAt } from '../read/tree.ts'
import { type ResolvedEnd, resolveEnd } from './ends.ts'

/** A step, whether written under `steps:` or as the flow's own `map` and `sink`. */
export interface ResolvedStep {
  readonly name: string
  readonly path: Path
  readonly when?: string
  readonly each?: string
  readonly map: string | JsonObject
  readonly written: SinkEnd
  /** Absent when a name was not found; that was reported. */
  readonly sink: ResolvedEnd | undefined
}

export interface ResolvedEnrich {
  readonly name: string
  readonly path: Path
  readonly end: ResolvedEnd | undefined
}

export interface ResolvedFlow {
  /** One per source entity; undefined when a name was not found. */
  readonly source: readonly ResolvedEnd[] | undefined
  readonly enrich: readonly ResolvedEnrich[]
  readonly steps: readonly ResolvedStep[]
}

/** Name of the one step of a flow that is written without `steps:`. */
export const ONLY_STEP = 'main'

export function resolveFlow(flow: OpenFlow): ResolvedFlow {
  return {
    source: resolveSource(flow),
    enrich: resolveEnrich(flow),
    steps: stepsOf(flow).map(it => resolveStep(flow, it)),
  }
}

function resolveSource(flow: OpenFlow): readonly ResolvedEnd[] | undefined {
  const { source } = flow.file
  const written = typeof source.entity === 'string' ? [source.entity] : source.entity
  const ends: ResolvedEnd[] = []
  for (const [at, entity] of written.entries()) {
    const entityPath = typeof source.entity === 'string' ? ['source', 'entity'] : ['source', 'entity', at]
    const end = resolveEnd(flow, { path: ['source'], use: 'read', entityPath }, { ...source, entity })
    if (!end) return undefined
    ends.push(end)
  }
  return ends
}

function resolveEnrich(flow: OpenFlow): readonly ResolvedEnrich[] {
  return Object.entries(flow.file.enrich ?? {}).map(([name, written]) => {
    const path = ['enrich', name]
    const end = resolveEnd(flow, { path, use: 'read' }, written)
    return { name, path, end: end && isReadByField(flow, path, end) ? end : undefined }
  })
}

function isReadByField(flow: OpenFlow, path: Path, { connector, entityName, entity }: ResolvedEnd): boolean {
  if (entity.read?.modes.includes('by-key')) return true
  flow.context.reporter.report(flow.source, spanAt(flow.tree, [...path, 'entity']), {
    code: 'FLOW_NOT_READABLE',
    message: `${connector.name} reads ${entityName} as a whole only: single records of it cannot be looked up`,
    remedy: 'Use a reference table, or an entity that can be looked up.',
  })
  return false
}

function stepsOf({ file }: OpenFlow): readonly { readonly entry: StepEntry; readonly path: Path }[] {
  if (file.steps) return file.steps.map((entry, at) => ({ entry, path: ['steps', at] }))
  if (file.map === undefined || file.sink === undefined) return []
  return [{ entry: { name: ONLY_STEP, map: file.map, sink: file.sink }, path: [] }]
}

function resolveStep(flow: OpenFlow, { entry, path }: { entry: StepEntry; path: Path }): ResolvedStep {
  return {
    name: entry.name,
    path,
    ...(entry.when === undefined ? {} : { when: entry.when }),
    ...(entry.each === undefined ? {} : { each: entry.each }),
    map: entry.map,
    written: entry.sink,
    sink: resolveEnd(flow, { path: [...path, 'sink'], use: 'write' }, entry.sink),
  }
}
