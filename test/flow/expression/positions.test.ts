import { expect } from 'chai'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { createReporter } from '../../../engine/flow/diagnostics/diagnostic.ts'
import { positionAt, sourceFile } from '../../../engine/flow/diagnostics/source-file.ts'
import { sourceOffsets } from '../../../engine/flow/expression/text-position.ts'
import { readYaml } from '../../../engine/flow/read/read-yaml.ts'
import { entryOf } from '../../../engine/flow/read/tree.ts'
import { checkFlow } from '../support.ts'

const MARK = '⟦'

/** Wrong JSONata; ⟦ stands where people look for the mistake. */
const WRONG: readonly { readonly what: string; readonly text: string; readonly code: string }[] = [
  { what: 'an operator without its right side', text: `NAME &${MARK}`, code: 'S0207' },
  { what: 'an open bracket', text: `(NAME${MARK}`, code: 'S0203' },
  { what: 'two values side by side', text: `NAME ${MARK}STATUS`, code: 'S0201' },
  { what: 'an open call', text: `$uppercase(NAME${MARK}`, code: 'S0203' },
  { what: 'a comma before a closing bracket', text: `[NAME, ${MARK}]`, code: 'S0211' },
  { what: 'a text without its closing quote', text: `NAME & ${MARK}"abc`, code: 'S0101' },
  { what: 'a doubled operator', text: `NAME = ${MARK}= "x"`, code: 'S0211' },
  { what: 'an operator of another language', text: `NAME !=${MARK}= "x"`, code: 'S0211' },
  { what: 'an operator that does not exist', text: `NAME ${MARK}! STATUS`, code: 'S0204' },
  { what: 'an assignment to a field', text: `(${MARK}NAME := 1)`, code: 'S0212' },
  { what: 'an unknown escape', text: `NAME & "a${MARK}\\q"`, code: 'S0103' },
  { what: 'an open comment', text: `NAME ${MARK}/* why`, code: 'S0106' },
  { what: 'an open quoted name', text: `CONTACT.${MARK}\`PHONE 1`, code: 'S0105' },
  { what: 'a parameter without $', text: `$map(LINES, function(${MARK}x){ 1 })`, code: 'S0208' },
]

const single = (text: string) => text.replaceAll("'", "''")
const double = (text: string) => JSON.stringify(text).slice(1, -1).replace('NAME', '\\u004EAME')

/** How each style writes a value: `open` + encoded + `close`, the value perhaps preceded by more lines. */
const STYLES: readonly {
  readonly style: string
  readonly open: string
  readonly close: string
  readonly encode: (text: string) => string
}[] = [
  { style: 'plain', open: '', close: '', encode: it => it },
  { style: 'plain over two lines', open: '$exists(NAME) and\n    ', close: '', encode: it => it },
  { style: 'single quoted', open: "'", close: "'", encode: single },
  { style: 'single quoted over lines', open: "'$exists(NAME) and\n\n    ", close: "'", encode: single },
  { style: 'double quoted', open: '"', close: '"', encode: double },
  { style: 'double quoted over lines', open: '"\\t$exists(NAME)\\n and \\\n      ', close: '"', encode: double },
  { style: 'literal', open: '|\n    $exists(NAME)\n      and ', close: '\n', encode: it => it },
  {
    style: 'literal with indentation indicator',
    open: '|2-\n      $exists(NAME)\n    and ',
    close: '\n',
    encode: it => it,
  },
  { style: 'folded', open: '>-\n    $exists(NAME)\n    and\n    ', close: '\n', encode: it => it },
  {
    style: 'folded with blank and indented lines',
    open: '>+\n    $exists(NAME)\n\n      and\n    true and\n    ',
    close: '\n',
    encode: it => it,
  },
]

const cannotBePlain = (text: string) => / #|: |^[[\]{}"'`@!|>%*&]/.test(text)

describe('a syntax error of JSONata', () => {
  for (const { style, open, close, encode } of STYLES)
    describe(`in a ${style} scalar`, () => {
      for (const { what, text, code } of WRONG) {
        if (style.startsWith('plain') && cannotBePlain(text.replace(MARK, ''))) continue
        it(`points at ${what}`, () => {
          const [before = '', after = ''] = text.split(MARK)
          const head = `flow: x\nsource: { connector: toy-erp, entity: VENDOR }\nmap:\n  Account_Name: ${open}${encode(before)}`
          const flow = `${head}${encode(after)}${close}\n  ERP_ID: VENDORID\nsink: { connector: toy-crm, entity: Accounts, match: ERP_ID }\n`
          // after nothing, the place is just behind what was written
          const expected = positionAt(sourceFile('', flow), head.length)
          const { diagnostics } = checkFlow(flow)
          expect(
            diagnostics.map(it => [it.code, it.line, it.column]),
            diagnostics[0]?.message,
          ).to.deep.equal([['FLOW_EXPRESSION_SYNTAX', expected.line, expected.column]])
          expect(diagnostics[0]?.message).to.include(code)
        })
      }
    })
})

describe('the place of a character of a YAML text', () => {
  const word = fc.stringMatching(/^[A-Za-z$(){}&="'?:.,#é𝒳-]{1,9}$/u)
  const text = fc
    .array(fc.tuple(word, fc.constantFrom(' ', ' ', '\n', '\n\n', '\n  ', '  ')), { minLength: 1, maxLength: 12 })
    .map(parts =>
      parts
        .map(([it, gap]) => it + gap)
        .join('')
        .trim(),
    )
    .filter(it => it !== '')

  for (const style of ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const)
    it(`is where that character stands in the file (${style})`, () => {
      fc.assert(
        fc.property(text, fc.integer({ min: 20, max: 60 }), (value, lineWidth) => {
          const yaml = stringify(
            { a: { key: value, next: 1 } },
            { defaultStringType: style, defaultKeyType: 'PLAIN', lineWidth },
          )
          const tree = readYaml(sourceFile('', yaml), createReporter())
          const scalar = entryOf(entryOf(tree, 'a')?.value, 'key')?.value
          if (scalar?.is !== 'scalar') throw new Error('no scalar')
          // the library's printer does not give back every text at small widths; what it reads is what counts
          fc.pre(scalar.value === value)
          const offsets = sourceOffsets(yaml, scalar)
          expect(offsets.length).to.equal(value.length + 1)
          for (let at = 0; at < value.length; at++) {
            const letter = value[at] ?? ''
            const there = yaml[offsets[at] ?? 0]
            const isEscaped = there === '\\' || (letter >= '\ud800' && letter <= '\udfff')
            if (!/\s/.test(letter) && !isEscaped) expect(there, `${at} of ${JSON.stringify(yaml)}`).to.equal(letter)
          }
        }),
        { numRuns: 400 },
      )
    })
})
