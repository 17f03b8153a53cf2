import { verifyFlow } from '../../run/index.ts'
import { runAll } from '../run-flows.ts'
import { flowNamed, withWorkspace } from '../workspace.ts'
import { type Check, checked } from './check.ts'
import { deadOf } from './look.ts'
import type { Stage } from './stage.ts'

/** The engine's own comparison of every flow, which must find nothing that was not planted to die. It only looks. */
export function checkVerified(stage: Stage): Promise<readonly Check[]> {
  return withWorkspace(stage.context, async opened => {
    const checks: Check[] = []
    for (const flow of stage.flows.filter(it => !it.isLacking)) {
      if (stage.context.signal.aborted) break
      const wish = { actor: opened.actor, heal: false, calls: Number.POSITIVE_INFINITY }
      const reports = await runAll(opened, [flowNamed(opened, flow.name)], (plan, ports) =>
        verifyFlow(plan, ports, wish),
      )
      const wrong = reports.flatMap(report => {
        if (!('findings' in report)) return [report.failure?.message ?? report.state]
        const { findings, failure, isComplete } = report
        const dead = findings.filter(it => it.is === 'dead').length
        return [
          ...findings.filter(it => it.is !== 'dead').map(it => `${it.key} ${it.is} ${it.fields.join(', ')}: ${it.why}`),
          ...(dead === deadOf(flow).size ? [] : [`${dead} dead, not ${deadOf(flow).size}`]),
          ...(isComplete ? [] : [failure?.message ?? 'it did not come to its end']),
        ]
      })
      checks.push(checked(`verified: ${flow.name}`, wrong))
    }
    return checks
  })
}
