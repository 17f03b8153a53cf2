import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { sageIntacct } from '../../../connectors/sage-intacct/index.ts'
import { INTACCT_MEANINGS } from '../../../connectors/sage-intacct/refusals.ts'

const README = readFileSync(new URL('../../../connectors/sage-intacct/README.md', import.meta.url), 'utf8')

describe('sage-intacct: the README', () => {
  it('lists every setting with its default, and no other', () => {
    const { properties } = sageIntacct.settings as {
      properties: Record<string, { default?: unknown; writeOnly?: boolean }>
    }
    const section = README.slice(README.indexOf('## Settings'), README.indexOf('## Objects'))
    const rows = [...section.matchAll(/^\| `(\w+)` \|(.*?)\|(.*?)\|$/gm)].map(it =>
      it.slice(1).map(cell => cell.trim()),
    )
    expect(rows.map(([name]) => name)).to.deep.equal(Object.keys(properties))
    for (const [name = '', fallback, meaning] of rows) {
      const setting = properties[name]
      if (setting?.default !== undefined) expect(fallback, name).to.equal(`\`${setting.default}\``)
      expect(meaning === 'secret', name).to.equal(setting?.writeOnly === true)
    }
  })

  it('names every object, and those that can be written', () => {
    for (const [name, entity] of Object.entries(sageIntacct.entities)) {
      expect(README, name).to.contain(name)
      if (entity.write)
        expect(README.slice(README.indexOf('## Objects'), README.indexOf('Read only:'))).to.contain(name)
    }
  })

  it('lists every error code of the connector with its kind, and no other', () => {
    const folder = new URL('../../../connectors/sage-intacct/', import.meta.url)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const sources = names.filter(name => name.endsWith('.ts') && !name.startsWith('sandbox'))
    const raised = new Set<string>(Object.keys(INTACCT_MEANINGS))
    for (const name of sources) {
      const text = readFileSync(new URL(name, folder), 'utf8')
      for (const [, code = ''] of text.matchAll(/'(INTACCT_[A-Z_]+)'/g)) raised.add(code)
    }
    const rows = [...README.matchAll(/^\| `(INTACCT_\w+)` \| ([\w-]+)/gm)].map(it => it.slice(1))
    expect(rows.map(([code]) => code).sort()).to.deep.equal([...raised].sort())
    for (const [code, meaning] of Object.entries(INTACCT_MEANINGS))
      expect(rows.find(([name]) => name === code)?.[1], code).to.equal(meaning.kind)
  })
})
