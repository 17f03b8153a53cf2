import type { ServiceEvent } from '../hub.ts'
import { workspaceOf } from '../hub.ts'
import type { Service } from '../service.ts'
import { errorView } from './errors.ts'
import { runView } from './show/runs.ts'
import type { LiveEvents, PauseView } from './views.ts'

/** One event as a page gets it. */
export type FeedItem = {
  [Name in keyof LiveEvents]: { readonly name: Name; readonly data: LiveEvents[Name] }
}[keyof LiveEvents]

/** What happens in one workspace, in its order, as pages see it. */
export interface Feed {
  listen(workspace: string, listener: (item: FeedItem) => void): () => void
  close(): void
}

export function createFeed(service: Service): Feed {
  const listeners = new Map<string, Set<(item: FeedItem) => void>>()
  // looking a run up takes a moment: nothing overtakes it
  let last: Promise<void> = Promise.resolve()
  const tell = async (event: ServiceEvent): Promise<void> => {
    const workspace = workspaceOf(event)
    if (!listeners.has(workspace)) return
    const item = await itemOf(service, event)
    if (item) for (const listener of listeners.get(workspace) ?? []) listener(item)
  }
  const close = service.hub.listen(event => {
    if (!listeners.has(workspaceOf(event))) return
    last = last.then(() => tell(event)).catch(thrown => service.log.warn(`an event was not told: ${String(thrown)}`))
  })
  return {
    listen: (workspace, listener) => {
      const held = listeners.get(workspace) ?? new Set()
      listeners.set(workspace, held.add(listener))
      return () => {
        held.delete(listener)
        if (held.size === 0 && listeners.get(workspace) === held) listeners.delete(workspace)
      }
    },
    close,
  }
}

async function itemOf(service: Service, event: ServiceEvent): Promise<FeedItem | undefined> {
  switch (event.is) {
    case 'queued':
      return { name: 'flow.queued', data: { flow: event.ref.flow, trigger: triggerOf(event) } }
    case 'started': {
      const { runId, at, wish, ref } = event
      const data = { flow: ref.flow, runId, trigger: triggerOf(event), actor: wish.actor, at }
      return { name: 'run.started', data }
    }
    case 'progress': {
      const { runId, ref, progress } = event
      return { name: 'run.progress', data: { flow: ref.flow, runId, entity: progress.entity, counts: progress.counts } }
    }
    case 'ended':
      return ended(service, event)
    case 'failed':
      return { name: 'run.failed', data: { flow: event.ref.flow, error: errorView(event.error) } }
    case 'paused':
    case 'resumed':
      return pausing(service, event)
    case 'reloaded':
      return { name: 'reloaded', data: { diagnostics: event.mistakes } }
    case 'delivered':
      return { name: 'delivery', data: { connection: event.connection, entity: event.entity, keys: event.keys } }
    default:
      return undefined
  }
}

function triggerOf({ wish }: Extract<ServiceEvent, { readonly is: 'queued' | 'started' }>) {
  return wish.is === 'replay' ? 'replay' : wish.trigger
}

async function ended(
  { workspaces }: Service,
  { ref, report }: Extract<ServiceEvent, { readonly is: 'ended' }>,
): Promise<FeedItem | undefined> {
  const run = await workspaces.get(ref.workspace)?.ledger.run(report.runId)
  return run && { name: 'run.ended', data: { flow: ref.flow, run: runView(run) } }
}

function pausing(
  { clock }: Service,
  event: Extract<ServiceEvent, { readonly is: 'paused' | 'resumed' }>,
): FeedItem | undefined {
  const paused: PauseView | null =
    event.is === 'paused' ? { by: event.by, at: clock.now().toISOString(), reason: event.reason } : null
  const [, kind, name = ''] = /^(flow|connection):(.*)$/s.exec(event.subject) ?? []
  if (kind === 'flow') return { name: 'flow.paused', data: { flow: name, paused } }
  return kind === 'connection' ? { name: 'connection.paused', data: { connection: name, paused } } : undefined
}
