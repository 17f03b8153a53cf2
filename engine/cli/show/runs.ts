import type { Colors } from 'picocolors/types.js'
import type { RunCounts, RunState } from '../../core/ledger.ts'
import type { RunReport } from '../../run/index.ts'
import { left, right, showTable } from './table.ts'
import { showDuration } from './time.ts'

/** A number, and nothing for zero: what happened stands out. */
const count = (n: number) => (n === 0 ? '·' : String(n))

export function showState(state: RunState, colours: Colors): string {
  const colour = {
    succeeded: colours.green,
    partial: colours.yellow,
    unavailable: colours.yellow,
    running: colours.cyan,
    failed: colours.red,
    cancelled: colours.yellow,
    interrupted: colours.yellow,
  }[state]
  return colour(state)
}

export const COUNT_COLUMNS = [
  right('read'),
  right('written'),
  right('unchanged'),
  right('filtered'),
  right('parked'),
  right('dead'),
  right('deleted'),
  right('calls'),
]

/** `calls` with the sign-ins beside them, since those are no work on records. */
export function countCells(counts: RunCounts): string[] {
  const { read, written, unchanged, filtered, parked, dead, deleted, calls, signIns } = counts
  return [read, written, unchanged, filtered, parked, dead, deleted]
    .map(count)
    .concat(signIns > 0 ? `${calls}+${signIns}` : String(calls))
}

/** The table at the end of `run` and `replay`. */
export function showReports(reports: readonly RunReport[], colours: Colors): string {
  const rows = reports.map(it => [
    it.flow,
    showState(it.state, colours),
    ...countCells(it.counts),
    showDuration(Date.parse(it.endedAt) - Date.parse(it.startedAt)),
  ])
  return showTable([left('flow'), left('state'), ...COUNT_COLUMNS, right('time')], rows, colours)
}

const isSkipped = (report: RunReport) => report.state === 'unavailable'

/** What kept flows from their end, for standard error. One cause (a system that is down) stops many flows: it is told once. */
export function showFailures(reports: readonly RunReport[], colours: Colors): string {
  return block(
    failureLines(
      reports.filter(it => it.failure !== null && !isSkipped(it)),
      colours,
    ),
  )
}

/** Open dead letters of a flow that its last run did not bring. */
export interface OlderDead {
  readonly flow: string
  readonly count: number
  /** Beyond this nothing was counted. */
  readonly most: number
}

/** What a person knows about runs that went on all the same: skipped flows, dead letters and what they have in common, records that wait. */
export function showAftermath(reports: readonly RunReport[], older: readonly OlderDead[], colours: Colors): string {
  const lines = failureLines(
    reports.filter(it => it.failure !== null && isSkipped(it)),
    colours,
  )
  for (const { flow, deadByCode } of reports) {
    const codes = Object.entries(deadByCode).map(([code, n]) => `${n} × ${code}`)
    // dead without a code of this run: read once more, and told among the older ones
    if (codes.length === 0) continue
    lines.push(`${colours.yellow('!')} ${flow}: ${codes.join(', ')}`)
    lines.push(`  ${colours.cyan('→')} "ml-connector dead ${flow}", then "ml-connector replay ${flow} --all"`)
  }
  for (const { flow, counts } of reports)
    if (counts.parked > 0)
      lines.push(
        `${colours.yellow('!')} ${flow}: ${counts.parked} wait for a record that is not there yet; they go on by themselves when it is`,
      )
  for (const { flow, count: n, most } of older) {
    const many = n > most ? `more than ${most} dead letters` : n === 1 ? 'a dead letter' : `${n} dead letters`
    lines.push(`${colours.yellow('!')} ${flow}: ${many} of earlier runs ${n === 1 ? 'is' : 'are'} still open`)
    lines.push(`  ${colours.cyan('→')} "ml-connector dead ${flow}"`)
  }
  return block(lines)
}

function block(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`
}

function failureLines(reports: readonly RunReport[], colours: Colors): string[] {
  const byCause = Map.groupBy(reports, it => `${it.failure?.code} ${it.failure?.message}`)
  return [...byCause.values()].flatMap(those => causeLines(those, colours))
}

function causeLines(reports: readonly RunReport[], colours: Colors): string[] {
  const [first] = reports
  if (!first?.failure) return []
  const { message, code, said, remedy } = first.failure
  const mark = isSkipped(first) ? `${colours.yellow('–')} skipped` : colours.red('✗')
  return [
    `${mark} ${reports.map(it => it.flow).join(', ')}: ${message}  ${colours.dim(code)}`,
    ...(said ? [`  they said: ${said}`] : []),
    ...(remedy ? [`  ${colours.cyan('→')} ${remedy}`] : []),
  ]
}
