import { expect } from 'chai'
import { errorOf, HOUR, type Opened, open } from './open.ts'

const CUSTOMERS = 'AR/ARCustomers'

describe('the check of sage-300 before a run', () => {
  let erp: Opened
  beforeEach(async () => {
    erp = await open()
  })
  afterEach(() => erp.close())

  const check = (entity: string, use: 'read' | 'write', fields: readonly string[] = []) =>
    erp.connection.preflight({ entity, use, fields, optional: [] })

  it('asks little, and remembers for half a day', async () => {
    expect(await check(CUSTOMERS, 'write', ['City'])).to.deep.equal({ is: 'available' })
    expect(erp.calls).to.deep.equal(['list AR/ARCustomers', 'template AR/ARCustomers', 'metadata AR'])
    await check(CUSTOMERS, 'write', ['City'])
    expect(erp.calls).to.have.length(3)
    await erp.advance(13 * HOUR)
    await check(CUSTOMERS, 'write', ['City'])
    expect(erp.calls).to.have.length(6)
  })

  const CLOSED = {
    'the module is not ticked': [{ deniedModules: ['AR'] }, 'read', 'SAGE300_NO_RIGHTS'],
    'the record may not be seen': [{ deniedResources: [CUSTOMERS] }, 'read', 'SAGE300_NO_RIGHTS'],
    'the record may not be changed': [{ readOnlyResources: [CUSTOMERS] }, 'write', 'SAGE300_NO_RIGHTS'],
    'the release lacks it': [{ missingResources: [CUSTOMERS] }, 'read', 'SAGE300_RESOURCE_MISSING'],
  } as const
  for (const [what, [knobs, use, code]] of Object.entries(CLOSED))
    it(`tells that ${what}, and finds it open again as soon as it is`, async () => {
      await erp.at.knobs(knobs)
      const answer = await check(CUSTOMERS, use)
      expect(answer.is === 'unavailable' && [answer.error.kind, answer.error.code]).to.deep.equal(['unavailable', code])
      const [name = ''] = Object.keys(knobs)
      await erp.at.knobs({ [name]: [] })
      expect((await check(CUSTOMERS, use)).is).to.equal('available')
    })

  it('names the fields that a release lacks', async () => {
    const answer = await check(CUSTOMERS, 'read', ['City', 'Town', 'Village.Name'])
    expect(answer.is === 'unavailable' && answer.error.message).to.match(/no field Town, Village in/)
  })

  it('describes what there is, with what is known of it', async () => {
    const fields = (await erp.connection.describe('OE/OEOrders'))?.fields ?? {}
    expect(fields['OrderReference']).to.include({ type: 'string', maxLength: 60, unique: true })
    expect(fields['OrderUniquifier']).to.include({ type: 'id', readOnly: true })
    expect([fields['OrderDate']?.type, fields['OrderDetails']?.type]).to.deep.equal(['date', 'list'])
  })

  it('believes no metadata that is cut, empty or about nothing', async () => {
    for (const body of ['<edmx:Edmx><Schema', '', '<Edmx><DataServices></DataServices></Edmx>', '{"value":[]}']) {
      await erp.at.fault({ action: 'answer', status: 200, body, times: 10 })
      const error = await errorOf(() => erp.connection.describe(CUSTOMERS))
      expect(['transient', 'contract']).to.include(error.kind)
      await erp.at.clearFaults()
    }
  })
})
