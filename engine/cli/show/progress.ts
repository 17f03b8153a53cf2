import type { Progress } from '../../run/index.ts'
import type { Context } from '../context.ts'

const EVERY_MS = 100

/** One line on a terminal's standard error that says how far a run is; nothing anywhere else. */
export function progressLine(context: Pick<Context, 'terminal' | 'isJson'>): {
  show(progress: Progress): void
  clear(): void
} {
  const { stderr } = context.terminal
  if (context.isJson || !stderr.isTTY) return { show: () => {}, clear: () => {} }
  let shownAt = 0
  return {
    show: ({ flow, entity, counts }) => {
      if (Date.now() - shownAt < EVERY_MS) return
      shownAt = Date.now()
      const text = `${flow} ${entity}: ${counts.read} read, ${counts.written} written, ${counts.dead} dead, ${counts.calls} calls`
      stderr.write(`\r\u001b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`)
    },
    clear: () => void stderr.write('\r\u001b[K'),
  }
}
