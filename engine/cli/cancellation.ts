import { EXIT } from './exit-codes.ts'

interface Signalled {
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown }
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
    // a person waits for something to happen; a log need not know
    if (of.stderr.isTTY) of.stderr.write('\nStopping. Ctrl-C again ends at once.\n')
    controller.abort()
  }
  of.on('SIGINT', cancel)
  of.on('SIGTERM', cancel)
  return controller.signal
}
