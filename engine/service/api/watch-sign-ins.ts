import type { Held } from '../held.ts'
import type { ServiceEvent } from '../hub.ts'
import type { Service } from '../service.ts'
import { ENGINE, pauseSubject } from './pausing.ts'

type Ended = Extract<ServiceEvent, { readonly is: 'ended' }>

/**
 * A connection whose system refuses our credentials is paused: signing in again and again would lock the account there. It goes on when a ping
 * is answered, or an admin resumes it. Resolves, once ended, when all pauses stand.
 */
export function watchSignIns(service: Service): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  const deaf = service.hub.listen(event => {
    if (event.is !== 'ended' || event.report.failure?.kind !== 'auth') return
    const held = service.workspaces.get(event.ref.workspace)
    if (!held) return
    last = last
      .then(() => pauseFailed(service, held, event))
      .catch(thrown => service.log.warn(`a connection was not paused: ${String(thrown)}`))
  })
  return async () => {
    deaf()
    await last
  }
}

async function pauseFailed(service: Service, held: Held, { report }: Ended): Promise<void> {
  const { connection, code, message } = report.failure ?? {}
  if (connection === undefined || held.pauses.has(`connection:${connection}`)) return
  const reason = `signing in failed: ${message} (${code}), in run ${report.runId} of ${report.flow}`
  await pauseSubject(service, held, { subject: `connection:${connection}`, by: ENGINE, reason })
}
