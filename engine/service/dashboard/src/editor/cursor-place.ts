/** Where in a YAML text somebody writes: by indentation, since a text that is being written seldom parses. */
export interface CursorPlace {
  /** Keys from the root to the mapping that holds the cursor; `[]` for an item of a list. */
  readonly path: readonly string[]
  /** Set when the cursor is where the value of this key goes. */
  readonly keyOfValue: string | null
  /** What stands before the cursor of the key or value that is being written. */
  readonly typed: string
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#:{}[\],"'][^:{}[\],]*?)\s*:(?:\s+|$)/

export function cursorPlace(before: string): CursorPlace {
  const lines = before.split('\n')
  const line = lines.pop() ?? ''
  const { indent, dashes, text } = opened(line)
  const own: string[] = []
  let rest = text
  let keyOfValue: string | null = null
  const key = KEY.exec(rest)
  if (key) {
    keyOfValue = plain(key[1] ?? '')
    rest = rest.slice(key[0].length)
  }
  const flow = flowPlace(rest)
  if (flow) {
    if (keyOfValue !== null) own.push(keyOfValue)
    own.push(...flow.path)
    keyOfValue = flow.keyOfValue
    rest = flow.typed
  }
  const outer = outerPath(lines, indent - dashes * 2, dashes > 0)
  return {
    path: [...outer, ...Array.from({ length: dashes }, () => '[]'), ...own],
    keyOfValue,
    typed: rest.trimStart(),
  }
}

interface Opened {
  /** Column at which the text begins, behind the dashes. */
  readonly indent: number
  readonly dashes: number
  readonly text: string
}

function opened(line: string): Opened {
  const [lead = ''] = /^(?:\s|-\s+|-$)*/.exec(line) ?? []
  return { indent: lead.length, dashes: lead.split('-').length - 1, text: line.slice(lead.length) }
}

/** Keys of the lines above that hold one at this column. `isItem`: the list may stand as far left as the key that holds it. */
function outerPath(above: readonly string[], column: number, isItem: boolean): readonly string[] {
  const path: string[] = []
  let limit = column
  let mayBeLevel = isItem
  for (const line of above.toReversed()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const { indent, dashes, text } = opened(line)
    const start = indent - dashes * 2
    const key = KEY.exec(text)
    // a sibling within the same item: the item's dash is what holds us
    if (dashes > 0 && indent <= limit) {
      if (indent < limit && key) path.unshift(plain(key[1] ?? ''))
      for (let dash = 0; dash < dashes; dash++) path.unshift('[]')
      limit = start
      mayBeLevel = true
      continue
    }
    if (indent > limit || (indent === limit && !mayBeLevel) || dashes > 0 || !key) continue
    path.unshift(plain(key[1] ?? ''))
    limit = indent
    mayBeLevel = false
    if (limit === 0) break
  }
  return path
}

/** Within `{ a: 1, b: { c` of one line; undefined where no bracket is open. */
function flowPlace(text: string): CursorPlace | undefined {
  const path: string[] = []
  let segment = ''
  let quote = ''
  let depth = 0
  for (const letter of text) {
    if (quote !== '') {
      if (letter === quote) quote = ''
      segment += letter
    } else if (letter === '"' || letter === "'") {
      quote = letter
      segment += letter
    } else if (letter === '{' || letter === '[') {
      const key = KEY.exec(segment.trimStart())
      if (depth > 0) path.push(key ? plain(key[1] ?? '') : '[]')
      if (letter === '[') path.push('[]')
      depth++
      segment = ''
    } else if (letter === '}' || letter === ']') {
      depth--
      if (letter === ']') path.pop()
      if (depth > 0) path.pop()
      segment = ''
    } else if (letter === ',' && depth > 0) segment = ''
    else segment += letter
  }
  if (depth <= 0) return undefined
  const begun = segment.trimStart()
  const key = KEY.exec(begun)
  if (!key) return { path, keyOfValue: null, typed: begun }
  return { path, keyOfValue: plain(key[1] ?? ''), typed: begun.slice(key[0].length) }
}

const plain = (key: string) => key.trim().replace(/^(["'])(.*)\1$/, '$2')
