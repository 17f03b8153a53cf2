import type { ErrorObject } from 'ajv/dist/2020.js'
import { suggest } from '../diagnostics/suggest.ts'
import { type Described, describeError } from './describe-error.ts'

/**
 * Schema errors → mistakes: a misspelt key is not also a missing one, a wrong type not also a wrong value. `whole` is what the schema
 * describes, as messages call it.
 */
export function reduce(errors: readonly ErrorObject[], whole?: string): readonly Described[] {
  const all = errors.flatMap(it => describeError(it, whole) ?? [])
  const misspelt = all.flatMap(it =>
    it.kind === 'unknown-key'
      ? suggest(it.written ?? '', it.valid ?? [])
          .slice(0, 1)
          .map(key => [...it.path.slice(0, -1), key])
      : [],
  )
  const same = (a: readonly unknown[], b: readonly unknown[]) => JSON.stringify(a) === JSON.stringify(b)
  const typed = new Set(all.filter(it => it.kind === 'type').map(it => JSON.stringify(it.path)))
  const seen = new Set<string>()
  return all.filter(it => {
    if (it.kind === 'missing-key' && misspelt.some(path => same(path, [...it.path, it.written]))) return false
    if (it.kind === 'value' && typed.has(JSON.stringify(it.path))) return false
    const id = JSON.stringify([it.path, it.at, it.kind === 'missing-key' ? it.written : ''])
    if (seen.has(id)) return false
    seen.add(id)
    return true
  })
}
