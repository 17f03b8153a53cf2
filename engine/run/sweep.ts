import { livingKeys } from './living.ts'
import type { Run } from './run.ts'
import { processUnit } from './unit.ts'

const SWEEP_PAGE = 1_000

/**
 * After a complete walk that the run `since` began: tracked keys that it did not meet. The source is asked for each once more (the walk may have been resumed by
 * another run), and those that are gone go through the stages as deletions.
 */
export async function sweepUnseen(run: Run, entity: string, since = run.id): Promise<void> {
  for (let after = ''; ; ) {
    const keys = await run.ports.ledger.unseenSince(run.plan.name, entity, since, { after, limit: SWEEP_PAGE })
    const last = keys.at(-1)
    if (last === undefined) return
    after = last
    const alive = await livingKeys(run, entity, keys)
    const gone = keys.filter(key => !alive.has(key))
    if (alive.size > 0) await run.ports.ledger.touch(run.plan.name, entity, [...alive], run.id)
    if (gone.length > 0)
      await processUnit(run, { entity, records: gone.map(key => ({ key, change: 'delete', fields: {} })) })
  }
}
