import { expect } from 'chai'
import type { Evaluated } from '../../../engine/core/expression.ts'
import type { Json, JsonObject } from '../../../engine/core/record.ts'
import { compileExpression, DEFAULT_LIMITS } from '../../../engine/flow/index.ts'
import { checkFlow } from '../support.ts'

const FLOW = (map: string) => `flow: x
source: { connector: toy-erp, entity: VENDOR }
map:
${map
  .split('\n')
  .map(it => `  ${it}`)
  .join('\n')}
sink: { connector: toy-crm, entity: Accounts, operation: create }
`

async function mapped(
  map: string,
  record: JsonObject,
  variables: Readonly<Record<string, Json>> = {},
): Promise<Evaluated | undefined> {
  const { plan, diagnostics } = checkFlow(FLOW(map))
  expect(diagnostics).to.deep.equal([])
  return (await plan?.steps[0]?.map.evaluate([{ record, variables }]))?.[0]
}

async function fields(
  map: string,
  record: JsonObject,
  variables?: Readonly<Record<string, Json>>,
): Promise<JsonObject> {
  const end = await mapped(`Account_Name: NAME\n${map}`, { NAME: 'N', ...record }, variables)
  if (!end?.ok) throw new Error(JSON.stringify(end))
  const { Account_Name: _, ...others } = end.value as JsonObject
  return others
}

describe('a mapping', () => {
  it('clears what yields nothing, at the top and inside', async () => {
    expect(await fields('Phone: VENDTYPE\nOwner: { id: PARENTID }', {})).to.deep.equal({
      Phone: null,
      Owner: { id: null },
    })
  })

  it('clears members of objects that JSONata makes', async () => {
    const map = `Items: 'LINES.{"Name": ITEM, "Quantity": QTY}'\nOwner: 'ONHOLD ? {"id": PARENTID} : {"id": VENDTYPE}'`
    expect(await fields(map, { LINES: [{ ITEM: 'a' }, { QTY: 2 }] })).to.deep.equal({
      Items: [
        { Name: 'a', Quantity: null },
        { Name: null, Quantity: 2 },
      ],
      Owner: { id: null },
    })
  })

  it('leaves objects alone that are computed with', async () => {
    const map = `Phone: '$merge([{"p": VENDTYPE}, {"p": PARENTID}]).p'`
    expect(await fields(map, { VENDTYPE: 'first' })).to.deep.equal({ Phone: 'first' })
  })

  it('leaves out what is $omit(), and nothing else', async () => {
    const map = `Phone: '$exists(VENDTYPE) ? VENDTYPE : $omit()'\nOwner: { id: $omit() }\nStage: null`
    expect(await fields(map, {})).to.deep.equal({ Owner: {}, Stage: null })
  })

  it('leaves out members of objects that JSONata makes', async () => {
    expect(await fields(`Owner: '{"id": $omit()}'\nItems: '[{"Name": NAME, "Quantity": $omit()}]'`, {})).to.deep.equal({
      Owner: {},
      Items: [{ Name: 'N' }],
    })
  })

  it('drops nothing from lists', async () => {
    expect(await fields('Tags: [NAME, VENDTYPE]', {})).to.deep.equal({ Tags: ['N', null] })
  })

  it('wraps a single value where the field is a list', async () => {
    const map = `Items: 'LINES.{"Name": ITEM}'\nTags: NAME`
    expect(await fields(map, { LINES: [{ ITEM: 'only' }] })).to.deep.equal({ Items: [{ Name: 'only' }], Tags: ['N'] })
  })

  it('takes numbers, booleans and null as they stand', async () => {
    expect(await fields('Rating: 3\nActive: true\nPhone: null', {})).to.deep.equal({
      Rating: 3,
      Active: true,
      Phone: null,
    })
  })

  it('yields references as placeholders', async () => {
    const map = `Parent_Account: '{"id": $link("toy-crm", "Accounts", PARENTID, "VENDOR")}'\nOwner: { id: '$link("toy-crm", "Accounts", VENDTYPE)' }`
    expect(await fields(map, { PARENTID: 'P' })).to.deep.equal({
      Parent_Account: { id: { $ref: 'link', connector: 'toy-crm', entity: 'Accounts', key: 'P', of: 'VENDOR' } },
      Owner: { id: null },
    })
  })

  it('keeps the order of its fields, also where one waits for JSONata', async () => {
    const found = await fields('Phone: $now()\nRating: 1\nStage: $replace(STATUS, "a", "b")', { STATUS: 'a' })
    expect(Object.keys(found)).to.deep.equal(['Phone', 'Rating', 'Stage'])
  })

  it('may be one expression that yields an object', async () => {
    const flow = FLOW('').replace(
      'map:\n  \n',
      `map: '{"Account_Name": NAME, "Phone": VENDTYPE, "Items": LINES.{"Name": ITEM}}'\n`,
    )
    const { plan, diagnostics } = checkFlow(flow)
    expect(diagnostics).to.deep.equal([])
    const ends = await plan?.steps[0]?.map.evaluate([{ record: { NAME: 'N', LINES: [{ ITEM: 'i' }] }, variables: {} }])
    expect(ends).to.deep.equal([{ ok: true, value: { Account_Name: 'N', Phone: null, Items: [{ Name: 'i' }] } }])
  })

  it('does not let one record disturb the others', async () => {
    const { plan } = checkFlow(FLOW('Account_Name: $uppercase(NAME)'))
    const scopes = [{ NAME: 'a' }, { NAME: 1 }, { NAME: 'c' }].map(record => ({ record, variables: {} }))
    const ends = await plan?.steps[0]?.map.evaluate(scopes)
    expect(ends?.map(it => (it.ok ? it.value : it.failure.code))).to.deep.equal([
      { Account_Name: 'A' },
      'T0410',
      { Account_Name: 'C' },
    ])
  })

  it('says which field failed, with the code of JSONata and the place in the file', async () => {
    const end = await mapped('Account_Name: NAME\nPhone: >-\n  NAME &\n  $uppercase(TOTALDUE)', {
      NAME: 'N',
      TOTALDUE: 5,
    })
    expect(end).to.deep.equal({
      ok: false,
      failure: {
        kind: 'record',
        code: 'T0410',
        field: 'Phone',
        message: 'flow.yaml:7:5 Phone: Argument 1 of function "uppercase" does not match function signature',
        remedy: 'Correct the expression, or give a value for such records.',
      },
    })
  })
})

