import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { sage100 } from '../../../connectors/sage-100/index.ts'
import { propertiesOf } from '../../../engine/sdk/settings.ts'

const FOLDER = new URL('../../../connectors/sage-100/', import.meta.url)
const readme = readFileSync(new URL('README.md', FOLDER), 'utf8')
const sources = ['', 'entities/', 'read/'].flatMap(folder =>
  readdirSync(new URL(folder, FOLDER))
    .filter(name => name.endsWith('.ts'))
    .map(name => readFileSync(new URL(`${folder}${name}`, FOLDER), 'utf8')),
)

const codesIn = (text: string) => [...new Set([...text.matchAll(/\bSAGE100_[A-Z_]+\b/g)].map(it => it[0]))].sort()

describe('the page of sage-100', () => {
  it('explains every code that the code raises, and no other', () => {
    expect(codesIn(readme)).to.deep.equal(codesIn(sources.join('\n')))
  })

  it('names every setting and every entity', () => {
    const names = [...Object.keys(propertiesOf(sage100.settings)), ...Object.keys(sage100.entities)]
    expect(names.filter(name => !readme.includes(`\`${name}\``))).to.deep.equal([])
  })
})
