import { withWorkspace } from '../workspace.ts'
import { deadLettersOf } from './equality.ts'
import { labelOf, type Stage } from './stage.ts'

/** A record that was made to die, why, and what became of it. */
export interface PlantedDead {
  readonly flow: string
  readonly key: string
  readonly why: string
  readonly code: string
  readonly message: string
}

/** What became of the records that were planted to die. */
export function plantedDead(stage: Stage): Promise<readonly PlantedDead[]> {
  return withWorkspace(stage.context, async opened => {
    const found: PlantedDead[] = []
    for (const flow of stage.flows.filter(it => it.part.dead && !it.isLacking)) {
      const letters = await deadLettersOf(opened, flow)
      for (const { key, why } of flow.part.dead ?? []) {
        const failure = letters.find(it => labelOf(flow, it.sourceEntity, it.sourceKey) === key)?.failure
        if (failure) found.push({ flow: flow.name, key, why, code: failure.code, message: failure.message })
      }
    }
    return found
  })
}
