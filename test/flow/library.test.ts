import { relative, resolve } from 'node:path'
import { expect } from 'chai'
import { connectors } from '../../connectors/index.ts'
import { libraryFlows, runFlowTests, validateFiles } from '../../engine/flow/index.ts'

const LIBRARY = resolve(import.meta.dirname, '../../flows')
const registry = new Map(connectors.map(it => [it.name, it]))
const files = libraryFlows(LIBRARY).map(it => `${it}.yaml`)

describe('the flow library', () => {
  it('has flows', () => {
    expect(files.length).to.be.at.least(5)
  })

  for (const file of files)
    describe(file, () => {
      const { flows, diagnostics } = validateFiles([resolve(LIBRARY, file)], { registry, env: {} })

      it('has no mistakes', () => {
        const told = diagnostics.filter(it => it.severity !== 'info')
        expect(told.map(it => `${relative(LIBRARY, it.file)}:${it.line}:${it.column} ${it.message}`)).to.deep.equal([])
      })

      it('has at least three tests, and they pass', async () => {
        const outcomes = await Promise.all(flows.map(it => runFlowTests(it, registry)))
        expect(outcomes.flat().length).to.be.at.least(3)
        expect(outcomes.flat().filter(it => !it.passed)).to.deep.equal([])
      })
    })
})
