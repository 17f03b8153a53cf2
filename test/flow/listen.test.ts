import { expect } from 'chai'
import { connectors } from '../../connectors/index.ts'
import { checkFlow } from './support.ts'

const registry = new Map(connectors.map(it => [it.name, it]))

const flow = (events: string) => `
flow: deals
source: { connector: zoho-crm, entity: Deals }
filter: Stage = "Closed Won"
map: { AccountRef: id, CustomerName: Deal_Name, CustomerClass: '"DEFAULT"' }
sink: { connector: acumatica, entity: Customer, operation: create, match: AccountRef }
listen: { events: [${events}] }
schedule: { every: 15m, jitter: 5s }
`
const connections = { zoho: 'zoho-crm', acumatica: 'acumatica' }
const check = (events: string) => checkFlow(flow(events), { connections, registry })

describe('listen', () => {
  it('names entities that the flow reads', () => {
    const { plan, diagnostics } = check('Deals')
    expect(diagnostics).to.deep.equal([])
    expect(plan?.listen).to.deep.equal({ events: ['Deals'] })
    expect(plan?.schedule).to.deep.include({ everyMs: 900_000, jitterMs: 5_000 })
  })

  for (const event of ['Deals.edit', 'Accounts', 'deals'])
    it(`refuses ${event}, at its place and with what would do`, () => {
      const { diagnostics } = check(event)
      expect(diagnostics.map(it => it.code)).to.deep.equal(['FLOW_LISTEN_ENTITY'])
      expect(diagnostics[0]).to.include({ line: 7, column: 20 })
      expect(diagnostics[0]?.remedy).to.contain('Deals')
    })
})
