import { EXIT } from './exit-codes.ts'

interface Signalled {
  on(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  exit(code: number): void
}

/**
 * The first Ctrl-C (or SIGTERM) cancels: what was written is settled and connections are closed. The second one ends the process
 * there and then; what that leaves open is what a crash leaves, and the next run recovers from it.
 */
export function cancellation(of: Signalled): AbortSignal {
  const controller = new AbortController()
  const cancel = () => {
    if (controller.signal.aborted) of.exit(EXIT.cancelled)
    controller.abort()
  }
  of.on('SIGINT', cancel)
  of.on('SIGTERM', cancel)
  return controller.signal
}
