import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { dieAtEveryPoint } from '../support/mortal-world.ts'
import { createSage300Pair, rowsIn, SAGE_300_FLOWS, type Sage300Pair } from '../support/sage-300-pair.ts'

const { won: WON } = SAGE_300_FLOWS

interface Won {
  readonly account: string
  readonly deal: string
}

const numberOf = ({ account }: Won) => `Z${account.slice(-11)}`

async function win({ put }: Sage300Pair, fields: JsonObject = {}): Promise<Won> {
  const account = await put('Accounts', { Account_Name: 'Won Ltd' })
  return { account, deal: await winAlso({ put }, account, fields) }
}

const winAlso = ({ put }: Pick<Sage300Pair, 'put'>, id: string, fields: JsonObject = {}) =>
  put('Deals', { Deal_Name: 'D', Stage: 'Closed Won', Amount: 99.5, Account_Name: { id }, ...fields })

async function ordersOf({ erp }: Sage300Pair, deal: string) {
  return (await erp.records('OE/OEOrders')).filter(it => it['OrderReference'] === deal)
}

/** One customer, one order for each of the deals, and the account knows its number; nothing waits, nothing is dead. */
async function expectOne(
  pair: Sage300Pair,
  won: Won,
  deals: readonly string[] = [won.deal],
  where = '',
): Promise<void> {
  const number = numberOf(won)
  for (const deal of deals) {
    const orders = (await ordersOf(pair, deal)).map(it => [it['CustomerNumber'], it['OrderSubtotalAmount']])
    expect(orders, where).to.deep.equal([[number, 99.5]])
  }
  const customers = (await pair.erp.records('AR/ARCustomers')).filter(it => it['CustomerNumber'] === number)
  expect(customers, where).to.have.length(1)
  const account = (await pair.crm.records('Accounts')).find(it => it['id'] === won.account)
  expect(account?.['ERP_ID'], where).to.equal(number)
  expect(await pair.ledger.deadLetters({ state: 'open', limit: 10 }), where).to.deep.equal([])
  expect(await pair.ledger.unresolvedIntents(WON), where).to.deep.equal([])
  expect(await pair.ledger.parkedCount(WON), where).to.equal(0)
}

const WRITES = [
  ['the customer', 'erp', '^POST .*/ARCustomers$'],
  ['the order', 'erp', '^POST .*/OEOrders$'],
  ['the number for the account', 'crm', '^PUT .*/Accounts'],
] as const

describe('a won deal becomes exactly one customer and one order', () => {
  let pair: Sage300Pair
  beforeEach(async () => {
    pair = await createSage300Pair({ customers: 2 })
  })
  afterEach(() => pair.close())

  /** The order is made, its answer is lost, and nothing tells what became of it. */
  const loseOrder = async () => {
    // what is checked before a run is known by now: the first look into orders is the one before the order is made
    await pair.run(WON, { keys: [] })
    await pair.erp.fault([
      { action: 'cutAfter', path: '^POST .*/OEOrders$' },
      { action: 'answer', path: '^GET .*/OEOrders', nth: 2, status: 503, body: '', times: 100 },
    ])
  }

  for (const [what, side, path] of WRITES)
    for (const action of ['cutAfter', 'cutMid', 'cutBefore'] as const)
      it(`when the answer to ${what} is lost (${action})`, async () => {
        const won = await win(pair)
        await pair[side].fault({ action, path })
        await pair.run(WON)
        expect(await pair[side].faultsLeft()).to.equal(0)
        await pair.run(WON)
        await expectOne(pair, won)
      })

  for (const side of ['erp', 'crm'] as const)
    it(`when any call to the ${side} is cut off after it was carried out, each in turn`, async () => {
      let left = 0
      for (let nth = 1; left === 0; nth++) {
        const won = await win(pair)
        await pair[side].fault({ action: 'cutAfter', path: '.', nth })
        await pair.run(WON)
        left = await pair[side].faultsLeft()
        await pair[side].clearFaults()
        await pair.run(WON)
        await expectOne(pair, won, [won.deal], `${side} call ${nth}`)
      }
    })

  it('when Sage 300 fails for a whole run after it has made the order', async () => {
    const won = await win(pair)
    await loseOrder()
    expect((await pair.run(WON)).state).to.equal('failed')
    expect(await ordersOf(pair, won.deal)).to.have.length(1)
    await pair.erp.clearFaults()
    await pair.run(WON)
    await expectOne(pair, won)
  })

  it('when it is told three times, and the poll sees it as well', async () => {
    const won = await win(pair)
    for (let n = 0; n < 3; n++) await pair.run(WON, { keys: [won.deal], trigger: 'webhook' })
    await pair.run(WON)
    await expectOne(pair, won)
    await pair.later()
    await pair.crm.put('Deals', { id: won.deal, Amount: 5 })
    await pair.run(WON)
    await pair.run(WON, { keys: [won.deal], trigger: 'webhook' })
    await pair.run(WON, { mode: 'sweep' })
    await expectOne(pair, won)
  })

  it('when it is told before and after a run that lost the answer to its order', async () => {
    const won = await win(pair)
    await loseOrder()
    await pair.run(WON, { keys: [won.deal], trigger: 'webhook' })
    expect(await ordersOf(pair, won.deal)).to.have.length(1)
    await pair.erp.clearFaults()
    await pair.run(WON, { keys: [won.deal], trigger: 'webhook' })
    await pair.run(WON)
    await expectOne(pair, won)
  })

  it('each, when several deals of one new account are won, at once or later, in any order', async () => {
    const first = await win(pair, { Stage: 'Qualification' })
    const deals = [await winAlso(pair, first.account), await winAlso(pair, first.account)]
    await pair.run(WON)
    await expectOne(pair, first, deals)
    await pair.later()
    await pair.crm.put('Deals', { id: first.deal, Stage: 'Closed Won' })
    const last = await winAlso(pair, first.account)
    await pair.run(WON)
    await expectOne(pair, first, [first.deal, ...deals, last])
  })

  it('also of a customer that was there already under the number, which is found', async () => {
    const won = await win(pair)
    await pair.erp.put('AR/ARCustomers', { CustomerNumber: numberOf(won), GroupCode: 'RTL', CustomerName: 'By hand' })
    await pair.run(WON)
    await expectOne(pair, won)
    const [customer] = (await pair.erp.records('AR/ARCustomers')).filter(it => it['CustomerName'] === 'By hand')
    expect(customer?.['CustomerNumber']).to.equal(numberOf(won))
  })

  it('also when its order was refused first, and is replayed twice', async () => {
    const product = await pair.put('Products', { Product_Name: 'P', Product_Code: 'NO-SUCH-ITEM' })
    const won = await win(pair)
    await pair.put('Sales_Orders', {
      Subject: 'S',
      Account_Name: { id: won.account },
      Deal_Name: { id: won.deal },
      Ordered_Items: [{ Product_Name: { id: product }, Quantity: 1, List_Price: 99.5 }],
    })
    expect((await pair.run(WON)).deadByCode).to.deep.equal({ SAGE300_FIELD_INVALID: 1 })
    await pair.crm.put('Products', { id: product, Product_Code: 'A1-105/0' })
    await pair.replay(WON)
    await pair.replay(WON)
    await expectOne(pair, won)
    const [order] = await ordersOf(pair, won.deal)
    expect(rowsIn(order?.['OrderDetails']).map(it => it['Item'])).to.deep.equal(['A1-105/0'])
  })
})

