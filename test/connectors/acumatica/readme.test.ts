import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { acumatica } from '../../../connectors/acumatica/index.ts'
import { propertiesOf } from '../../../engine/sdk/settings.ts'

const FOLDER = new URL('../../../connectors/acumatica/', import.meta.url)
const README = readFileSync(new URL('README.md', FOLDER), 'utf8')

describe('acumatica: the README', () => {
  it('names every setting', () => {
    const named = new Set([...README.matchAll(/`(\w+)`/g)].map(it => it[1]))
    expect(Object.keys(propertiesOf(acumatica.settings)).filter(it => !named.has(it))).to.deep.equal([])
  })

  it('lists every entity with its key, its change field and whether it is written', () => {
    const table = README.slice(0, README.indexOf('Records are plain'))
    const lines = table.split('\n').filter(line => line.startsWith('| `'))
    const rows = lines.map(line =>
      line
        .split('|')
        .slice(1, 4)
        .map(cell => /`(\w+)`/.exec(cell)?.[1]),
    )
    const declared = Object.entries(acumatica.entities).map(([name, { key, read }]) => [name, key, read?.cursor.field])
    expect(rows).to.deep.equal(declared)
    const written = [...README.matchAll(/^\| `(\w+)` .*\| create, update \|$/gm)].map(it => it[1])
    expect(written).to.deep.equal(Object.entries(acumatica.entities).flatMap(([name, it]) => (it.write ? [name] : [])))
  })

  it('lists every error code that is raised, and no other', () => {
    const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    const sources = names.filter(name => name.endsWith('.ts') && !name.startsWith('sandbox'))
    const codesIn = (text: string) => [...text.matchAll(/ACUMATICA_[A-Z_]+/g)].map(it => it[0])
    const raised = new Set(sources.flatMap(name => codesIn(readFileSync(new URL(name, FOLDER), 'utf8'))))
    const section = README.slice(README.indexOf('## Codes'))
    expect(codesIn(section).sort()).to.deep.equal([...raised].sort())
  })
})
