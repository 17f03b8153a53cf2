import { expect } from 'chai'
import fc from 'fast-check'
import type { Scope } from '../../../engine/core/expression.ts'
import type { Json, JsonObject } from '../../../engine/core/record.ts'
import { DEFAULT_LIMITS, parseExpression } from '../../../engine/flow/expression/ast.ts'
import { fastProgram } from '../../../engine/flow/expression/fast-program.ts'
import { LEAVE } from '../../../engine/flow/expression/fast-values.ts'
import { clearMembers } from '../../../engine/flow/expression/or-null.ts'
import { plainResult } from '../../../engine/flow/expression/result.ts'
import type { Knowledge } from '../../../engine/flow/expression/scope-functions.ts'
import { slowProgram } from '../../../engine/flow/expression/slow-program.ts'

const KNOWLEDGE: Knowledge = {
  tables: new Map<string, ReadonlyMap<string, Json>>([
    [
      'plain',
      new Map<string, Json>([
        ['a', 'A'],
        ['1', 'one'],
        ['', 'empty'],
      ]),
    ],
    [
      'rows',
      new Map<string, Json>([
        ['a', { B: 'b', C: 1 }],
        ['1', { B: ['x'] }],
      ]),
    ],
  ]),
  params: { stage: 'a', size: 3 },
}

const value = fc.letrec<{ value: Json; leaf: Json; object: JsonObject }>(tie => ({
  leaf: fc.oneof(
    fc.constantFrom<Json>('a', 'ab', '', ' a  b ', '1', '-2.5', '1e3', '0x1F', 'ä𝒳z', 'true'),
    fc.constantFrom<Json>(0, -0, 1, -1, 2.5, 1e21, 0.1 + 0.2, 123456789012345680),
    fc.boolean(),
    fc.constant(null),
  ),
  object: fc.dictionary(fc.constantFrom('A', 'B', 'C', 'true', '__proto__'), tie('value'), { maxKeys: 3 }),
  value: fc.oneof(
    { weight: 5, arbitrary: tie('leaf') },
    { weight: 2, arbitrary: tie('object') },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
  ),
}))

const record = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D'), value.value, { maxKeys: 4 })

const FUNCTIONS_OF_ONE = [
  'trim',
  'uppercase',
  'lowercase',
  'length',
  'string',
  'number',
  'boolean',
  'not',
  'exists',
  'digits',
  'lastName',
  'date',
]
const FUNCTIONS_OF_TWO = ['contains', 'substringBefore', 'substringAfter', 'substring', 'truncateTo', 'join']
const OPERATORS = ['&', '=', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'and', 'or', 'in']

