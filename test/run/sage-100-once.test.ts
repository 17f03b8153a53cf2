import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { dieAtEveryPoint } from '../support/mortal-world.ts'
import { createSage100Pair, putProducts, rowsIn, SAGE_100_FLOWS, type Sage100Pair } from '../support/sage-100-pair.ts'

const { customers: CUSTOMERS, orders: ORDERS } = SAGE_100_FLOWS

describe('an order of Sage 100 whose lines change while another one is new', function () {
  this.timeout(120_000)
  let pair: Sage100Pair
  let number = 900
  beforeEach(async () => {
    pair = await createSage100Pair({ records: 2, sage: { orders: '0' } })
    await putProducts(pair, ['1001-HON-H252', '2480-8-50'])
    await pair.run(CUSTOMERS)
  })
  afterEach(() => pair.close())

  const put = (SalesOrderNo: string, Lines: readonly JsonObject[]) =>
    pair.erp.put('SO_SalesOrder', { SalesOrderNo, ARDivisionNo: '01', CustomerNo: 'ABF', Lines })

  for (const kind of ['crash', 'fail'] as const)
    it(`is written once, each line once, wherever the run ends early (${kind})`, async () => {
      const points = await dieAtEveryPoint(pair, kind, {
        begin: async () => {
          const [old, fresh] = [`0000${number++}`, `0000${number++}`]
          await put(old, [{ ItemCode: '1001-HON-H252', QuantityOrdered: '1' }])
          await pair.run(ORDERS)
          await pair.later()
          await put(old, [
            { LineKey: '000001', QuantityOrdered: '5' },
            { ItemCode: '2480-8-50', QuantityOrdered: '4' },
          ])
          await put(fresh, [{ ItemCode: '2480-8-50', QuantityOrdered: '7' }])
          return { old, fresh }
        },
        run: () => pair.run(ORDERS),
        check: async ({ old, fresh }, where) => {
          const held = (await pair.crm.records('Sales_Orders'))
            .filter(it => [old, fresh].includes(String(it['ERP_ID'])))
            .map(it => [it['ERP_ID'], rowsIn(it['Ordered_Items']).map(line => line['Quantity'])])
            .sort()
          expect(held, where).to.deep.equal([
            [old, [5, 4]],
            [fresh, [7]],
          ])
          expect(await pair.ledger.deadLetters({ state: 'open', limit: 2 }), where).to.deep.equal([])
          await pair.later()
          expect((await pair.run(ORDERS)).counts, where).to.include({ written: 0, dead: 0 })
        },
      })
      expect(points).to.be.greaterThan(20)
    })
})