const RECORD: JsonObject = {
  NAME: 'Ann Marie Bolt',
  DAY: '2026-11-30T23:00:00Z',
  US: '11/30/2026',
  PHONE: '+49 (30) 12',
  N: 5,
  L: [{ X: 'x' }],
  O: { A: 1 },
}

describe('the functions of the engine', () => {
  const knowledge = {
    tables: new Map([
      [
        't',
        new Map<string, Json>([
          ['007', 'agent'],
          ['5', 'five'],
        ]),
      ],
    ]),
    params: { p: 'given' },
  }
  const CASES: readonly (readonly [string, Json | undefined])[] = [
    ['$table("t", "007")', 'agent'],
    ['$table("t", N)', 'five'],
    ['$table("t", "7")', undefined],
    ['$table("t", ABSENT, "other")', 'other'],
    ['$param("p")', 'given'],
    ['$date(DAY)', '2026-11-30'],
    ['$date(US, "MM/DD/YYYY")', '2026-11-30'],
    ['$date("20261130", "YYYYMMDD")', '2026-11-30'],
    ['$date(ABSENT)', undefined],
    ['$digits(PHONE)', '493012'],
    ['$digits("none")', undefined],
    ['$truncateTo(NAME, 3)', 'Ann'],
    ['$truncateTo("𝒳𝒴𝒵", 2)', '𝒳𝒴'],
    ['$firstName(NAME)', 'Ann Marie'],
    ['$firstName("Bolt")', undefined],
    ['$lastName(NAME)', 'Bolt'],
    ['$lastName("  ")', undefined],
    ['$link("c", "E", N)', { $ref: 'link', connector: 'c', entity: 'E', key: '5' }],
    ['$link("c", "E", "")', undefined],
    ['$sinkId("s")', { $ref: 'sinkId', step: 's' }],
    ['$key & $entity', 'kE'],
    ['$pad("ab", 5) & $pad("ab", -6, "xyz") & $pad("ab", 1) & $pad("ab", 3, "")', 'ab   xyzxababab '],
  ]
  for (const [text, value] of CASES)
    it(`${text} yields ${JSON.stringify(value)}`, async () => {
      const expression = compileExpression(text, { knowledge })
      expect(await expression.evaluate([{ record: RECORD, variables: { key: 'k', entity: 'E' } }])).to.deep.equal([
        { ok: true, value },
      ])
    })

  const FAILURES: readonly (readonly [string, string])[] = [
    ['$table("absent", NAME)', 'EXPRESSION_ARGUMENT'],
    ['$table("t", O)', 'EXPRESSION_ARGUMENT'],
    ['$param("absent")', 'EXPRESSION_ARGUMENT'],
    ['$digits(O)', 'EXPRESSION_ARGUMENT'],
    ['$truncateTo(NAME, "3")', 'EXPRESSION_ARGUMENT'],
    ['$date("2026-02-30")', 'EXPRESSION_DATE'],
    ['$date("tomorrow")', 'EXPRESSION_DATE'],
    ['$date(US, "DD/MM/YYYY")', 'EXPRESSION_DATE'],
    ['"id-" & $link("c", "E", NAME)', 'EXPRESSION_REFERENCE_IN_TEXT'],
    ['$string($sinkId("s"))', 'EXPRESSION_REFERENCE_IN_TEXT'],
    ['"a" & $omit()', 'EXPRESSION_OMIT_MISPLACED'],
    ['[$omit()]', 'EXPRESSION_OMIT_MISPLACED'],
    ['$uppercase', 'EXPRESSION_NOT_DATA'],
    ['{"f": function($x){ $x }}', 'EXPRESSION_NOT_DATA'],
    ['1 / 0', 'EXPRESSION_NOT_DATA'],
    ['$pad("x", 2000000)', 'EXPRESSION_TOO_LARGE'],
    ['[1..2000].$pad("x", 1000)', 'EXPRESSION_TOO_LARGE'],
    ['($f := function($x){ $f($x + 1) + 1 }; $f(1))', 'D1011'],
    ['($f := function($x){ $f($x + 1) }; $f(1))', 'D1012'],
    ['[1..200000]', 'D2015'],
    ['$map([1], $sum(?))', 'EXPRESSION_DEFECT'],
    ['$pad("x", 300000000)', 'EXPRESSION_TOO_LARGE'],
    ['NAME + 1', 'T2001'],
    ['NAME < 1', 'T2009'],
    ['$number(NAME)', 'D3030'],
  ]
  for (const [text, code] of FAILURES)
    it(`${text} fails with ${code}`, async () => {
      const limits = { ...DEFAULT_LIMITS, timeoutMs: code === 'D1012' ? 200 : 10_000 }
      const [end] = await compileExpression(text, { knowledge, limits }).evaluate([{ record: RECORD, variables: {} }])
      expect(end?.ok === false && end.failure.code).to.equal(code)
      expect(end?.ok === false && end.failure.kind).to.equal('record')
      expect(end?.ok === false && end.failure.remedy).to.match(/\S/)
    })

  it('fail when the mapping yields no object', async () => {
    const { plan } = checkFlow(FLOW('').replace('map:\n  \n', 'map: LINES\n'))
    const ends = await plan?.steps[0]?.map.evaluate([{ record: {}, variables: {} }])
    expect(ends?.[0]?.ok === false && ends[0].failure.code).to.equal('EXPRESSION_NOT_OBJECT')
  })

  it('an error without a code keeps what was said', async () => {
    const end = await compileExpression('$error("no such vendor")').evaluate([{ record: {}, variables: {} }])
    expect(end[0]?.ok === false && end[0].failure.code).to.equal('D3137')
    expect(end[0]?.ok === false && end[0].failure.message).to.include('no such vendor')
  })
})

