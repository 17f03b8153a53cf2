import { expect } from 'chai'
import { acumatica } from '../../connectors/acumatica/index.ts'
import { zendesk } from '../../connectors/zendesk/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import { createWorld } from '../support/world.ts'

const FLOW = 'acumatica-customers-to-zendesk'

describe('a pair that no list names: Acumatica customers as Zendesk organizations', () => {
  it('is a flow file and nothing else: first run, quiet run, exactly what changed', async () => {
    const base = { port: 0, host: '127.0.0.1' as const, seed: 5 }
    const erp = await acumatica.sandbox.start({ ...base, records: 12, options: {} })
    const desk = await zendesk.sandbox.start({ ...base, records: 0, options: {} })
    const world = await createWorld({
      systems: { erp: { connector: acumatica, sandbox: erp }, desk: { connector: zendesk, sandbox: desk } },
      use: ['acumatica-to-zendesk/customers'],
    })
    const customers = async () =>
      (await world.system('erp').records('Customer')).map(it => [`acumatica-${it['CustomerID']}`, it['Status']])
    const organizations = async () =>
      (await world.system('desk').records('organizations'))
        .filter(it => it['external_id'])
        .map(it => [it['external_id'], (it['organization_fields'] as JsonObject)['erp_status']])

    expect((await world.run(FLOW)).counts).to.include({ read: 12, written: 12, dead: 0 })
    expect(await organizations()).to.have.deep.members(await customers())
    expect((await world.run(FLOW)).counts.written).to.equal(0)

    await world.system('erp').put('Customer', { CustomerID: 'C000000002', Status: 'On Hold' })
    const twin = (await world.system('erp').records('Customer'))[0]?.['CustomerName'] ?? ''
    await world.system('erp').put('Customer', { CustomerName: twin, CustomerClass: 'DEFAULT' })
    expect((await world.run(FLOW)).counts).to.include({ written: 2, dead: 0 })
    expect(await organizations()).to.have.deep.members(await customers())
    expect(await organizations()).to.have.length(13)
    expect((await world.run(FLOW)).counts.written).to.equal(0)

    await world.close()
    await Promise.all([erp.close(), desk.close()])
  })
})
