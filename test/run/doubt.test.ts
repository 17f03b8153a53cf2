import { expect } from 'chai'
import { createToyWorld } from './support/toy-world.ts'

const flow = (operation: string) => `
flow: customers
source: { connector: toy-erp, entity: CUSTOMER }
map: { Name: NAME, ERP_ID: ID }
sink: { connector: toy-crm, entity: Accounts, operation: ${operation}, match: ERP_ID }
onDelete: delete
`

describe('a record whose deletion at the target was cut off anywhere', () => {
  for (const [operation, hasUpsert] of [
    ['upsert', true],
    ['upsert', false],
    ['create', true],
  ] as const)
    it(`is there again once its key is made anew as it was (${operation}, ${hasUpsert ? 'with' : 'without'} an upsert over there)`, async () => {
      for (let at = 1; ; at++) {
        const world = await createToyWorld(flow(operation), { hasUpsert })
        world.erp.put({ ID: 'A', NAME: 'A' })
        await world.run()
        world.erp.remove('A')
        const points = await world.mishap({ at, kind: 'crash' })
        world.erp.put({ ID: 'A', NAME: 'A' })
        await world.run()
        const held = world.crm.rows('Accounts').map(row => row.fields['Name'])
        expect([`point ${at}`, held, await world.letters()]).to.deep.equal([`point ${at}`, ['A'], []])
        await world.close()
        if (points < at) break
      }
    })
})
