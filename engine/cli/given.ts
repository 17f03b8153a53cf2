import { EngineError } from '../core/errors.ts'
import type { Verb } from './verb.ts'

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

export function given(verb: Verb, values: Readonly<Record<string, unknown>>): Given {
  const declared = new Map(
    [...(verb.arguments ?? []), ...(verb.options ?? [])].map(it => [it.name, it as { readonly min?: number }]),
  )
  const value = (name: string): unknown => {
    if (!declared.has(name))
      throw new EngineError({ kind: 'defect', code: 'ENGINE_DEFECT', message: `${verb.name} declares no "${name}"` })
    return values[name]
  }
  const text = (name: string) => {
    const it = value(name)
    return typeof it === 'string' ? it : undefined
  }
  return {
    text,
    required: name => text(name) ?? '',
    list: name => {
      const it = value(name)
      return Array.isArray(it) ? it.map(String) : typeof it === 'string' ? [it] : []
    },
    count: name => {
      const it = text(name)
      return it === undefined ? undefined : wholeNumber(name, it, declared.get(name)?.min ?? 1)
    },
    is: name => value(name) === true,
  }
}

function wholeNumber(name: string, text: string, min: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= min) return number
  throw usage(`--${name} is "${text}"`, `Give a whole number from ${min}.`)
}

/** A mistake on the command line itself. */
export function usage(message: string, remedy: string): EngineError {
  return new EngineError({ kind: 'configuration', code: 'CLI_USAGE', message, remedy })
}
