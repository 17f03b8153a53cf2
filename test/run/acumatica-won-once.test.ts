import { expect } from 'chai'
import { acumatica } from '../../connectors/acumatica/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import { createMortality, dieAtEveryPoint, type Mortality } from '../support/mortal-world.ts'
import { createWorld, type World } from '../support/world.ts'

const WON = 'zoho-crm-won-customers-to-acumatica'

interface Pair extends World {
  readonly live: Mortality['live']
  readonly crm: ReturnType<World['system']>
  readonly erp: ReturnType<World['system']>
}

async function openPair(): Promise<Pair> {
  const base = { port: 0, host: '127.0.0.1' as const, seed: 5, records: 0 }
  const erpSandbox = await acumatica.sandbox.start({ ...base, options: {} })
  const crmSandbox = await zohoCrm.sandbox.start({ ...base, options: { strictPicklists: 'true' } })
  const { live, ...mortality } = createMortality({
    erp: { connector: acumatica, sandbox: erpSandbox },
    crm: { connector: zohoCrm, sandbox: crmSandbox },
  })
  const world = await createWorld({ ...mortality, use: ['zoho-crm-to-acumatica/won-customers'] })
  return {
    ...world,
    live,
    erp: world.system('erp'),
    crm: world.system('crm'),
    close: async () => {
      await world.close()
      await Promise.all([erpSandbox.close(), crmSandbox.close()])
    },
  }
}

interface Won {
  readonly account: string
  readonly deal: string
}

async function win({ crm }: Pair): Promise<Won> {
  const put = async (module: string, fields: JsonObject) =>
    String(((await crm.put(module, fields)) as JsonObject)['id'])
  const account = await put('Accounts', { Account_Name: 'Won Ltd' })
  return { account, deal: await put('Deals', { Deal_Name: 'D', Stage: 'Closed Won', Account_Name: { id: account } }) }
}

/** One customer refers to the account, which knows its code; nothing is dead or open. */
async function expectOne(pair: Pair, won: Won, where = ''): Promise<void> {
  const made = (await pair.erp.records('Customer')).filter(it => it['AccountRef'] === won.account)
  expect(made, where).to.have.length(1)
  const account = (await pair.crm.records('Accounts')).find(it => it['id'] === won.account)
  expect(account?.['ERP_ID'], where).to.equal(made[0]?.['CustomerID'])
  expect(await pair.ledger.deadLetters({ state: 'open', limit: 10 }), where).to.deep.equal([])
  expect(await pair.ledger.unresolvedIntents(WON), where).to.deep.equal([])
}

describe('the account of a won deal becomes exactly one Acumatica customer', function () {
  this.timeout(280_000)
  let pair: Pair
  beforeEach(async () => {
    pair = await openPair()
  })
  afterEach(() => pair.close())

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
        await expectOne(pair, won, `${side} call ${nth}`)
      }
    })

  for (const kind of ['crash', 'fail'] as const)
    it(`when the process meets a ${kind} at any call to a system or to the ledger`, async () => {
      await pair.run(WON)
      const points = await dieAtEveryPoint(pair, kind, {
        begin: () => win(pair),
        run: () => pair.run(WON),
        check: (won, where) => expectOne(pair, won, where),
      })
      expect(points).to.be.greaterThan(25)
    })

  it('when the deal is told three times, and the poll sees it as well', async () => {
    const won = await win(pair)
    for (let n = 0; n < 3; n++) await pair.run(WON, { keys: [won.deal], trigger: 'webhook' })
    await pair.run(WON)
    await pair.run(WON, { keys: [won.deal], trigger: 'webhook' })
    await expectOne(pair, won)
  })
})