describe('a preview of won deals', () => {
  it('shows customer, number and order of a deal that is new, and says of nothing that it would be refused', async () => {
    const pair = await createSage300Pair({ customers: 2 })
    const won = await win(pair)
    const also = await winAlso(pair, won.account)
    const { records } = await pair.preview(WON)
    const number = numberOf(won)
    const found = records.map(it => [
      it.key,
      it.step,
      it.would,
      it.differences.map(line => line.after).includes(number),
    ])
    expect(found).to.deep.equal([
      [won.deal, 'customer', 'create', true],
      [won.deal, 'account', 'update', true],
      [won.deal, 'order', 'create', true],
      [also, 'order', 'create', true],
    ])
    expect(await ordersOf(pair, won.deal)).to.deep.equal([])
    await pair.close()
  })
})

describe('a process that makes an order of a won deal', function () {
  this.timeout(280_000)
  for (const kind of ['crash', 'fail'] as const)
    it(`may ${kind} at any call to a system or to the ledger: there is one customer and one order`, async () => {
      const pair = await createSage300Pair({ customers: 2 })
      await pair.run(WON)
      const points = await dieAtEveryPoint(pair, kind, {
        begin: () => win(pair),
        run: () => pair.run(WON),
        check: (won, where) => expectOne(pair, won, [won.deal], where),
      })
      expect(points).to.be.greaterThan(30)
      await pair.close()
    })

  it('may crash as well while one deal waits for the customer of another', async () => {
    const pair = await createSage300Pair({ customers: 2 })
    await pair.run(WON)
    const points = await dieAtEveryPoint(pair, 'crash', {
      begin: async () => {
        const won = await win(pair)
        return { ...won, deals: [won.deal, await winAlso(pair, won.account)] }
      },
      run: () => pair.run(WON),
      check: (won, where) => expectOne(pair, won, won.deals, where),
    })
    expect(points).to.be.greaterThan(40)
    await pair.close()
  })
})

describe('deals that are not for Sage 300', () => {
  it('are those closed before the day of going live', async () => {
    const pair = await createSage300Pair({ customers: 2, won: { since: '2026-03-01' } })
    const old = await win(pair, { Closing_Date: '2026-02-28' })
    const won = await win(pair, { Closing_Date: '2026-03-01' })
    expect((await pair.run(WON)).counts).to.include({ written: 1, filtered: 1 })
    expect(await ordersOf(pair, old.deal)).to.deep.equal([])
    await expectOne(pair, won)
    const also = await winAlso(pair, old.account, { Closing_Date: '2026-03-02' })
    expect((await pair.run(WON)).counts).to.include({ written: 1, parked: 0 })
    await expectOne(pair, old, [also])
    await pair.close()
  })

  it('but one without an account, or of which nobody knows what was sold, is a dead letter and not passed over', async () => {
    const pair = await createSage300Pair({ customers: 2, won: { item: '' } })
    await win(pair)
    await pair.put('Deals', { Deal_Name: 'Nobody', Stage: 'Closed Won', Amount: 1 })
    expect((await pair.run(WON)).counts).to.include({ written: 0, dead: 2 })
    const letters = await pair.ledger.deadLetters({ state: 'open', limit: 10 })
    expect(
      letters.map(it => it.failure.message.replace(/^.*OrderDetails: |^.*CustomerNumber: /, '')).sort(),
    ).to.deep.equal([
      'a won deal without an account cannot be ordered: give it one',
      'the deal has no sales order: make one, or set the parameter item',
    ])
    await pair.close()
  })
})
