import { expect } from 'chai'
import { openRig, type Rig, valueAt, wrap } from './sandbox.support.ts'

describe('Acumatica sandbox: the life of an invoice', () => {
  let rig: Rig
  let headers: Readonly<Record<string, string>>
  beforeEach(async () => {
    rig = await openRig()
    await rig.control.clock({ now: '2027-01-05T10:00:00.000Z' })
    await rig.control.knobs({ operationMs: 3_000 })
    headers = { authorization: `Bearer ${String((await rig.signIn())['access_token'])}` }
  })
  afterEach(() => rig.close())

  const make = async () => {
    const Details = [{ InventoryID: 'PART-000001', Qty: 3, UnitPrice: 33.33 }]
    const made = await rig.put('SalesInvoice', wrap({ Type: 'Invoice', CustomerID: 'C000000001', Details }))
    return { Type: 'Invoice', ReferenceNbr: String(valueAt(made, 'ReferenceNbr')), made }
  }
  const release = (key: { Type: string; ReferenceNbr: string }, path = 'SalesInvoice/ReleaseSalesInvoice') =>
    rig.call('POST', path, { body: { entity: wrap({ Type: key.Type, ReferenceNbr: key.ReferenceNbr }) } })
  const poll = (location: string | null) => rig.raw('GET', location?.replace('/AcumaticaERP/', '') ?? '', { headers })
  const status = async (number: string) => valueAt((await rig.get(`SalesInvoice/Invoice/${number}`))[0], 'Status')

  it('goes from hold to balanced to open to closed', async () => {
    const { Type, ReferenceNbr, made } = await make()
    expect([valueAt(made, 'Status'), valueAt(made, 'Amount')]).to.deep.equal(['On Hold', 99.99])
    const balanced = await rig.put('SalesInvoice', wrap({ Type, ReferenceNbr, Hold: false }))
    expect(valueAt(balanced, 'Status')).to.equal('Balanced')

    const started = await release({ Type, ReferenceNbr })
    const location = started.headers.get('location')
    expect([started.status, location]).to.satisfy(
      ([code, at]: readonly [number, string]) =>
        code === 202 &&
        /^\/AcumaticaERP\/entity\/Default\/24\.200\.001\/SalesInvoice\/ReleaseSalesInvoice\/status\//.test(at),
    )
    expect((await poll(location)).status).to.equal(202)
    // other calls to the form in this session wait, those to other forms do not
    expect((await rig.call('GET', 'SalesInvoice?$top=1')).status).to.equal(409)
    expect((await rig.call('GET', 'Customer?$top=1')).status).to.equal(200)
    await rig.control.clock({ advanceMs: 3_000 })
    expect((await poll(location)).status).to.equal(204)
    expect(await status(ReferenceNbr)).to.equal('Open')

    await rig.control.put('SalesInvoice', { Type, ReferenceNbr, Balance: 40 })
    expect(await status(ReferenceNbr)).to.equal('Open')
    await rig.control.put('SalesInvoice', { Type, ReferenceNbr, Balance: 0 })
    expect(await status(ReferenceNbr)).to.equal('Closed')
  })

  it('is another session’s business only in the end', async () => {
    const { Type, ReferenceNbr } = await make()
    await rig.put('SalesInvoice', wrap({ Type, ReferenceNbr, Hold: false }))
    await release({ Type, ReferenceNbr })
    await rig.signIn()
    expect((await rig.call('GET', 'SalesInvoice?$top=1')).status).to.equal(200)
  })

  it('moves the change time with the release', async () => {
    const { Type, ReferenceNbr } = await make()
    const balanced = await rig.put('SalesInvoice', wrap({ Type, ReferenceNbr, Hold: false }))
    await release({ Type, ReferenceNbr })
    await rig.control.clock({ advanceMs: 60_000 })
    const [after] = await rig.get(`SalesInvoice/Invoice/${ReferenceNbr}`)
    expect(valueAt(after, 'LastModifiedDateTime')).to.not.equal(valueAt(balanced, 'LastModifiedDateTime'))
  })

  it('says so when the operation failed', async () => {
    const { Type, ReferenceNbr } = await make()
    await rig.put('SalesInvoice', wrap({ Type, ReferenceNbr, Hold: false }))
    await rig.control.knobs({ operationsFail: true })
    const { headers: answered } = await release({ Type, ReferenceNbr })
    await rig.control.clock({ advanceMs: 3_000 })
    expect((await poll(answered.get('location'))).status).to.equal(500)
    expect(await status(ReferenceNbr)).to.equal('Balanced')
  })

  it('answers 204 at once when there is nothing to wait for, also as Invoice', async () => {
    await rig.control.knobs({ operationMs: 0 })
    const { Type, ReferenceNbr } = await make()
    expect((await release({ Type, ReferenceNbr })).status, 'on hold').to.equal(500)
    await rig.put('SalesInvoice', wrap({ Type, ReferenceNbr, Hold: false }))
    expect((await release({ Type, ReferenceNbr }, 'Invoice/ReleaseInvoice')).status).to.equal(204)
    expect(await status(ReferenceNbr)).to.equal('Open')
  })
})
