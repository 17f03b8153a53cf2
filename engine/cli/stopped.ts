import type { Context } from './context.ts'
import type { OptionSpec } from './verb.ts'

/** For verbs that serve until they are told to stop: whoever started one by a pipe need not remember to end it. */
export const UNTIL_STDIN_CLOSES: OptionSpec = {
  name: 'until-stdin-closes',
  kind: 'flag',
  description: 'stop as well when standard input ends: nothing outlives who started it',
}

/** Resolves when somebody wants it to stop. */
export function stopped({ signal, terminal }: Context, untilStdinCloses: boolean): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (!untilStdinCloses) return
    const { stdin } = terminal
    for (const event of ['end', 'close', 'error']) stdin.once(event, () => resolve())
    stdin.resume()
  })
}
