import type { Context } from './context.ts'
import type { EnvelopeError } from './envelope.ts'
import type { ExitCode } from './exit-codes.ts'

/**
 * One verb of the command line as data: the parser, `--help`, the table in README.md and the documentation of `--json`
 * all derive from it.
 */
export interface Verb {
  readonly name: string
  readonly summary: string
  /** Further lines of `--help`. */
  readonly details?: string
  readonly arguments?: readonly ArgumentSpec[]
  readonly options?: readonly OptionSpec[]
  readonly examples: readonly Example[]
  /** Keys of the `--json` object beside `ok` and `error`, and what they hold. */
  readonly json: Readonly<Record<string, string>>
  /** `secret set`, `dead show` … */
  readonly verbs?: readonly Verb[]
  /** Absent: the verb is only a heading for `verbs`. Answers undefined when it has printed all there is. */
  run?(context: Context, given: Given): Promise<End | undefined>
}

/** What was typed, by the names of the verb's declaration. Asking for a name that is not declared is a defect. */
export interface Given {
  /** Argument or option; undefined when it was not given. */
  text(name: string): string | undefined
  /** A mandatory argument. */
  required(name: string): string
  /** Argument or option of many words; empty when none was given. */
  list(name: string): readonly string[]
  count(name: string): number | undefined
  is(name: string): boolean
}

export interface ArgumentSpec {
  readonly name: string
  readonly description: string
  readonly isOptional?: boolean
  readonly isMany?: boolean
}

/**
 * `flag` is on or off; `text` one word; `texts` one or more words, repeatable; `count` a whole number from `min` (default 1).
 * A value is shown in help as `<name>` of `value`.
 */
export interface OptionSpec {
  readonly name: string
  readonly kind: 'flag' | 'text' | 'texts' | 'count'
  readonly description: string
  readonly value?: string
  readonly choices?: readonly string[]
  readonly byDefault?: string
  readonly min?: number
}

export interface Example {
  readonly line: string
  readonly does: string
}

/** What a verb came to. `text` is what a person reads; `data` what `--json` prints. */
export interface End {
  readonly exit: ExitCode
  readonly data: Readonly<Record<string, unknown>>
  /** Standard output of a person's terminal; '' for nothing. */
  text(): string
  /** Standard error of a person's terminal, after `text`: what went wrong, and what to do. */
  complaint?(): string
  /** An error that was met and reported without being thrown (a failed run). */
  readonly error?: EnvelopeError
}
