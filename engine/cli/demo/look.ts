import { ask, holds } from './expressions.ts'
import { controlOf, labelOf, type Stage, type StagedFlow } from './stage.ts'

/** What a flow has to bring over, as its source stands now. */
export interface Look {
  /** Labels of the source records that it takes, planted dead ones among them. */
  readonly labels: ReadonlySet<string>
  /** By target, the keys that have to be there. */
  readonly wanted: readonly ReadonlySet<string>[]
}

export async function lookAt(stage: Stage, flow: StagedFlow): Promise<Look> {
  const { part } = flow
  const dead = deadOf(flow)
  const labels = new Set<string>()
  const wanted = part.targets.map(() => new Set<string>())
  for (const [entity, source] of Object.entries(part.source)) {
    const all = await controlOf(stage, flow.source).records(entity)
    for (const record of all) {
      const key = String(record[source.key])
      const variables = { ...Object.fromEntries(stage.remembered), all, entity, key }
      if (!(await holds(source.only, record, variables))) continue
      const label = labelOf(flow, entity, key)
      labels.add(label)
      if (dead.has(label)) continue
      for (const [at, { of = '$key' }] of part.targets.entries()) {
        const value = await ask(of, record, variables)
        if (value !== undefined && value !== null && value !== '') wanted[at]?.add(String(value))
      }
    }
  }
  return { labels, wanted }
}

export const deadOf = ({ part }: StagedFlow): ReadonlySet<string> => new Set(part.dead?.map(it => it.key))
