import { expect } from 'chai'
import { runFlowTests } from '../../engine/flow/index.ts'
import { toyRegistry } from '../support/toy-connectors.ts'
import { baseFlow, checkFlow } from './support.ts'

async function run(text: string) {
  const { plan, diagnostics } = checkFlow(text)
  expect(diagnostics.filter(it => it.severity === 'error')).to.deep.equal([])
  return plan ? runFlowTests(plan, toyRegistry) : []
}

const withTests = (tests: string) => `${baseFlow().slice(0, baseFlow().indexOf('tests:'))}tests:\n${tests}`
const withSteps = (from: string, to: string) => baseFlow('steps').replace(from, () => to)

describe('the tests of a flow', () => {
  it('pass when what they expect happens', async () => {
    for (const base of ['vendors', 'steps'] as const)
      expect((await run(baseFlow(base))).map(it => it.passed)).to.not.include(false)
  })

  it('show the difference field by field, and where the test stands', async () => {
    const [, outcome] = await run(baseFlow().replace('Owner: { id: a@b.example }', 'Owner: { id: other@b.example }'))
    expect(outcome).to.deep.equal({
      name: 'a parent is linked',
      place: { file: 'flow.yaml', line: 52, column: 5 },
      passed: false,
      differences: [{ path: 'contains[0].Owner.id', expected: 'other@b.example', actual: 'a@b.example' }],
    })
  })

  it('compare whole records under steps', async () => {
    const [outcome] = await run(withSteps('Last_Name: I1, ERP_ID: V1-0', 'Last_Name: I2'))
    expect(outcome?.differences).to.deep.equal([
      { path: 'steps.lines[0].Last_Name', expected: 'I2', actual: 'I1' },
      { path: 'steps.lines[0].ERP_ID', expected: undefined, actual: 'V1-0' },
    ])
  })

  it('compare whole records under records', async () => {
    const text = withSteps('      steps:\n', '      records: []\n      steps:\n')
    expect((await run(text))[0]?.differences.map(it => it.path)).to.deep.equal(['records.length'])
  })

  it('count filtered and parked records', async () => {
    const tests = `  - name: both
    given: [{ STATUS: inactive }, { NAME: B, STATUS: active, PARENTID: P }, { NAME: C, STATUS: active }]
    expect: { filtered: 2, parked: 0, contains: [{ Account_Name: C }] }
`
    const [outcome] = await run(withTests(tests))
    expect(outcome?.differences).to.deep.equal([
      { path: 'filtered', expected: 2, actual: 1 },
      { path: 'parked', expected: 0, actual: 1 },
    ])
  })

  it('expect errors by code, and fail on those that they do not expect', async () => {
    const test = (expectation: string) => `  - name: a wrong date
    given: [{ NAME: B, STATUS: active, CHANGED: yesterday }]
    expect: { ${expectation} }
`
    expect((await run(withTests(test('error: EXPRESSION_DATE'))))[0]?.passed).to.equal(true)
    const [outcome] = await run(withTests(test('filtered: 0')))
    expect(outcome?.differences[0]?.actual).to.match(/^EXPRESSION_DATE: flow\.yaml:25:10 Since: "yesterday" is no date/)
  })

  it('take dotted keys and drop what has no value', async () => {
    const tests = `  - name: dotted
    given: [{ NAME: B, STATUS: active, CONTACT.PHONE1: "1", CONTACT.EMAIL1: null, CONTACT: { ADDRESS: { CITY: Kiel } } }]
    expect: { contains: [{ Phone: "1" }] }
`
    expect((await run(withTests(tests)))[0]?.differences).to.deep.equal([])
  })

  it('take a step only when its when is true', async () => {
    const text = withSteps('CONTACT: { EMAIL1: a@b.example }, ', '').replace(
      / {8}contact: .*\n/,
      '        contact: []\n',
    )
    expect((await run(text))[0]?.differences).to.deep.equal([])
  })

  it('give $key its value', async () => {
    const text = withSteps('ERP_ID: VENDORID & "-" & $index', 'ERP_ID: $key & "-" & $index')
    expect((await run(text))[0]?.differences).to.deep.equal([])
  })
})
