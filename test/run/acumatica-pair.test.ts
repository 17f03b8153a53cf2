import { expect } from 'chai'
import { acumatica } from '../../connectors/acumatica/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import { createWorld, type World } from '../support/world.ts'

const CUSTOMERS = 'acumatica-customers-to-zoho-crm'
const ITEMS = 'acumatica-items-to-zoho-crm'
const INVOICES = 'acumatica-invoices-to-zoho-crm'
const WON = 'zoho-crm-won-customers-to-acumatica'
const ALL = [INVOICES, CUSTOMERS, ITEMS, INVOICES, WON]

interface Pair extends World {
  readonly erp: ReturnType<World['system']>
  readonly crm: ReturnType<World['system']>
}

async function openPair(records = 12): Promise<Pair> {
  const base = { port: 0, host: '127.0.0.1' as const, seed: 5 }
  const erp = await acumatica.sandbox.start({ ...base, records, options: {} })
  const crm = await zohoCrm.sandbox.start({ ...base, records: 0, options: { strictPicklists: 'true' } })
  const world = await createWorld({
    systems: { erp: { connector: acumatica, sandbox: erp }, crm: { connector: zohoCrm, sandbox: crm } },
    use: [
      'acumatica-to-zoho-crm/customers',
      'acumatica-to-zoho-crm/items',
      'acumatica-to-zoho-crm/invoices',
      'zoho-crm-to-acumatica/won-customers',
    ],
  })
  return {
    ...world,
    erp: world.system('erp'),
    crm: world.system('crm'),
    close: async () => {
      await world.close()
      await Promise.all([erp.close(), crm.close()])
    },
  }
}

async function runAll(pair: Pair) {
  const reports = []
  for (const flow of ALL) reports.push(await pair.run(flow))
  return reports
}

describe('x', () => {
  it('y', async () => {
    const pair = await openPair()
    for (let i = 0; i < 2; i++)
      for (const it of await runAll(pair)) console.log(it.flow, it.state, JSON.stringify(it.counts), JSON.stringify(it.failure))
    console.log(JSON.stringify((await pair.ledger.deadLetters({ state: 'open', limit: 5 })).map(it => [it.flow, it.sourceKey, it.failure]), null, 1))
    console.log(JSON.stringify((await pair.crm.records('Invoices'))[0], null, 1))
    const acc = await pair.crm.put('Accounts', { Account_Name: 'Won Ltd', Billing_City: 'Leeds' }) as JsonObject
    console.log(acc)
    await pair.crm.put('Deals', { Deal_Name: 'D', Stage: 'Closed Won', Account_Name: { id: acc['id'] ?? '' } })
    await pair.crm.put('Deals', { Deal_Name: 'E', Stage: 'Closed Won', Account_Name: { id: acc['id'] ?? '' } })
    for (let i = 0; i < 3; i++)
      for (const it of await runAll(pair)) console.log(it.flow, it.state, JSON.stringify(it.counts), JSON.stringify(it.failure))
    console.log(JSON.stringify((await pair.ledger.deadLetters({ state: 'open', limit: 5 })).map(it => [it.flow, it.sourceKey, it.failure]), null, 1))
    console.log((await pair.erp.records('Customer')).filter(it => it['CustomerName'] === 'Won Ltd'))
    console.log((await pair.crm.records('Accounts')).filter(it => it['Account_Name'] === 'Won Ltd'))
    await pair.close()
  })
})
