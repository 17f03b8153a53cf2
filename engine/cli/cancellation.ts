import { EXIT } from './exit-codes.ts'

interface Signalled {
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown }
  on(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  exit(code: number): void
}

/** A terminal sends Ctrl-C to every process of its group, and the launcher passes on what it gets: one press may come twice. */
const ONE_PRESS_MS = 250

/**
 * The first Ctrl-C (or SIGTERM) cancels: what was written is settled and connections are closed. The second one ends the process
 * there and then; what that leaves open is what a crash leaves, and the next run recovers from it.
 */
export function cancellation(of: Signalled, now = () => performance.now()): AbortSignal {
  const controller = new AbortController()
  let since = 0
  const cancel = () => {
    if (controller.signal.aborted) {
      if (now() - since >= ONE_PRESS_MS) of.exit(EXIT.cancelled)
      return
    }
    since = now()
    // a person waits for something to happen; a log need not know
    if (of.stderr.isTTY) of.stderr.write('\nStopping. Ctrl-C again ends at once.\n')
    controller.abort()
  }
  of.on('SIGINT', cancel)
  of.on('SIGTERM', cancel)
  return controller.signal
}
