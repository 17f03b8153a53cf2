import { invalidParameters } from '../answers.ts'

export type Token =
  | { readonly is: 'word'; readonly text: string }
  | { readonly is: 'string'; readonly value: string }
  | { readonly is: 'number'; readonly value: number | bigint; readonly suffixed: boolean }
  /** `exact`: with a time and a zone, as v1.0 wants it. Milliseconds since 1970. */
  | { readonly is: 'date'; readonly at: number; readonly exact: boolean }
  | { readonly is: '(' | ')' | ',' }

const PATTERNS: readonly (readonly [RegExp, (match: RegExpExecArray) => Token])[] = [
  [/^datetime'(\d{4}-\d\d-\d\d)(T[\d:.]+)?'/, ([, day = '']) => dateOf(day, 'T00:00:00Z', false)],
  [/^'((?:[^']|'')*)'/, ([, inner = '']) => ({ is: 'string', value: inner.replaceAll("''", "'") })],
  [
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?(?![\w-])/,
    ([, day = '', time]) => dateOf(day, time ?? 'T00:00:00Z', time !== undefined),
  ],
  [
    /^(-?\d+(?:\.\d+)?)([mMdDfFlL])?(?!\w)/,
    ([, n, suffix]) => ({ is: 'number', value: numberOf(n ?? ''), suffixed: !!suffix }),
  ],
  [/^[A-Za-z_][\w/]*/, ([word]) => ({ is: 'word', text: word })],
  [/^\(/, () => ({ is: '(' })],
  [/^\)/, () => ({ is: ')' })],
  [/^,/, () => ({ is: ',' })],
]

const numberOf = (text: string) => (/^\d{16,}$/.test(text) ? BigInt(text) : Number(text))

function dateOf(day: string, time: string, exact: boolean): Token {
  const at = Date.parse(`${day}${time}`)
  if (Number.isNaN(at)) throw invalidParameters(`Unrecognized date literal '${day}${time}' in $filter.`)
  return { is: 'date', at, exact }
}

export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = []
  let rest = filter.trimStart()
  while (rest !== '') {
    const [length, token] = nextOf(rest)
    tokens.push(token)
    rest = rest.slice(length).trimStart()
  }
  return tokens
}

function nextOf(rest: string): readonly [number, Token] {
  for (const [pattern, make] of PATTERNS) {
    const match = pattern.exec(rest)
    if (match) return [match[0].length, make(match)]
  }
  throw invalidParameters(`Syntax error in $filter at '${rest.slice(0, 20)}'.`)
}
