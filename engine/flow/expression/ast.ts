import jsonata from 'jsonata'

/** JSONata's own syntax tree, as far as we look into it. `position` is the offset just behind the node's token. */
export interface AstNode {
  readonly type: string
  readonly value?: unknown
  readonly position?: number
  readonly steps?: readonly AstNode[]
  readonly stages?: readonly { readonly type: string; readonly expr?: AstNode; readonly value?: string }[]
  readonly predicate?: readonly { readonly type: string; readonly expr?: AstNode }[]
  readonly group?: { readonly lhs: readonly (readonly [AstNode, AstNode])[] }
  readonly lhs?: AstNode | readonly (readonly [AstNode, AstNode])[]
  readonly rhs?: AstNode | readonly (readonly [AstNode, AstNode])[]
  readonly arguments?: readonly AstNode[]
  readonly procedure?: AstNode
  readonly expressions?: readonly AstNode[]
  readonly expression?: AstNode
  readonly condition?: AstNode
  readonly then?: AstNode
  readonly else?: AstNode
  readonly body?: AstNode
  readonly terms?: readonly { readonly expression: AstNode }[]
  readonly pattern?: AstNode
  readonly update?: AstNode
  readonly delete?: AstNode
  readonly focus?: string
  readonly index?: string
  readonly keepArray?: boolean
}

export interface SyntaxFault {
  /** JSONata's code, `S0201`. */
  readonly code: string
  readonly message: string
  /** Offsets in the expression's text. */
  readonly start: number
  readonly end: number
}

export type Parsed =
  | { readonly ok: true; readonly program: jsonata.Expression; readonly ast: AstNode }
  | { readonly ok: false; readonly fault: SyntaxFault }

/** What one evaluation may cost; past it the record fails, not the run. */
export interface Limits {
  /** Per expression and record. */
  readonly timeoutMs: number
  /** Nested evaluations. */
  readonly depth: number
  /** Elements of one sequence. */
  readonly sequence: number
  /** Characters of all texts and names in one result. */
  readonly resultChars: number
}

export const DEFAULT_LIMITS: Limits = { timeoutMs: 1_000, depth: 500, sequence: 100_000, resultChars: 1_000_000 }

/** An expression text is at most this long. */
export const EXPRESSION_LENGTH = 50_000

export function parseExpression(text: string, limits: Limits = DEFAULT_LIMITS): Parsed {
  if (text.length > EXPRESSION_LENGTH)
    return { ok: false, fault: { code: 'S0207', message: 'The expression is too long', start: 0, end: text.length } }
  try {
    const program = jsonata(text, { timeout: limits.timeoutMs, stack: limits.depth, sequence: limits.sequence })
    // the declared type of the tree is narrower than the tree; ours is the shape that we read
    return { ok: true, program, ast: program.ast() as unknown as AstNode }
  } catch (thrown) {
    return { ok: false, fault: syntaxFault(text, thrown) }
  }
}

function syntaxFault(text: string, thrown: unknown): SyntaxFault {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Partial<jsonata.JsonataError>
  const code = typeof error.code === 'string' ? error.code : 'S0206'
  const message = typeof error.message === 'string' ? error.message : String(thrown)
  return { code, message, ...faultSpan(text, code, error) }
}

/** JSONata points behind the token it stumbled over; people look for its beginning. */
function faultSpan(text: string, code: string, error: Partial<jsonata.JsonataError>): { start: number; end: number } {
  const position = typeof error.position === 'number' ? error.position : text.length
  const token = typeof error.token === 'string' ? error.token : ''
  if (token === '(end)') return { start: text.trimEnd().length, end: text.trimEnd().length }
  const behind = Math.max(0, position - token.length)
  if (token !== '' && text.slice(behind, position) === token) return { start: behind, end: position }
  if (code === 'S0101' || code === 'S0105' || code === 'S0106' || code === 'S0302')
    return { start: openingOf(text, code), end: text.length }
  const quoted = ['"', "'", '`'].includes(text[position - 1] ?? '')
  const start = quoted ? text.lastIndexOf(text[position - 1] ?? '', position - 2) : position - 1
  return { start: Math.max(0, start), end: Math.max(position, 1) }
}

/** Where the text, name, comment or regular expression begins that is never closed. */
function openingOf(text: string, code: string): number {
  if (code === 'S0106') return Math.max(0, text.lastIndexOf('/*'))
  let open = 0
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (quote !== '') {
      if (letter === '\\' && quote !== '`') at++
      else if (letter === quote) quote = ''
    } else if (letter === '"' || letter === "'" || letter === '`' || (code === 'S0302' && letter === '/')) {
      quote = letter
      open = at
    }
  }
  return open
}

/** Offset where a node's own token begins: a name's first letter, a variable's `$`. */
export function tokenStart(text: string, node: AstNode): number {
  const end = node.position ?? 0
  if (node.type === 'variable') return Math.max(0, end - String(node.value).length - 1)
  if (node.type === 'name') {
    const name = String(node.value)
    const last = text[end - 1]
    if (last === '`' || last === '"' || last === "'") {
      const open = text.lastIndexOf(last, end - 2)
      return open < 0 ? Math.max(0, end - 1) : open
    }
    return Math.max(0, end - name.length)
  }
  if (node.type === 'string') {
    const open = text.lastIndexOf(text[end - 1] ?? '"', end - 2)
    return Math.max(0, open)
  }
  return Math.max(0, end - 1)
}
