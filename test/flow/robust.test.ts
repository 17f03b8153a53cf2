import { expect } from 'chai'
import fc from 'fast-check'
import { baseFlow, checkFlow } from './support.ts'

const PIECES = [
  '',
  ' ',
  '\n',
  '\t',
  ':',
  '- ',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '$',
  '${',
  '(',
  ')',
  '&a ',
  '*a',
  '|',
  '>',
  '#',
  '%',
  '\\',
  '\u0000',
  '𝒳',
  '---\n',
  '!!',
  '? ',
  '<<: ',
]

describe('a flow that is broken anywhere', () => {
  for (const base of ['vendors', 'steps'] as const)
    it(`is never more than diagnosed, inside the file (${base})`, () => {
      const text = baseFlow(base)
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: text.length }),
          fc.integer({ min: 0, max: 12 }),
          fc.constantFrom(...PIECES),
          (at, cut, piece) => {
            const broken = text.slice(0, at) + piece + text.slice(at + cut)
            const { plan, diagnostics } = checkFlow(broken)
            const lines = broken.split('\n')
            for (const it of diagnostics) {
              expect(it.line).to.be.within(1, lines.length)
              expect(it.column).to.be.within(1, (lines[it.line - 1] ?? '').length + 1)
              expect(it.endLine * 1e6 + it.endColumn).to.be.at.least(it.line * 1e6 + it.column)
            }
            const isRefused = diagnostics.some(it => it.severity === 'error')
            expect(plan === undefined, JSON.stringify(diagnostics)).to.equal(isRefused)
          },
        ),
        { numRuns: Number(process.env['ML_RUNS'] ?? 500) },
      )
    })
})