const expression = fc.letrec<{ any: string; path: string; literal: string }>(tie => ({
  path: fc
    .tuple(
      fc.constantFrom('A', 'B', 'C', 'D', '$key', '$account', '$item', '$absent', '$', '$$', '`A`', 'NOPE'),
      fc.array(fc.constantFrom('A', 'B', 'C', '"A"'), { maxLength: 2 }),
    )
    .map(([first, rest]) => [first, ...rest].join('.')),
  literal: fc.constantFrom('"a"', "'ab'", '""', '0', '1', '-1', '2.5', 'true', 'false', 'null', '" x "', '1e3'),
  any: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    { weight: 4, arbitrary: tie('path') },
    { weight: 2, arbitrary: tie('literal') },
    {
      weight: 3,
      arbitrary: fc
        .tuple(tie('any'), fc.constantFrom(...OPERATORS), tie('any'))
        .map(it => `(${it[0]} ${it[1]} ${it[2]})`),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom(...FUNCTIONS_OF_ONE), tie('any')).map(([name, arg]) => `$${name}(${arg})`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...FUNCTIONS_OF_TWO), tie('any'), tie('any'))
        .map(([name, a, b]) => `$${name}(${a}, ${b})`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => `$substring(${a}, ${b}, ${c})`),
    },
    { weight: 2, arbitrary: fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`) },
    { weight: 1, arbitrary: fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} ? ${b})`) },
    { weight: 1, arbitrary: fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} ?? ${b})`) },
    { weight: 1, arbitrary: fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} ?: ${b})`) },
    { weight: 1, arbitrary: tie('any').map(it => `(-${it})`) },
    { weight: 1, arbitrary: fc.tuple(tie('any'), tie('any')).map(([a, b]) => `[${a}, ${b}]`) },
    { weight: 1, arbitrary: fc.tuple(tie('any'), tie('any')).map(([a, b]) => `{"x": ${a}, "y": ${b}}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('"plain"', '"rows"', '"absent"', 'A'), tie('any'))
        .map(([t, k]) => `$table(${t}, ${k})`),
    },
    { weight: 1, arbitrary: tie('any').map(key => `$table("rows", ${key}, {"B": "z"}).B`) },
    { weight: 1, arbitrary: tie('any').map(key => `$link("crm", "Accounts", ${key})`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('$param("stage")', '$param("size")', '$param("no")', '$sinkId("s")', '$omit()'),
    },
  ),
}))

/** A value in a form that two evaluators can be compared by: class instances by what they stand for, -0 apart from 0. */
function shown(it: unknown): string {
  return JSON.stringify(plainly(it), (_key, inner: unknown) => (Object.is(inner, -0) ? '-0' : inner)) ?? 'nothing'
}

function plainly(it: unknown): unknown {
  try {
    const plain = plainResult(it, DEFAULT_LIMITS)
    return typeof plain === 'symbol' ? 'omitted' : plain
  } catch (thrown) {
    return { refused: (thrown as { code: string }).code }
  }
}

async function bySlow(text: string, scope: Scope, clears: boolean): Promise<string> {
  const parsed = parseExpression(text)
  if (!parsed.ok) return `syntax ${parsed.fault.code}`
  if (clears) clearMembers(parsed.ast)
  try {
    return shown(await slowProgram(parsed.program, KNOWLEDGE).evaluate(scope))
  } catch (thrown) {
    return `error ${(thrown as { code: string }).code}`
  }
}

function byFast(text: string, scope: Scope, clears: boolean): string | undefined {
  const parsed = parseExpression(text)
  if (!parsed.ok) return undefined
  if (clears) clearMembers(parsed.ast)
  const fast = fastProgram(parsed.ast, KNOWLEDGE)
  if (!fast) return undefined
  try {
    return shown(fast(scope))
  } catch (thrown) {
    if (thrown === LEAVE) return undefined
    throw thrown
  }
}

describe('a compiled expression', () => {
  it('yields exactly what JSONata yields, or leaves the record to JSONata', async function () {
    this.timeout(120_000)
    let compared = 0
    await fc.assert(
      fc.asyncProperty(expression.any, record, record, fc.boolean(), async (text, fields, account, clears) => {
        const scope: Scope = { record: fields, variables: { key: 'k', account, item: account['A'] } }
        const fast = byFast(text, scope, clears)
        if (fast === undefined) return
        compared++
        expect(fast, text).to.equal(await bySlow(text, scope, clears))
      }),
      { numRuns: Number(process.env['ML_RUNS'] ?? 4000) },
    )
    expect(compared, 'expressions that took the fast way').to.be.greaterThan(1000)
  })

  // what random texts seldom meet
  const EDGES = [
    'N & ""',
    '$string(N)',
    'N / 3 & "x"',
    '$substring(T, 1, 1)',
    '$substring(T, -2)',
    '$substring(T, -9, 2)',
    '$length(T)',
    '$trim(" a \t b ")',
    '$trim(" ")',
    '$number("1e3")',
    '$number("0x1F")',
    '-N',
    'N in [1, N]',
    '$join([T, ABSENT, "z"], "-")',
    '$join([], ",")',
    '{"a": {"b": ABSENT}, "c": N}',
    'O ? "full" : "empty"',
    'E ? "full" : "empty"',
    'BIG & ""',
  ]
  for (const text of EDGES)
    it(`agrees with JSONata on ${text}`, async () => {
      const record = { N: 0.1 + 0.2, T: 'ä𝒳z', O: { A: 1 }, E: {}, BIG: 1e21 }
      const scope: Scope = { record, variables: {} }
      const fast = byFast(text, scope, true)
      if (text !== '$number("0x1F")') expect(fast).to.not.equal(undefined)
      if (fast !== undefined) expect(fast).to.equal(await bySlow(text, scope, true))
    })

  const COMPILED = [
    'A',
    'A.B.C',
    '$account.Name',
    'A & " " & B',
    'A = "x" ? B : C',
    '$table("plain", A, "none")',
    '$trim(A)',
  ]
  for (const text of COMPILED)
    it(`is a closure for ${text}`, () => {
      const parsed = parseExpression(text)
      expect(parsed.ok && fastProgram(parsed.ast, KNOWLEDGE)).to.be.a('function')
    })

  const LEFT = [
    'A[0]',
    'A.*',
    '$map(A, function($x){$x})',
    'A^(B)',
    'A{B: C}',
    '$now()',
    '$replace(A, /b/, "c")',
    'A[]',
    'A.(B)',
  ]
  for (const text of LEFT)
    it(`is JSONata itself for ${text}`, () => {
      const parsed = parseExpression(text)
      expect(parsed.ok && fastProgram(parsed.ast, KNOWLEDGE)).to.equal(undefined)
    })

  it('leaves records with a list on the path to JSONata', () => {
    const parsed = parseExpression('A.B')
    const fast = parsed.ok ? fastProgram(parsed.ast, KNOWLEDGE) : undefined
    try {
      fast?.({ record: { A: [{ B: 1 }] }, variables: {} })
      expect.fail('did not leave')
    } catch (thrown) {
      expect(thrown).to.equal(LEAVE)
    }
  })
})
