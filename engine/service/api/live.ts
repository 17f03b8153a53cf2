import type { RunCounts } from '../../core/ledger.ts'
import type { ServiceEvent } from '../hub.ts'
import type { Service } from '../service.ts'
import type { PingView } from './views.ts'

/** What is only known while the service lives. */
export interface Live {
  /** Of the run that goes on; undefined before its first page. */
  counts(workspace: string, flow: string): RunCounts | undefined
  lastPing(workspace: string, connection: string): PingView | undefined
  notePing(workspace: string, connection: string, ping: PingView): void
  close(): void
}

export function createLive({ hub }: Pick<Service, 'hub'>): Live {
  const counts = new Map<string, RunCounts>()
  const pings = new Map<string, PingView>()
  const nameOf = (workspace: string, it: string) => `${workspace}/${it}`
  const close = hub.listen((event: ServiceEvent) => {
    if (event.is === 'progress') counts.set(nameOf(event.ref.workspace, event.ref.flow), { ...event.progress.counts })
    if (event.is === 'ended' || event.is === 'failed') counts.delete(nameOf(event.ref.workspace, event.ref.flow))
  })
  return {
    counts: (workspace, flow) => counts.get(nameOf(workspace, flow)),
    lastPing: (workspace, connection) => pings.get(nameOf(workspace, connection)),
    notePing: (workspace, connection, ping) => void pings.set(nameOf(workspace, connection), ping),
    close,
  }
}
