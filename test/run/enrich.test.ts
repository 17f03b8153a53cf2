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

const chain = (first: string, second: string) => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
enrich:
  parent: { connector: toy-erp, entity: CUSTOMER, key: '${first}' }
  grandparent: { connector: toy-erp, entity: CUSTOMER, key: '${second}' }
map: { ERP_ID: ID, Name: '$parent.NAME & " of " & $grandparent.NAME' }
sink: { connector: toy-crm, entity: Accounts, operation: upsert, match: ERP_ID }
`

describe('an enrichment whose key comes from the one above it', () => {
  it('finds what that one points at', async () => {
    const world = await createToyWorld(chain('PARENT', '$parent.PARENT'))
    world.erp.put({ ID: 'A', NAME: 'a', PARENT: 'B' })
    world.erp.put({ ID: 'B', NAME: 'b', PARENT: 'C' })
    world.erp.put({ ID: 'C', NAME: 'c' })
    expect((await world.run()).failure).to.equal(null)
    expect(world.crm.rows('Accounts').find(it => it.fields['ERP_ID'] === 'A')?.fields['Name']).to.equal('b of c')
    await world.close()
  })

  it('knows nothing of the one below it', async () => {
    const refused = await createToyWorld(chain('$grandparent.PARENT', 'PARENT')).catch((thrown: unknown) => thrown)
    expect(String(refused)).to.include('there is no variable $grandparent')
  })
})
