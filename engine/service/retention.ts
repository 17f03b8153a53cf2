import type { Held } from './held.ts'
import type { Part } from './part.ts'

const LOOK_MS = 3_600_000
const DAY_MS = 86_400_000

/** Takes out of each ledger what is older than its workspace keeps. By whole days, so that it is told once a day at most. */
export const retention: Part = async (_app, { workspaces, clock, log }) => {
  let isStopped = false
  const prune = async ({ name, ledger, opened }: Held): Promise<void> => {
    const { keepAuditDays } = opened.workspace
    if (keepAuditDays === undefined || isStopped) return
    const now = clock.now()
    const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS
    const before = new Date(today - keepAuditDays * DAY_MS).toISOString()
    const { anchor: _, ...pruned } = await ledger.pruneAudit(before, { actor: 'retention', at: now.toISOString() })
    if (pruned.events > 0) log.info('the audit trail was pruned', { workspace: name, before, ...pruned })
  }
  const look = async (): Promise<void> => {
    for (const held of workspaces.all())
      await prune(held).catch(thrown => {
        log.warn('the audit trail could not be pruned', { workspace: held.name, why: String(thrown) })
      })
  }
  let looking = look()
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, LOOK_MS)
  timer.unref()
  return async () => {
    isStopped = true
    clearInterval(timer)
    await looking
  }
}
