import { expect } from 'chai'
import { codes, openRig, type Rig, refusal } from './sandbox.support.ts'

describe('Sage 300 sandbox: batches', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig({}, 6)
    await rig.at.clock({ now: '2026-03-02T10:00:00Z' })
  })
  afterEach(() => rig.close())

  const receivable = (more = {}) => ({
    Description: 'From CRM',
    Invoices: [
      {
        CustomerNumber: '1400',
        DocumentNumber: 'D-1',
        InvoiceDetails: [{ ExtendedAmountWithTIP: 10.5 }, { ExtendedAmountWithTIP: 2 }],
      },
    ],
    ...more,
  })
  const payable = (DocumentNumber: string, VendorNumber = '1200') => ({
    Invoices: [{ VendorNumber, DocumentNumber, InvoiceDetails: [{ DistributedAmount: 7 }] }],
  })
  const post = (path: string, body: object) => rig.call('POST', path, { body })
  const statusOf = async (batch: number) => (await rig.call('GET', `AR/ARInvoiceBatches(${batch})`)).body['BatchStatus']

  it('numbers batches, entries and lines itself, and adds them up', async () => {
    const { status, body } = await post('AR/ARInvoiceBatches', receivable({ BatchNumber: 77 }))
    expect(status).to.equal(201)
    expect(body).to.include({
      BatchNumber: 1,
      NumberOfEntries: 1,
      BatchTotal: 12.5,
      BatchStatus: 'Open',
      DateLastEdited: '2026-03-02T00:00:00Z',
    })
    expect(body.Invoices[0]).to.include({ EntryNumber: 1, AmountDue: 12.5 })
    expect((body.Invoices[0]?.InvoiceDetails ?? []).map(it => it['LineNumber'])).to.deep.equal([20, 40])
    expect((await post('AR/ARInvoiceBatches', receivable({ Invoices: [] }))).body['BatchNumber']).to.equal(2)
  })

  it('gets ready to be posted by PATCH or at once, and is posted by the process', async () => {
    await post('AR/ARInvoiceBatches', receivable())
    await post('AR/ARInvoiceBatches', { ...receivable({ Invoices: [] }), BatchStatus: 'ReadyToPost' })
    await post('AR/ARInvoiceBatches', receivable({ Invoices: [] }))
    const patch = (batch: number, body: object) => rig.call('PATCH', `AR/ARInvoiceBatches(${batch})`, { body })
    expect((await patch(1, { BatchNumber: 1, BatchStatus: 'ReadyToPost' })).status).to.equal(204)
    expect((await rig.call('POST', 'AR/ARPostInvoices($process)', { body: {} })).status).to.equal(204)
    expect([await statusOf(1), await statusOf(2), await statusOf(3)]).to.deep.equal(['Posted', 'Posted', 'Open'])
    expect(refusal(await patch(1, { Description: 'x' }))).to.deep.equal([409, 'General'])
    expect(refusal(await rig.call('POST', 'AR/ARPostInvoices', { body: {} }))).to.deep.equal([400, 'InvalidAction'])
  })

  it("takes a vendor's document number once, and parties that exist", async () => {
    expect((await post('AP/APInvoiceBatches', payable('B-1'))).status).to.equal(201)
    expect((await post('AP/APInvoiceBatches', payable('B-1', '1400'))).status).to.equal(201)
    const refused = [payable('B-1'), payable('B-2', 'NOBODY'), payable('B-3', '')]
    expect(codes(await Promise.all(refused.map(it => post('AP/APInvoiceBatches', it))))).to.deep.equal(
      refused.map(() => [409, 'FieldInvalid']),
    )
  })
})
