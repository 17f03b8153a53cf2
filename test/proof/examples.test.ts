import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { connectors } from '../../connectors/index.ts'
import { EXAMPLES } from './histories/examples.ts'
import { MUTATIONS } from './mutations.ts'

const rows = EXAMPLES.map(it => it.row)

/** The examples that a mutation names as its witnesses. */
const witnesses = MUTATIONS.flatMap(({ guard, tests }) =>
  tests.flatMap(it =>
    'proof' in it && it.proof === 'examples' ? [{ guard, connector: it.of[0], row: it.of[1], entity: it.of[2] }] : [],
  ),
)

describe('examples of reading failures', () => {
  it('are told of every one of the list, in its order', () => {
    const listed = parse(readFileSync(join(import.meta.dirname, '../failures.yaml'), 'utf8')) as { Reading: object }
    expect(rows).to.deep.equal(Object.keys(listed.Reading))
  })

  it('fail each when some guard is taken away', () => {
    expect(rows.filter(row => !witnesses.some(it => it.row === row))).to.deep.equal([])
  })

  it('can be acted out where a mutation says so', () => {
    const wrong = witnesses.filter(({ connector, row, entity = '' }) => {
      const cursor = connectors.find(it => it.name === connector)?.entities[entity]?.read?.cursor
      return cursor === undefined || !EXAMPLES.some(it => it.row === row && it.about(cursor))
    })
    expect(wrong).to.deep.equal([])
  })
})

describe('guards', () => {
  it('stand each once where the mutation takes them away', () => {
    const root = join(import.meta.dirname, '../..')
    const lost = MUTATIONS.flatMap(it => [it, ...('behind' in it && it.behind ? [it.behind] : [])])
      .filter(({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2)
      .map(({ file, from }) => `${file}: ${from}`)
    expect(lost).to.deep.equal([])
  })

  it('have names of their own', () => {
    expect(new Set(MUTATIONS.map(it => it.guard)).size).to.equal(MUTATIONS.length)
  })
})
