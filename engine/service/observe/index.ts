import type { End, Part } from '../part.ts'
import { alerts } from './alerts/index.ts'
import { createFreshness } from './freshness.ts'
import { health } from './health.ts'
import { logLines } from './log-lines.ts'
import { metrics } from './metrics.ts'

export { createServiceLog, LOG_LEVELS, type LogLevel } from './service-log.ts'

/** What an operator watches the service by: health, metrics, log lines, alerts. */
export const observe: Part = async (app, service) => {
  const freshness = createFreshness()
  const deaf = service.hub.listen(freshness.note)
  const ends: (End | undefined)[] = []
  for (const part of [logLines, health, metrics(freshness), alerts(freshness)]) ends.push(await part(app, service))
  return async () => {
    for (const end of ends.reverse()) await end?.()
    deaf()
  }
}
