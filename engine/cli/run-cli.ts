import picocolors from 'picocolors'
import { systemClock } from '../core/clock.ts'
import { EngineError, toEngineError } from '../core/errors.ts'
import type { Context, Product, Terminal } from './context.ts'
import { envelope, envelopeError } from './envelope.ts'
import { EXIT, type ExitCode, exitOfKind } from './exit-codes.ts'
import { given } from './given.ts'
import { type Common, parse } from './program.ts'
import { showError, showStack } from './show/error.ts'
import type { End } from './verb.ts'
import { verbs } from './verbs.ts'

/** One command line from its words to its exit code. Never throws; never ends the process. */
export async function runCli(
  args: readonly string[],
  product: Product,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  // before parsing, since also a mistake in the words is answered in JSON
  let common: Common = { isJson: args.includes('--json'), isVerbose: args.includes('--verbose'), folder: undefined }
  try {
    const asked = parse(verbs, product.version, args)
    if (asked.is === 'text') {
      const stream = asked.isMistake ? terminal.stderr : terminal.stdout
      stream.write(asked.text)
      return asked.isMistake ? EXIT.configuration : EXIT.ok
    }
    common = asked.common
    const { verb } = asked
    const end = await verb.run?.(contextOf(product, terminal, signal, common), given(verb, asked.values))
    return end ? conclude(end, terminal, common) : EXIT.ok
  } catch (thrown) {
    return fail(thrown, terminal, signal, common)
  }
}

function conclude(end: End, terminal: Terminal, common: Common): ExitCode {
  if (common.isJson) terminal.stdout.write(envelope(end.exit === EXIT.ok, end.data, end.error))
  else {
    terminal.stdout.write(end.text())
    if (end.complaint) terminal.stderr.write(end.complaint())
  }
  return end.exit
}

function fail(thrown: unknown, terminal: Terminal, signal: AbortSignal, common: Common): ExitCode {
  const error = signal.aborted && !(thrown instanceof EngineError) ? cancelled(thrown) : toEngineError(thrown)
  if (common.isJson) terminal.stdout.write(envelope(false, {}, envelopeError(error)))
  else terminal.stderr.write(showError(error, coloursOf(terminal.stderr.isTTY, terminal.env)))
  if (common.isVerbose) terminal.stderr.write(showStack(error))
  return exitOfKind(error.kind)
}

function cancelled(cause: unknown): EngineError {
  return new EngineError({ kind: 'cancelled', code: 'RUN_CANCELLED', message: 'cancelled', cause })
}

function contextOf(product: Product, terminal: Terminal, signal: AbortSignal, common: Common): Context {
  return {
    product,
    terminal,
    clock: systemClock,
    signal,
    colours: coloursOf(terminal.stdout.isTTY, terminal.env),
    ...common,
    print: line => void terminal.stdout.write(`${line}\n`),
    note: line => {
      if (!common.isJson) terminal.stderr.write(`${line}\n`)
    },
  }
}

/** https://no-color.org: any value of NO_COLOR switches colours off. */
function coloursOf(isTerminal: boolean | undefined, env: Terminal['env']) {
  return picocolors.createColors(isTerminal === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb')
}
