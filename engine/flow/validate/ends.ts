import type { CustomField, Fields } from '../../core/fields.ts'
import type { Connector, EntitySummary } from '../../sdk/connector.ts'
import type { OpenFlow } from '../context.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import { hint, listValues } from '../diagnostics/suggest.ts'
import { type Path, spanAt } from '../read/tree.ts'
import { knownFields } from './known-fields.ts'

/** A source, sink or enrichment whose names were all found. */
export interface ResolvedEnd {
  readonly connection: string
  readonly connector: Connector
  readonly entityName: string
  readonly entity: EntitySummary
  /** Standard fields, those of saved metadata and those declared in the flow. */
  readonly fields: Fields
}

export interface WrittenEnd {
  readonly connector: string
  readonly connection?: string
  readonly entity: string
  readonly custom?: boolean
  readonly customFields?: Readonly<Record<string, CustomField>>
}

export type Use = 'read' | 'write'

/** Where an end stands, and what for. */
export interface EndPlace {
  readonly path: Path
  readonly use: Use
  /** Of one entity among several; else `entity` below the path. */
  readonly entityPath?: Path
}

/** Finds connector, connection and entity; reports the first thing that is not there. */
export function resolveEnd(flow: OpenFlow, { path, use, ...more }: EndPlace, end: WrittenEnd): ResolvedEnd | undefined {
  const entityPath = more.entityPath ?? [...path, 'entity']
  const refuse = (at: Path, finding: Finding): undefined =>
    void flow.context.reporter.report(flow.source, spanAt(flow.tree, at), finding)
  const { registry } = flow.context
  const connector = registry.get(end.connector)
  if (!connector)
    return refuse([...path, 'connector'], {
      code: 'FLOW_UNKNOWN_CONNECTOR',
      message: `there is no connector "${end.connector}"`,
      ...hint(end.connector, [...registry.keys()]),
    })
  const connection = resolveConnection(flow, path, end, connector)
  if (connection === undefined) return undefined
  const entity = entityOf(connector, end)
  if (!entity)
    return refuse(entityPath, {
      code: 'FLOW_UNKNOWN_ENTITY',
      message: `"${end.entity}" is not an entity of ${connector.name}`,
      ...unknownEntityHint(connector, end.entity),
    })
  if (!entity[use]) {
    const able = Object.keys(connector.entities).filter(name => connector.entities[name]?.[use])
    return refuse(entityPath, {
      code: use === 'read' ? 'FLOW_NOT_READABLE' : 'FLOW_NOT_WRITABLE',
      message: `${connector.name} cannot ${use} ${end.entity}`,
      remedy: able.length === 0 ? `${connector.name} can ${use} nothing.` : `It can ${use}: ${listValues(able)}.`,
    })
  }
  const fields = knownFields(entity, end.customFields ?? {}, flow.context.metadata(connection, end.entity))
  return { connection, connector, entityName: end.entity, entity, fields }
}

export function entityOf(
  connector: Connector,
  end: { readonly entity: string; readonly custom?: boolean },
): EntitySummary | undefined {
  if (Object.hasOwn(connector.entities, end.entity)) return connector.entities[end.entity]
  return end.custom === true ? connector.customEntity?.(end.entity) : undefined
}

function unknownEntityHint(connector: Connector, entity: string) {
  const found = hint(entity, Object.keys(connector.entities))
  const custom = connector.customEntity ? ' An entity that only this account has is marked custom: true.' : ''
  return { ...found, remedy: `${found.remedy}${custom}` }
}

function resolveConnection(flow: OpenFlow, path: Path, end: WrittenEnd, connector: Connector): string | undefined {
  const names = flow.context.connections
  const refuse = (at: Path, finding: Finding): undefined =>
    void flow.context.reporter.report(flow.source, spanAt(flow.tree, at), finding)
  if (!names) return end.connection ?? connector.name
  const own = names.of(connector.name)
  if (end.connection !== undefined) {
    if (own.includes(end.connection)) return end.connection
    const other = names.connectorOf(end.connection)
    return refuse([...path, 'connection'], {
      code: 'FLOW_UNKNOWN_CONNECTION',
      message: other
        ? `the connection "${end.connection}" is of ${other}, not of ${connector.name}`
        : `there is no connection "${end.connection}"`,
      ...hint(end.connection, own),
    })
  }
  if (own.length === 1) return own[0]
  const none = `the workspace has no connection of ${connector.name}`
  // one mistake, however many ends of the flow need it
  if (
    own.length === 0 &&
    flow.context.reporter.diagnostics.some(it => it.file === flow.source.path && it.message === none)
  )
    return undefined
  if (own.length === 0)
    return refuse([...path, 'connector'], {
      code: 'FLOW_NO_CONNECTION',
      message: none,
      remedy: `Add one under connections in ml-connector.yaml: { connector: ${connector.name}, settings: … }.`,
    })
  return refuse([...path, 'connector'], {
    code: 'FLOW_AMBIGUOUS_CONNECTION',
    message: `the workspace has ${own.length} connections of ${connector.name}`,
    remedy: `Say which with connection: ${own.join(' | ')}.`,
    suggestions: own,
  })
}
