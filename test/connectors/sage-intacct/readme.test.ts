import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { sageIntacct } from '../../../connectors/sage-intacct/index.ts'

const README = readFileSync(new URL('../../../connectors/sage-intacct/README.md', import.meta.url), 'utf8')

describe('sage-intacct: the README', () => {
  it('lists every setting with its default, and no other', () => {
    const { properties } = sageIntacct.settings as {
      properties: Record<string, { default?: unknown; writeOnly?: boolean }>
    }
    const rows = [...README.matchAll(/^\| `(\w+)` \|(.*?)\|(.*?)\|$/gm)].map(it => it.slice(1).map(cell => cell.trim()))
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
})
