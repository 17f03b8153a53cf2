/** JSONata's own functions that a flow may use: fewest and most arguments, and how few make it take the context as the first. */
export interface Builtin {
  readonly least: number
  readonly most: number
  /** With fewer arguments than this the context stands in. */
  readonly context: number
}

const plain = (least: number, most = least): Builtin => ({ least, most, context: 0 })
/** The first argument may be left out. */
const contextual = (required: number, most = required): Builtin => ({ least: required - 1, most, context: required })

/** `$random` and `$shuffle` give another answer each time, so every run would write every record; `$eval` escapes all checks. */
export const LEFT_OUT: ReadonlySet<string> = new Set(['random', 'shuffle', 'eval'])

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  abs: contextual(1),
  append: plain(2),
  assert: plain(1, 2),
  average: plain(1),
  base64decode: contextual(1),
  base64encode: contextual(1),
  boolean: contextual(1),
  ceil: contextual(1),
  clone: contextual(1),
  contains: contextual(2),
  count: plain(1),
  decodeUrl: contextual(1),
  decodeUrlComponent: contextual(1),
  distinct: plain(1),
  each: contextual(2),
  encodeUrl: contextual(1),
  encodeUrlComponent: contextual(1),
  error: plain(0, 1),
  exists: plain(1),
  filter: plain(2),
  floor: contextual(1),
  formatBase: contextual(1, 2),
  formatInteger: contextual(2),
  formatNumber: contextual(2, 3),
  fromMillis: contextual(1, 3),
  join: plain(1, 2),
  keys: contextual(1),
  length: contextual(1),
  lookup: contextual(2),
  lowercase: contextual(1),
  map: plain(2),
  match: contextual(2, 3),
  max: plain(1),
  merge: plain(1),
  millis: plain(0),
  min: plain(1),
  not: contextual(1),
  now: plain(0, 2),
  number: contextual(1),
  pad: contextual(2, 3),
  parseInteger: contextual(2),
  power: contextual(2),
  reduce: plain(2, 3),
  replace: contextual(3, 4),
  reverse: plain(1),
  round: contextual(1, 2),
  sift: contextual(2),
  single: plain(1, 2),
  sort: plain(1, 2),
  split: contextual(2, 3),
  spread: contextual(1),
  sqrt: contextual(1),
  string: contextual(1, 2),
  substring: contextual(2, 3),
  substringAfter: contextual(2),
  substringBefore: contextual(2),
  sum: plain(1),
  toMillis: contextual(1, 2),
  trim: contextual(1),
  type: plain(1),
  uppercase: contextual(1),
  zip: plain(1, 99),
}
