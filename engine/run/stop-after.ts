import { EngineError } from '../core/errors.ts'
import type { Run } from './run.ts'

const JUDGED_FROM = 20

/** What the flow says under errors.stopAfter; asked after each unit. Throws when it is so. */
export function stopIfTooManyDied(run: Run): void {
  const { stopAfter } = run.plan.errors
  if (!stopAfter) return
  const { read } = run.counts
  // only those of this run: what was dead before and has not changed is no news
  const dead = [...run.deadByCode.values()].reduce((sum, count) => sum + count, 0)
  const isTooMany = 'count' in stopAfter ? dead > stopAfter.count : read >= JUDGED_FROM && dead > stopAfter.share * read
  if (!isTooMany) return
  throw new EngineError({
    kind: 'record',
    code: 'RUN_TOO_MANY_DEAD',
    message: `${dead} of ${read} records have died: the flow's errors.stopAfter ends the run`,
    remedy: `See "ml-connector dead ${run.plan.name}"; correct the mapping or the data, then "ml-connector replay ${run.plan.name} --all".`,
  })
}
