import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { COMMON_ERRORS } from '../sdk/index.ts'

/** An error code as the source text raises it. */
export interface RaisedCode {
  readonly code: string
  readonly kind: string
  readonly remedy: string
  /** Files, relative to the repository. */
  readonly files: readonly string[]
}

/** Where a code stands: in an error of its own, or where the rest of it is common to all connectors. */
const CODE = new RegExp(
  `(?:code: |(${Object.keys(COMMON_ERRORS).join('|')})(?::|\\()\\s*)'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'`,
  'g',
)
const COMMON: ReadonlyMap<string, { readonly kind: string; readonly remedy: string }> = new Map(
  Object.entries(COMMON_ERRORS),
)
const KIND = /kind: '([a-z-]+)'/
const REMEDY = /remedy:\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|`([^`]*)`)/

/** Every code that engine and connectors raise, beside the diagnostics; sandboxes answer in the words of other systems. */
export function raisedCodes(root: string, left: (code: string) => boolean): readonly RaisedCode[] {
  const found = new Map<string, { kind: string; remedy: string; files: Set<string> }>()
  const files = [...globSync('engine/**/*.ts', { cwd: root }), ...globSync('connectors/**/*.ts', { cwd: root })]
    .map(it => it.split(sep).join('/'))
    .filter(it => !it.includes('/sandbox/') && !it.startsWith('engine/reference/'))
    .sort()
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const match of text.matchAll(CODE)) {
      const [, raiser = '', code = ''] = match
      if (left(code)) continue
      const entry = found.get(code) ?? { kind: '', remedy: '', files: new Set() }
      const { kind, remedy } = COMMON.get(raiser) ?? writtenIn(surroundings(text, match.index))
      entry.kind ||= kind
      entry.remedy ||= remedy
      entry.files.add(file)
      found.set(code, entry)
    }
  }
  return [...found]
    .map(([code, it]) => ({ code, kind: it.kind, remedy: it.remedy, files: [...it.files] }))
    .sort((a, b) => a.code.localeCompare(b.code))
}

function writtenIn(literal: string): { readonly kind: string; readonly remedy: string } {
  const remedy = REMEDY.exec(literal)
  return {
    kind: KIND.exec(literal)?.[1] ?? '',
    remedy: (remedy?.[1] ?? remedy?.[2] ?? remedy?.[3] ?? '').replaceAll("\\'", "'"),
  }
}

/** The object literal around an offset. */
function surroundings(text: string, at: number): string {
  let depth = 0
  let start = at
  for (; start > 0; start--) {
    if (text[start] === '}') depth++
    if (text[start] === '{' && depth-- === 0) break
  }
  depth = 0
  let end = at
  for (; end < text.length; end++) {
    if (text[end] === '{') depth++
    if (text[end] === '}' && depth-- === 0) break
  }
  return text.slice(start, end + 1)
}
