import type { Action } from '../core/operations.ts'
import type { DispatchEvent } from '../dispatch/index.ts'

/** What happens in the service, for whoever listens: live pages, metrics, alerts, logs. */
export type ServiceEvent =
  | DispatchEvent
  | { readonly is: 'reloaded'; readonly workspace: string; readonly mistakes: number }
  | {
      readonly is: 'paused'
      readonly workspace: string
      readonly subject: string
      readonly by: string
      readonly reason: string
    }
  | { readonly is: 'resumed'; readonly workspace: string; readonly subject: string; readonly by: string }
  | { readonly is: 'acted'; readonly workspace: string; readonly action: Action }
  | {
      readonly is: 'delivered'
      readonly workspace: string
      readonly connection: string
      readonly entity: string
      readonly keys: number
    }
  | {
      readonly is: 'delivery-refused'
      readonly workspace: string
      readonly connection: string
      readonly because: 'signature' | 'size' | 'rate' | 'shape' | 'slow' | 'unknown'
    }
  /** A schedule found changes that should have been delivered. */
  | {
      readonly is: 'missed'
      readonly workspace: string
      readonly connection: string
      readonly flow: string
      readonly records: number
    }

export interface Hub {
  tell(event: ServiceEvent): void
  /** Until the answered function is called. What a listener throws is nobody else's concern, and is told to `warn`. */
  listen(listener: (event: ServiceEvent) => void): () => void
}

export function createHub(warn: (message: string) => void): Hub {
  const listeners = new Set<(event: ServiceEvent) => void>()
  return {
    tell: event => {
      for (const listener of listeners)
        try {
          listener(event)
        } catch (thrown) {
          warn(`a listener failed on ${event.is}: ${String(thrown)}`)
        }
    },
    listen: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The workspace that an event is about. */
export function workspaceOf(event: ServiceEvent): string {
  return 'ref' in event ? event.ref.workspace : event.workspace
}
