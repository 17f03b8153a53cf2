import { invalidKey, resourceNotFound } from './answers.ts'
import type { ResourceDef } from './resources/definition.ts'
import { joinKey } from './store/company.ts'

/** `/Sage300WebApi/v1.0/-/SAMINC/AP/APVendors('1200')`, taken apart (fact sheet 2). */
export interface Address {
  readonly company: string
  readonly module: string
  /** `APVendors`, `$metadata`, or '' where the path ends at the module. */
  readonly name: string
  /** What stands between the parentheses; undefined without any. */
  readonly key: string | undefined
}

export const ROOT = '/Sage300WebApi'

/** Throws `ResourceNotFound` for a path of any other shape. The server decodes before it splits: an encoded slash is a slash. */
export function parseAddress(path: string): Address {
  const decoded = decode(path)
  const match = /^\/Sage300WebApi\/v1\.0\/-\/([^/]+)\/([A-Za-z]{2})(?:\/([$A-Za-z0-9]+)(?:\((.*)\))?)?$/i.exec(decoded)
  const [, company, module, name = '', key] = match ?? []
  if (company === undefined || module === undefined) throw resourceNotFound(decoded)
  // a slash in a key makes a path of more steps, and nothing is there
  if (key?.includes('/')) throw resourceNotFound(decoded)
  return { company, module, name, key }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw resourceNotFound(path)
  }
}

/** The key that a table knows: `1200`, `'1200'`, `CustomerNumber='1200'`, or a composite one, named in any order or in that of the metadata. */
export function parseKey(def: ResourceDef, given: string): string {
  const segments = split(given)
  const isNamed = segments.every(it => /^[A-Za-z]\w*=/.test(it))
  if (segments.length !== def.key.length) throw invalidKey(`The key of ${def.name} is ${def.key.join(', ')}.`)
  if (!isNamed) return joinKey(segments.map((it, at) => literal(def, def.key[at] ?? '', it)))
  const named = new Map(segments.map(it => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)]))
  return joinKey(
    def.key.map(name => {
      const value = named.get(name)
      if (value === undefined) throw invalidKey(`The key of ${def.name} lacks ${name}.`)
      return literal(def, name, value)
    }),
  )
}

/** At commas that stand in no quotes. */
function split(text: string): string[] {
  const parts: string[] = []
  let [part, isQuoted] = ['', false]
  for (const character of text) {
    if (character === "'") isQuoted = !isQuoted
    if (character === ',' && !isQuoted) {
      parts.push(part.trim())
      part = ''
    } else part += character
  }
  if (isQuoted) throw invalidKey('A quote of the key is not closed.')
  return [...parts, part.trim()]
}

function literal(def: ResourceDef, name: string, given: string): string {
  const quoted = /^'((?:[^']|'')*)'$/.exec(given)?.[1]?.replaceAll("''", "'")
  if (quoted === undefined && given.includes("'")) throw invalidKey(`${given} is not a value of a key.`)
  const text = quoted ?? given
  // unquoted text may be sent where it holds no blank (documented)
  if (text === '' || (quoted === undefined && text.includes(' '))) throw invalidKey(`${name} of the key is not valid.`)
  if (def.fields.get(name)?.kind !== 'number') return text.trimEnd()
  if (!/^\d{1,19}$/.test(text)) throw invalidKey(`${name} of the key is a number.`)
  return text.replace(/^0+(?=\d)/, '')
}
