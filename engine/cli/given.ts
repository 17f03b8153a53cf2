import { EngineError } from '../core/errors.ts'
import { usage } from './usage.ts'
import type { Given, Verb } from './verb.ts'

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
