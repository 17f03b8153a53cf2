import { sageIntacct } from '../../connectors/sage-intacct/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { JsonObject } from '../../engine/core/record.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

/** The flows of the first pair, in the order in which a workspace runs them. */
export const PAIR_FLOWS = ['classification', 'gl-accounts', 'vendors', 'customers', 'contacts'] as const
export const flowName = (short: string) => `sage-intacct-${short}-to-zoho-crm`

export interface PairOptions {
  readonly records?: number
  readonly seed?: number
  readonly intacct?: Readonly<Record<string, string>>
  readonly zoho?: Readonly<Record<string, string>>
  /** People's records that the CRM holds already. */
  readonly zohoRecords?: number
  readonly use?: readonly string[]
  readonly flows?: WorldOptions['flows']
  readonly tables?: WorldOptions['tables']
  readonly timeoutMs?: number
}

export interface Pair extends World {
  runAll(): Promise<Awaited<ReturnType<World['run']>>[]>
  readonly intacct: ReturnType<World['system']>
  readonly zoho: ReturnType<World['system']>
}

/** Sage Intacct and Zoho CRM, both as sandboxes, and a workspace between them. */
export async function createPair(options: PairOptions = {}): Promise<Pair> {
  const { records = 40, seed = 7, zohoRecords = 0 } = options
  const base = { port: 0, host: '127.0.0.1' as const, seed }
  const intacct = await sageIntacct.sandbox.start({ ...base, records, options: options.intacct ?? {} })
  const zoho = await zohoCrm.sandbox.start({ ...base, records: zohoRecords, options: options.zoho ?? {} })
  const use = options.use ?? PAIR_FLOWS
  const world = await createWorld({
    systems: { intacct: { connector: sageIntacct, sandbox: intacct }, zoho: { connector: zohoCrm, sandbox: zoho } },
    use: use.map(name => `sage-intacct-to-zoho-crm/${name}`),
    ...(options.flows ? { flows: options.flows } : {}),
    ...(options.tables ? { tables: options.tables } : {}),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  })
  return {
    ...world,
    runAll: async () => {
      const reports = []
      for (const name of use) reports.push(await world.run(flowName(name)))
      return reports
    },
    intacct: world.system('intacct'),
    zoho: world.system('zoho'),
    close: async () => {
      await world.close()
      await Promise.all([intacct.close(), zoho.close()])
    },
  }
}

/** What customers look like in the CRM, reduced to what tells them apart: key, name, key of the parent. */
export async function accountsOf(pair: Pair): Promise<readonly (readonly [string, string, string])[]> {
  const accounts = await pair.zoho.records('Accounts')
  const keyById = new Map(accounts.map(it => [String(it['id']), String(it['ERP_ID'] ?? '')]))
  const parentOf = (it: JsonObject) =>
    keyById.get(String((it['Parent_Account'] as JsonObject | null)?.['id'] ?? '')) ?? ''
  return accounts
    .map(it => [String(it['ERP_ID'] ?? ''), String(it['Account_Name']), parentOf(it)] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
}

/** The same of the customers as Sage Intacct has them. */
export async function customersOf(pair: Pair): Promise<readonly (readonly [string, string, string])[]> {
  const customers = await pair.intacct.records('CUSTOMER')
  return customers
    .map(it => [String(it['CUSTOMERID']), String(it['NAME']), String(it['PARENTID'] ?? '')] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
}
