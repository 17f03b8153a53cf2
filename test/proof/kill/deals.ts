import type { JsonObject } from '../../../engine/core/record.ts'
import type { Stage } from './stage.ts'

/** Deals that are won become orders: there is no key to match on but the deal's own id, and nothing is written twice. */
export const WON = { use: 'zoho-crm-to-sage-300/won-deals', with: { item: 'A1-103/0' } }

/** A person wins a deal of a new account; answers its id. */
export async function winDeal({ at }: Stage, round: number): Promise<string> {
  const crm = at('zoho-crm')
  const account = (await crm.put('Accounts', { Account_Name: `Won ${round}` })) as JsonObject
  const deal = {
    Deal_Name: `Deal ${round}`,
    Stage: 'Closed Won',
    Amount: 99.5,
    Account_Name: { id: account['id'] ?? '' },
  }
  return String(((await crm.put('Deals', deal)) as JsonObject)['id'])
}

/** Each deal must have one order of a customer that is there once. */
export async function differencesOfDeals(
  { at }: Stage,
  deals: readonly string[],
): Promise<{ readonly lost: string[]; readonly doubled: string[] }> {
  const orders = await at('sage-300').records('OE/OEOrders')
  const customers = (await at('sage-300').records('AR/ARCustomers')).map(it => String(it['CustomerName']))
  const ordersOf = (deal: string) => orders.filter(it => it['OrderReference'] === deal)
  const made = customers.filter(name => name.startsWith('Won '))
  return {
    lost: deals.filter(deal => ordersOf(deal).length === 0),
    doubled: [
      ...deals.filter(deal => ordersOf(deal).length > 1),
      ...made.filter((name, index) => made.indexOf(name) !== index),
    ],
  }
}
