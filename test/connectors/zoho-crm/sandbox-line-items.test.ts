import { expect } from 'chai'
import { type Body, openRig, type Rig } from './sandbox.support.ts'

describe('Zoho sandbox: line items', () => {
  let rig: Rig
  let account: string
  let bolt: string
  let nut: string
  beforeEach(async () => {
    rig = await openRig()
    const [made = ''] = await rig.accounts({ Account_Name: 'A', ERP_ID: 'C1' })
    account = made
    const products = [
      { Product_Name: 'Bolt', Product_Code: 'B-1', ERP_ID: 'I1', Unit_Price: 2.5 },
      { Product_Name: 'Nut', ERP_ID: 'I2' },
    ]
    const answer = await rig.call('POST', 'Products', { body: { data: products } })
    const [first, second] = answer.body.data
    bolt = first.details.id
    nut = second.details.id
  })
  afterEach(() => rig.close())

  const invoice = (rows: unknown, more: object = {}) => ({
    Subject: 'R-1',
    Account_Name: { id: account },
    Invoiced_Items: rows,
    ...more,
  })
  const insert = (record: object, headers = {}) => rig.call('POST', 'Invoices', { body: { data: [record] }, headers })
  const read = async (id: string): Promise<Body> => (await rig.call('GET', `Invoices/${id}`)).body.data[0]

  it('keeps rows with ids, checks products and computes the totals', async () => {
    const rows = [
      { Product_Name: { id: bolt }, Quantity: 3, Discount: 0.5 },
      { Product_Name: { id: nut }, Quantity: 2, List_Price: 1.255, Tax: 0.2 },
    ]
    const { status, body } = await insert(invoice(rows, { Adjustment: 1, Discount: 2, Grand_Total: 999 }))
    expect(status).to.equal(201)
    const stored = await read(body.data[0].details.id)
    expect(stored.Invoiced_Items.map(({ id, ...row }) => row)).to.deep.equal([
      {
        Product_Name: { Product_Code: 'B-1', name: 'Bolt', id: bolt },
        Quantity: 3,
        List_Price: 2.5,
        Discount: 0.5,
        Tax: 0,
        Description: null,
        Total: 7.5,
        Total_After_Discount: 7,
        Net_Total: 7,
      },
      {
        Product_Name: { name: 'Nut', id: nut },
        Quantity: 2,
        List_Price: 1.26,
        Discount: 0,
        Tax: 0.2,
        Description: null,
        Total: 2.52,
        Total_After_Discount: 2.52,
        Net_Total: 2.72,
      },
    ])
    expect(stored.Invoiced_Items.every(row => /^\d{19}$/.test(row.id))).to.equal(true)
    expect(stored).to.include({ Sub_Total: 9.72, Grand_Total: 8.72 })
    expect(stored.Invoice_Number).to.be.a('string')
  })

  it('shows rows on a single get only', async () => {
    await insert(invoice([{ Product_Name: { id: bolt }, Quantity: 1 }]))
    const { body } = await rig.call('GET', 'Invoices?fields=Subject,Invoiced_Items')
    expect(body.data[0]).to.have.all.keys('id', 'Subject')
  })

  it('changes rows by id, adds rows without one, and removes rows that are marked', async () => {
    const { body } = await insert(
      invoice([
        { Product_Name: { id: bolt }, Quantity: 1 },
        { Product_Name: { id: nut }, Quantity: 1, List_Price: 1 },
      ]),
    )
    const id = body.data[0].details.id
    const [first, second] = (await read(id)).Invoiced_Items
    const rows = [{ id: first.id, Quantity: 4 }, { id: second.id, _delete: null }, { Product_Name: { id: nut } }]
    const update = await rig.call('PUT', `Invoices/${id}`, { body: { data: [{ Invoiced_Items: rows }] } })
    expect(update.status).to.equal(200)
    const after = await read(id)
    expect(after.Invoiced_Items.map(it => [it.Product_Name.name, it.Quantity, it.Total])).to.deep.equal([
      ['Bolt', 4, 10],
      ['Nut', 1, 0],
    ])
    expect(after.Invoiced_Items[0].id).to.equal(first.id)
    expect(after.Grand_Total).to.equal(10)
  })

  it('refuses rows with an unknown product, another spelling, a wrong type or no product', async () => {
    const cases = [
      [{ Product_Name: { id: '5725767000999999999' } }, 'INVALID_DATA', 'Product_Name.id'],
      [{ Product_Name: { id: bolt }, quantity: 1 }, 'INVALID_DATA', 'quantity'],
      [{ Product_Name: { id: bolt }, Quantity: '1' }, 'INVALID_DATA', 'Quantity'],
      [{ Quantity: 1 }, 'MANDATORY_NOT_FOUND', 'Product_Name'],
      [{ id: '5725767000999999999', Quantity: 1 }, 'INVALID_DATA', 'id'],
    ] as const
    for (const [row, code, field] of cases) {
      const { status, body } = await insert(invoice([{ Product_Name: { id: nut } }, row]))
      expect([status, body.data[0].code, body.data[0].details.json_path]).to.deep.equal([
        400,
        code,
        `$.data[0].Invoiced_Items[1].${field}`,
      ])
    }
  })

  it('insists on rows, account and subject', async () => {
    for (const [record, field] of [
      [invoice([]), 'Invoiced_Items'],
      [invoice(undefined), 'Invoiced_Items'],
      [invoice([{ Product_Name: { id: bolt } }], { Account_Name: null }), 'Account_Name'],
    ] as const) {
      const { body } = await insert(record)
      expect([body.data[0].code, body.data[0].details.api_name]).to.deep.equal(['MANDATORY_NOT_FOUND', field])
    }
  })

  it('takes products by external value with the header, which keeps the old name of the rows', async () => {
    const row = { Product_Name: { ERP_ID: 'I1' }, Quantity: 2 }
    const header = { 'x-external': 'Invoices.Account_Name.ERP_ID,Invoices.Product_Details.Product_Name.ERP_ID' }
    const { status, body } = await insert(invoice([row], { Account_Name: { ERP_ID: 'C1' } }), header)
    expect(status).to.equal(201)
    expect((await read(body.data[0].details.id)).Invoiced_Items[0].Product_Name.id).to.equal(bolt)
    expect((await insert(invoice([row]))).body.data[0].code).to.equal('EXPECTED_FIELD_MISSING')
  })

  it('keeps sales orders the same way', async () => {
    const order = {
      Subject: 'O-1',
      Account_Name: { id: account },
      Ordered_Items: [{ Product_Name: { id: bolt }, Quantity: 2 }],
    }
    const { body } = await rig.call('POST', 'Sales_Orders/upsert', { body: { data: [order, order] } })
    expect(body.data.map(it => [it.action, it.duplicate_field])).to.deep.equal([
      ['insert', null],
      ['update', 'Subject'],
    ])
    const [stored] = await rig.control.records('Sales_Orders')
    // rows without an id are added, so that a repeated document doubles them
    expect(stored).to.include({ Sub_Total: 10, Status: 'Created' })
  })
})
