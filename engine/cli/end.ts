import { EXIT, type ExitCode } from './exit-codes.ts'
import type { End } from './verb.ts'

/** A verb that did what it was asked to. */
export function done(data: End['data'], text: () => string): End {
  return { exit: EXIT.ok, data, text }
}

export function ended(exit: ExitCode, data: End['data'], text: () => string): End {
  return { exit, data, text }
}
