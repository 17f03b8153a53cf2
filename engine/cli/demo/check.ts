import type { JsonObject } from '../../core/record.ts'
import type { RunReport } from '../../run/index.ts'
import type { Control } from './control.ts'
import { type DemoFlow, type Planted, sourceKeys } from './scenario.ts'

/** One thing that the demo proves; `detail` says what was found instead. */
export interface Check {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
}

/** What a round has to come to, by flow. */
export interface Expected {
  readonly written: number
  readonly deleted: number
  readonly mostCalls?: number
}

export const CALLS_PER_ENTITY = 2

export function expectedOf(
  round: 1 | 2 | 3,
  flow: DemoFlow,
  sourceCount: number,
  planted: Planted | undefined,
): Expected {
  if (round === 1) return { written: sourceCount, deleted: 0 }
  if (round === 2) {
    const { changed = [], added = [], removed = [] } = planted ?? {}
    return { written: changed.length + added.length, deleted: removed.length }
  }
  return { written: 0, deleted: 0, mostCalls: CALLS_PER_ENTITY * flow.entities.length }
}

/** Did the run of a flow end as it had to? */
export function checkRun(round: number, report: RunReport, expected: Expected, isLacking: boolean): Check {
  const what = `round ${round}: ${report.flow}`
  const { written, deleted, dead, parked, calls } = report.counts
  const wrong: string[] = []
  const wantedState = isLacking ? 'unavailable' : 'succeeded'
  if (report.state !== wantedState)
    wrong.push(`state ${report.state}, not ${wantedState}${report.failure ? ` (${report.failure.message})` : ''}`)
  if (!isLacking) {
    if (written !== expected.written) wrong.push(`${written} written, not ${expected.written}`)
    if (deleted !== expected.deleted) wrong.push(`${deleted} deleted, not ${expected.deleted}`)
    if (dead + parked > 0) wrong.push(`${dead} dead, ${parked} parked`)
    if (expected.mostCalls !== undefined && calls > expected.mostCalls)
      wrong.push(`${calls} calls, more than ${expected.mostCalls}`)
  }
  return { what, ok: wrong.length === 0, detail: wrong.join('; ') }
}

const EXTERNAL_KEY = 'ERP_ID'
const STATUS = 'ERP_Status'

/** Does the target hold exactly what the source has: no record missing, none twice, none too many, what is gone marked or gone? */
export async function checkTarget(
  systems: { source: Control; target: Control },
  flow: DemoFlow,
  planted: Planted,
): Promise<Check> {
  const wanted = await sourceKeys(systems.source, flow)
  const records = await systems.target.records(flow.module)
  const held = records.map(it => String(it[EXTERNAL_KEY] ?? ''))
  const there = new Set(held)
  const gone = new Set(flow.onDelete === 'mark' ? planted.removed : [])
  const wrong = [
    ...few(
      'missing',
      [...wanted].filter(key => !there.has(key)),
    ),
    ...few('twice', held.length === there.size ? [] : [`${held.length} records, ${there.size} keys`]),
    ...few(
      'too many',
      held.filter(key => !wanted.has(key) && !gone.has(key)),
    ),
    ...few(
      'not marked as gone',
      records.filter(it => gone.has(String(it[EXTERNAL_KEY])) && !isMarked(it)).map(it => String(it[EXTERNAL_KEY])),
    ),
  ]
  return {
    what: `${flow.module} at the target are those of the source`,
    ok: wrong.length === 0,
    detail: wrong.join('; '),
  }
}

function isMarked(record: JsonObject): boolean {
  return record[STATUS] === 'inactive'
}

function few(what: string, keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`${keys.length} ${what}: ${keys.slice(0, 3).join(', ')}`]
}
