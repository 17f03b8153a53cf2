import type { Colors } from 'picocolors/types.js'
import type { EngineError, Failure } from '../../core/errors.ts'

/** An error for a person: what and where, the other system's own words, what to do. */
export function showError(error: EngineError | Failure, colours: Colors): string {
  const lines = [`${colours.red('✗')} ${error.message}  ${colours.dim(error.code)}`]
  if (error.said) lines.push(`  they said: ${error.said}`)
  if (error.field) lines.push(`  field: ${error.field}`)
  if (error.remedy) lines.push(`  ${colours.cyan('→')} ${error.remedy}`)
  return `${lines.join('\n')}\n`
}

/** For `--verbose`: the stack, and those of the causes. */
export function showStack(error: EngineError): string {
  const stacks: string[] = []
  for (let it: unknown = error; it instanceof Error; it = it.cause) stacks.push(it.stack ?? it.message)
  return `${stacks.join('\ncaused by: ')}\n`
}
