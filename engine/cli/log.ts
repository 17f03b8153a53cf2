import type { JsonObject } from '../core/record.ts'
import type { Log } from '../sdk/connector.ts'
import type { Context } from './context.ts'

/** What connectors and runs have to say, on standard error: warnings always, the rest with `--verbose`. */
export function logOf(context: Pick<Context, 'terminal' | 'isVerbose'>): Log {
  const line = (level: string) => (message: string, fields?: JsonObject) => {
    const more = fields && Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''
    context.terminal.stderr.write(`${level}: ${message}${more}\n`)
  }
  const quiet = () => {}
  return {
    debug: context.isVerbose ? line('debug') : quiet,
    info: context.isVerbose ? line('info') : quiet,
    warn: line('warning'),
  }
}
