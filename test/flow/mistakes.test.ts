import { expect } from 'chai'
import { positionAt, sourceFile } from '../../engine/flow/diagnostics/source-file.ts'
import { baseFlow, checkFlow, type Mistake, mistakes } from './support.ts'

const MARK = '⟦'

function changed({ base = 'vendors', replace, by }: Mistake): string {
  const text = baseFlow(base)
  expect(text, `the base flow holds ${replace}`).to.include(replace)
  return text.replace(replace, () => by)
}

function placeOf(mistake: Mistake): { readonly text: string; readonly line: number; readonly column: number } {
  const marked = changed(mistake)
  const text = marked.replaceAll(MARK, '')
  const offset = mistake.at === undefined ? marked.indexOf(MARK) : text.indexOf(mistake.at)
  expect(offset, 'the case says where').to.be.greaterThan(-1)
  return { text, ...positionAt(sourceFile('flow.yaml', text), offset) }
}

describe('a correct flow', () => {
  for (const base of ['vendors', 'steps'] as const)
    it(`has no diagnostics (${base})`, () => {
      const { plan, diagnostics } = checkFlow(baseFlow(base))
      expect(diagnostics).to.deep.equal([])
      expect(plan?.steps.length).to.equal(base === 'steps' ? 3 : 1)
    })
})

describe('a flow with one mistake has one diagnostic, at its place', () => {
  const all = mistakes()

  it('for at least a hundred seeded mistakes', () => {
    expect(all.flatMap(it => it.cases).length).to.be.at.least(100)
  })

  for (const { file, cases } of all)
    describe(file, () => {
      for (const mistake of cases)
        it(`${mistake.code}: ${mistake.by.replaceAll('\n', ' ⏎ ').slice(0, 90)}`, () => {
          const { text, line, column } = placeOf(mistake)
          const { plan, diagnostics } = checkFlow(text, mistake.connections ? { connections: mistake.connections } : {})
          const told = diagnostics.map(it => ({ code: it.code, line: it.line, column: it.column }))
          expect(told, JSON.stringify(diagnostics, null, 1)).to.deep.equal([{ code: mistake.code, line, column }])
          if (mistake.suggests !== undefined) expect(diagnostics[0]?.suggestions[0] ?? '').to.equal(mistake.suggests)
          if (diagnostics[0]?.severity === 'error') expect(plan).to.equal(undefined)
          expect(diagnostics[0]?.message).to.match(/\S/)
          expect(diagnostics[0]?.frame).to.include('^')
        })
    })
})
