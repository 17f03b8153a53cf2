import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { zendesk } from '../../../connectors/zendesk/index.ts'
import { propertiesOf } from '../../../engine/sdk/settings.ts'

const FOLDER = new URL('../../../connectors/zendesk/', import.meta.url)
const readme = readFileSync(new URL('README.md', FOLDER), 'utf8')
const sources = ['', 'entities/'].flatMap(folder =>
  readdirSync(new URL(folder, FOLDER))
    .filter(name => name.endsWith('.ts'))
    .map(name => readFileSync(new URL(`${folder}${name}`, FOLDER), 'utf8')),
)

const codesIn = (text: string) => [...new Set([...text.matchAll(/\bZENDESK_[A-Z_]+\b/g)].map(it => it[0]))].sort()

describe('the page of zendesk', () => {
  it('explains every code that the code raises, and no other', () => {
    expect(codesIn(readme)).to.deep.equal(codesIn(sources.join('\n')))
  })

  it('names every setting and every entity', () => {
    const names = [...Object.keys(propertiesOf(zendesk.settings)), ...Object.keys(zendesk.entities)]
    expect(names.filter(name => !readme.includes(`\`${name}\``))).to.deep.equal([])
  })
})
