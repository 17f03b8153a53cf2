import type { Colors } from 'picocolors/types.js'
import type { FlowPlan } from '../../core/plan.ts'
import type { Verification } from '../../core/verification.ts'
import { type Finding, type VerifyReport, verifiedOf } from '../../run/index.ts'
import { showState } from './runs.ts'
import { left, right, showTable } from './table.ts'
import { showDuration, showMoment } from './time.ts'

const moment = (iso: string | null) => (iso === null ? 'not yet' : showMoment(iso))

/** How far each flow is verified, as the ledger has it. */
export function showVerifications(flows: readonly FlowPlan[], held: readonly Verification[], colours: Colors): string {
  const rows = flows.map(flow => {
    const verified = verifiedOf(flow, held)
    const own = held.filter(it => it.flow === flow.name)
    const sofar = own.reduce((n, it) => n + (it.walk?.tally.compared ?? 0), 0)
    const { compared = '', healed = '', left: isLeft = '' } = verified?.tally ?? {}
    const counts = [compared, healed, isLeft].map(String)
    return [flow.name, moment(verified?.until ?? null), ...counts, sofar > 0 ? `${sofar} compared so far` : '']
  })
  const columns = [
    left('flow'),
    left('verified until'),
    right('compared'),
    right('healed'),
    right('left'),
    left('under way'),
  ]
  return rows.length === 0 ? 'the workspace has no flow\n' : showTable(columns, rows, colours)
}

/** The table at the end of `verify`, and what was found. */
export function showVerified(reports: readonly VerifyReport[], colours: Colors): string {
  const rows = reports.map(it => [
    it.flow,
    showState(it.state, colours),
    ...[it.tally.compared, it.tally.healed, it.tally.left].map(n => (n === 0 ? '·' : String(n))),
    moment(it.verifiedUntil),
    String(it.counts.calls),
    showDuration(Date.parse(it.endedAt) - Date.parse(it.startedAt)),
  ])
  const columns = [
    ...[left('flow'), left('state'), right('compared'), right('healed'), right('left'), left('verified until')],
    ...[right('calls'), right('time')],
  ]
  return `${showTable(columns, rows, colours)}${reports.map(it => aftermath(it, colours)).join('')}`
}

const SHOWN = 20

function aftermath(report: VerifyReport, colours: Colors): string {
  const { flow, findings, tally, isComplete, moved, failure } = report
  // what nobody has put right comes first
  const sorted = findings.toSorted((one, other) => Number(one.isHealed) - Number(other.isHealed))
  const lines = sorted.slice(0, SHOWN).map(it => findingLine(it, colours))
  const more = tally.healed + tally.left - Math.min(SHOWN, findings.length)
  if (more > 0 && findings.length > SHOWN) lines.push(`  … and ${findings.length - SHOWN} more (--json has them)`)
  if (moved.length > 0)
    lines.push(
      `  ${colours.yellow('!')} ${moved.join(', ')}: rows moved while they were read, so some may not have been met; run it again`,
    )
  if (!isComplete && failure === null)
    lines.push(
      `  ${colours.yellow('!')} its calls have run out: the next "ml-connector verify ${flow}" goes on from here (--calls allows more)`,
    )
  return lines.length === 0 ? '' : `\n${colours.bold(flow)}\n${lines.join('\n')}\n`
}

function findingLine({ key, element, is, fields, why, sinkEntity, isHealed }: Finding, colours: Colors): string {
  const mark = isHealed ? colours.green('✓ healed') : colours.yellow('! left  ')
  const what = fields.length > 0 ? `${is} (${fields.join(', ')})` : is
  const record = element === '' ? key : `${key} / ${element}`
  return `  ${mark}  ${record}  ${sinkEntity === '' ? what : `${what} in ${sinkEntity}`}: ${colours.dim(why)}`
}
