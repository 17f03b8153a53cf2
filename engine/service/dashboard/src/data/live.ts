import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { FlowView, LiveEvents, RunView } from '../../../api/views.ts'
import { eventsPath } from './client.ts'

type Flows = { readonly flows: readonly FlowView[] }
type Handlers = { readonly [Name in keyof LiveEvents]: (data: LiveEvents[Name]) => void }

/** Reading everything anew at every event of a busy workspace would be worse than not being live. */
const AT_MOST_EVERY_MS = 400
const AGAIN_MS = 4_000

let isConnected = false
const watchers = new Set<() => void>()
const setConnected = (now: boolean) => {
  isConnected = now
  for (const watcher of watchers) watcher()
}

/** Do events of the service arrive just now? */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    watcher => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => isConnected,
  )
}

/** Keeps everything that is shown of the workspace as it is now, by the events of the service. */
export function useLive(workspace: string): void {
  const client = useQueryClient()
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const source = new EventSource(eventsPath(workspace))
    const stale = createStale(client, workspace)
    const handlers = handlersOf(client, workspace, stale.add)
    let wasOpen = attempt > 0
    let again: number | undefined
    source.onopen = () => {
      setConnected(true)
      // what happened while nothing was heard
      if (wasOpen) void client.invalidateQueries({ queryKey: [workspace] })
      wasOpen = true
    }
    source.onerror = () => {
      setConnected(false)
      if (source.readyState !== EventSource.CLOSED) return
      // refused, which a browser takes for final: the session has ended, or a proxy answered for a service that starts anew
      void client.invalidateQueries({ queryKey: ['me'] })
      again = window.setTimeout(() => setAttempt(it => it + 1), AGAIN_MS)
    }
    for (const [name, handle] of Object.entries(handlers))
      source.addEventListener(name, event => handle(JSON.parse(event.data)))
    return () => {
      window.clearTimeout(again)
      source.close()
      stale.end()
      setConnected(false)
    }
  }, [client, workspace, attempt])
}

function handlersOf(client: QueryClient, ws: string, stale: (...kinds: readonly string[]) => void): Handlers {
  const patchFlow = (name: string, change: (flow: FlowView) => FlowView) =>
    client.setQueryData<Flows>([ws, 'flows'], held =>
      held ? { ...held, flows: held.flows.map(it => (it.name === name ? change(it) : it)) } : held,
    )
  const patchDetail = (name: string, change: (flow: FlowView) => FlowView) =>
    client.setQueryData<FlowView>([ws, 'flow', name], held => (held ? change(held) : held))
  const patch = (name: string, change: (flow: FlowView) => FlowView) => {
    patchFlow(name, change)
    patchDetail(name, change)
  }
  return {
    'flow.queued': () => stale('flows', 'flow'),
    'run.started': ({ flow, runId, trigger, actor, at }) => {
      patch(flow, it => ({ ...it, state: 'running', running: { runId, trigger, actor, since: at, counts: null } }))
      stale('runs', 'workspace')
    },
    'run.progress': ({ flow, runId, counts }) => {
      patch(flow, it => (it.running ? { ...it, running: { ...it.running, runId, counts } } : it))
      client.setQueryData<RunView>([ws, 'run', runId], held => (held?.state === 'running' ? { ...held, counts } : held))
      stale('records')
    },
    'run.ended': ({ flow, run }) => {
      patch(flow, it => ({ ...it, state: it.paused ? 'paused' : 'idle', running: null, lastRun: run }))
      client.setQueryData<RunView>([ws, 'run', run.id], run)
      stale('flows', 'flow', 'runs', 'records', 'dead-letters', 'dead-letter', 'workspace', 'lineage', 'connections')
    },
    'run.failed': () => stale('flows', 'flow', 'runs', 'workspace'),
    'flow.paused': () => stale('flows', 'flow', 'actions', 'workspace'),
    'connection.paused': () => stale('connections', 'flows', 'flow', 'actions', 'workspace'),
    reloaded: () => stale('flows', 'flow', 'workspace', 'connections'),
    delivery: () => stale('connections', 'workspace'),
  }
}

/** Collects what has to be read anew, and has it read now and then. */
function createStale(client: QueryClient, workspace: string) {
  const kinds = new Set<string>()
  let timer: number | undefined
  const flush = () => {
    timer = undefined
    for (const kind of kinds) void client.invalidateQueries({ queryKey: [workspace, kind] })
    kinds.clear()
  }
  return {
    add: (...more: readonly string[]) => {
      for (const kind of more) kinds.add(kind)
      timer ??= window.setTimeout(flush, AT_MOST_EVERY_MS)
    },
    end: () => window.clearTimeout(timer),
  }
}
