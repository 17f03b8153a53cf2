import { validateDetailed } from 'node-cron'
import type { OpenFlow } from '../context.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import { keySpanAt, type Path, spanAt } from '../read/tree.ts'
import { everyMs, jitterMs } from './every.ts'
import { isTimeZone } from './time-zone.ts'

export const CRON_REMEDY =
  'Five fields: minute, hour, day of month, month, day of week, as in "*/30 * * * *" or "0 6 * * 1-5".'

/** cron, every, time zone, sweep and verify. */
export function checkSchedule(flow: OpenFlow): void {
  const schedule = flow.file.schedule
  if (!schedule) return
  const refuse = (path: Path, finding: Finding) =>
    flow.context.reporter.report(flow.source, spanAt(flow.tree, ['schedule', ...path]), finding)
  const { cron, every, timezone, jitter, sweep, verify } = schedule
  if (cron !== undefined && every !== undefined)
    flow.context.reporter.report(flow.source, keySpanAt(flow.tree, ['schedule', 'every']), {
      code: 'FLOW_SCHEDULE_BOTH',
      message: 'the schedule has both cron and every',
      remedy: 'Keep one of them.',
    })
  for (const [key, text] of [
    ['cron', cron],
    ['sweep', sweep],
    ['verify', verify],
  ] as const) {
    const wrong = text === undefined ? undefined : cronFault(text)
    if (wrong) refuse([key], { code: 'FLOW_CRON', message: wrong, remedy: CRON_REMEDY })
  }
  if (every !== undefined && everyMs(every) === undefined)
    refuse(['every'], {
      code: 'FLOW_EVERY',
      message: `"${every}" is not an interval`,
      remedy: 'Write a whole number and s, m, h or d, from 10s to 31d: 15m.',
    })
  if (jitter !== undefined && jitterMs(jitter) === undefined)
    refuse(['jitter'], {
      code: 'FLOW_JITTER',
      message: `"${jitter}" is not a time`,
      remedy: 'Write a whole number and s or m, up to 60m: 30s, or 0s for none.',
    })
  if (timezone !== undefined && !isTimeZone(timezone))
    refuse(['timezone'], {
      code: 'FLOW_TIMEZONE',
      message: `"${timezone}" is not a time zone`,
      remedy: 'Use an IANA name such as Europe/Berlin or America/Chicago.',
    })
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  minute: 'the minute (0-59)',
  hour: 'the hour (0-23)',
  dayOfMonth: 'the day of the month (1-31)',
  month: 'the month (1-12)',
  dayOfWeek: 'the day of the week (0-7)',
}

/** What is wrong with a cron expression; undefined when nothing is. */
export function cronFault(text: string): string | undefined {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== 5)
    return `"${text}" has ${fields.length} field${fields.length === 1 ? '' : 's'} instead of five`
  const { valid, errors } = validateDetailed(text)
  if (valid) return undefined
  const [first] = errors
  const name = FIELD_NAMES[first?.field ?? '']
  return name ? `"${first?.value ?? text}" is not valid for ${name}` : `"${text}" is not a cron expression`
}
