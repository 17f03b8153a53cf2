import { EngineError } from '../core/errors.ts'

/** A mistake on the command line itself. */
export function usage(message: string, remedy: string): EngineError {
  return new EngineError({ kind: 'configuration', code: 'CLI_USAGE', message, remedy })
}
