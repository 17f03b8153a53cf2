import { expect } from 'chai'
import { createToyWorld } from './support/toy-world.ts'

const flow = (key: string, more = '') => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
enrich:
  related: { connector: toy-erp, entity: CUSTOMER, key: '${key}', field: ID${more} }
map: { ERP_ID: ID, Name: '$join($related.NAME, " and ")' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
`

describe('an enrichment whose key is a list', () => {
  const nameOf = async (text: string) => {
    const world = await createToyWorld(text)
    try {
      const lines = ['B', 'C', 'B', ''].map(CODE => ({ CODE, QTY: 1 }))
      world.erp.put({ ID: 'A', NAME: 'a', LINES: lines })
      for (const ID of ['B', 'C', 'D']) world.erp.put({ ID, NAME: ID.toLowerCase() })
      expect((await world.run()).failure).to.equal(null)
      const asked = world.erp.reads.flatMap(it => (it.where ? [it.where.values] : []))
      return [world.crm.rows('Accounts').find(it => it.fields['ERP_ID'] === 'A')?.fields['Name'], asked]
    } finally {
      await world.close()
    }
  }

  it('finds a record for each value, each once, in one read', async () => {
    expect(await nameOf(flow('LINES.CODE', ', many: true'))).to.deep.equal(['b and c', [['B', 'C']]])
  })

  it('is the first record that is found, unless many are asked for', async () => {
    expect(await nameOf(flow('LINES.CODE'))).to.deep.equal(['b', [['B', 'C']]])
  })

  it('asks nothing when the list is empty', async () => {
    expect(await nameOf(flow('LINES[QTY = 9].CODE', ', many: true'))).to.deep.equal([null, []])
  })
})
