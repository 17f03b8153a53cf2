import { closest } from 'fastest-levenshtein'
import { EngineError } from '../core/errors.ts'
import { usage } from './usage.ts'

/** What somebody who typed `name` may have meant, and what there is. */
export function didYouMean(name: string, valid: readonly string[]): string {
  if (valid.length === 0) return 'There is none.'
  const near = closest(name, [...valid])
  const isNear = near.includes(name) || sharedStart(near, name) >= 3 || distanceIsSmall(near, name)
  return `${isNear ? `Did you mean ${near}? ` : ''}There is: ${valid.join(', ')}.`
}

function sharedStart(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  return at
}

function distanceIsSmall(near: string, name: string): boolean {
  // `closest` found the nearest of all; it helps when most letters agree
  const letters = new Set(near.toLowerCase())
  const shared = [...name.toLowerCase()].filter(it => letters.has(it)).length
  return shared >= Math.min(near.length, name.length) * 0.7
}

/** The member of that name, or CLI_UNKNOWN with a suggestion. */
export function named<T>(what: string, name: string, all: ReadonlyMap<string, T>): T {
  const found = all.get(name)
  if (found !== undefined) return found
  throw new EngineError({
    kind: 'configuration',
    code: 'CLI_UNKNOWN',
    message: `there is no ${what} "${name}"`,
    remedy:
      all.size === 0
        ? `The workspace has no ${what} yet: name one in ml-connector.yaml.`
        : didYouMean(name, [...all.keys()]),
  })
}

/** `k=v` words as an object; the names are checked. */
export function pairs(option: string, words: readonly string[], valid: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    const name = at < 0 ? word : word.slice(0, at)
    if (at < 1) throw usage(`--${option} ${word} has no value`, `Write --${option} name=value.`)
    if (!valid.includes(name)) throw usage(`--${option} ${name} is not known`, didYouMean(name, valid))
    found[name] = word.slice(at + 1)
  }
  return found
}
