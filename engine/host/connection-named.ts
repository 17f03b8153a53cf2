import type { FlowPlan } from '../core/plan.ts'

/**
 * What a name in `$link("name", …)` means to a flow: a connection of that name; else the one connection of that connector among the flow's
 * own ends, the sinks first; else the only one in the workspace. Undefined: nothing, or more than one.
 */
export function connectionNamed(
  name: string,
  plan: Pick<FlowPlan, 'source' | 'steps' | 'enrich'>,
  connections: ReadonlyMap<string, { readonly connector: string }>,
): string | undefined {
  if (connections.has(name)) return name
  const ends = [...plan.steps.map(it => it.sink), plan.source, ...plan.enrich]
  const own = ends.find(it => it.connector === name)
  if (own) return own.connection
  const all = [...connections].filter(([, it]) => it.connector === name)
  return all.length === 1 ? all[0]?.[0] : undefined
}
