import { expect } from 'chai'
import { createSage100Pair, putProducts, SAGE_100_FLOWS, type Sage100Pair } from '../support/sage-100-pair.ts'

const { customers: CUSTOMERS, orders: ORDERS } = SAGE_100_FLOWS
const MINUTE = 60_000

/** Half an hour before the clock of Chicago is changed. */
const NIGHTS = { 'goes back': '2026-11-01T06:30:00Z', 'goes forward': '2027-03-14T07:30:00Z' } as const

describe('the night in which the clock of the Sage 100 server', () => {
  for (const [what, begin] of Object.entries(NIGHTS))
    it(`${what} loses no change and doubles none`, async () => {
      const pair = await createSage100Pair({ records: 4, sage: { orders: '0' } })
      await pair.setClocks(begin)
      await putProducts(pair, ['2480-8-50'])
      await pair.erp.put('SO_SalesOrder', {
        SalesOrderNo: '0000900',
        ARDivisionNo: '01',
        CustomerNo: 'ABF',
        Lines: [{ ItemCode: '2480-8-50', QuantityOrdered: '1' }],
      })
      await pair.runAll([CUSTOMERS, ORDERS])
      for (let turn = 1; turn <= 18; turn++) {
        await pair.later(10 * MINUTE)
        const key = turn % 2 === 0 ? '01-ABF' : '02-ABF'
        await pair.erp.put('AR_Customer', { key, AddressLine1: `${turn} Main Street` })
        await pair.erp.put('SO_SalesOrder', { SalesOrderNo: '0000900', CustomerPONo: `PO-${turn}` })
        const reports = await pair.runAll([CUSTOMERS, ORDERS])
        const seen = reports.map(it => [it.failure?.message ?? it.state, it.counts.written])
        expect(seen, `turn ${turn}`).to.deep.equal([
          ['succeeded', 1],
          ['succeeded', 1],
        ])
        expect(await streets(pair)).to.include(`${key} ${turn} Main Street`)
      }
      const [order, ...others] = await pair.crm.records('Sales_Orders')
      expect([order?.['Purchase_Order'], others]).to.deep.equal(['PO-18', []])
      await pair.close()
    })
})

const streets = async ({ crm }: Sage100Pair) =>
  (await crm.records('Accounts')).map(it => `${it['ERP_ID']} ${it['Billing_Street']}`)