describe('what an expression reads', () => {
  const READS: readonly (readonly [string, readonly string[] | 'all'])[] = [
    ['A.B.C & A.B', ['A.B', 'A.B.C']],
    ['A[X = "1"].Y', ['A.X', 'A.Y']],
    ['LINES.{"q": QTY, "n": ITEM.NAME}', ['LINES.ITEM.NAME', 'LINES.QTY']],
    ['$map(LINES, function($l) { $l.QTY })', ['LINES', 'LINES.QTY']],
    ['LINES^(>QTY).ITEM', ['LINES.ITEM', 'LINES.QTY']],
    ['A ? B : C', ['A', 'B', 'C']],
    ['$exists(A) ? $table("t", B, C)', ['A', 'B', 'C']],
    ['($x := A.B; $x.C)', ['A.B.C']],
    ['$$.A', ['A']],
    ['$.A', ['A']],
    ['"fixed"', []],
    ['$key', []],
    ['$', 'all'],
    ['*', 'all'],
    ['**.X', 'all'],
    ['A.*', ['A']],
    ['$keys()', 'all'],
    ['$string()', 'all'],
    ['A.$string()', ['A']],
    ['LINES.(QTY * $$.RATE)', ['LINES.QTY', 'RATE']],
    ['LINES.%.A', 'all'],
    ['$ ~> |A|{"x": 1}|', 'all'],
  ]
  for (const [text, reads] of READS)
    it(`${text} reads ${reads === 'all' ? 'everything' : reads.join(', ') || 'nothing'}`, () => {
      expect(compileExpression(text).reads).to.deep.equal(reads)
    })
})
