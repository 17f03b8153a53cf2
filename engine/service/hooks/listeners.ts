import type { FlowPlan } from '../../core/plan.ts'
import type { Held } from '../held.ts'

export interface Told {
  readonly connection: string
  readonly entity: string
}

export function listens({ source, listen }: FlowPlan, { connection, entity }: Told): boolean {
  return source.connection === connection && listen?.events.includes(entity) === true
}

/** The flows of the workspace, as it is now, that want to know. */
export function listenersOf({ opened }: Held, told: Told): readonly FlowPlan[] {
  return opened.flows.filter(it => listens(it, told))
}

/** Entities by connection that some flow listens to. */
export function listenedTo({ opened }: Held): ReadonlyMap<string, readonly string[]> {
  const heard = Map.groupBy(
    opened.flows.filter(it => it.listen),
    it => it.source.connection,
  )
  const entities = (flows: readonly FlowPlan[]) => [...new Set(flows.flatMap(it => it.listen?.events ?? []))].sort()
  return new Map([...heard].map(([connection, flows]) => [connection, entities(flows)]))
}

/** Can each entity of its source be read by key? Otherwise a delivery starts an ordinary run. */
export function isReadByKey({ source }: FlowPlan, { opened }: Held): boolean {
  const entities = opened.host.registry.get(source.connector)?.entities
  return source.entities.every(name => entities?.[name]?.read?.modes.includes('by-key') === true)
}
