import { sage300 } from '../../connectors/sage-300/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { Json, JsonObject } from '../../engine/core/record.ts'
import { createMortality, type Mortality } from './mortal-world.ts'
import { createWorld, type World } from './world.ts'

/** The flows of Sage 300 and Zoho CRM, in the order in which a workspace runs them. */
export const SAGE_300_FLOWS = {
  vendors: 'sage-300-vendors-to-zoho-crm',
  won: 'zoho-crm-won-deals-to-sage-300',
  accounts: 'zoho-crm-accounts-to-sage-300',
  invoices: 'sage-300-invoices-to-zoho-crm',
} as const

export interface Sage300PairOptions {
  readonly vendors?: number
  readonly customers?: number
  readonly zoho?: Readonly<Record<string, string>>
  /** Parameters of won-deals. */
  readonly won?: Readonly<Record<string, unknown>>
}

export interface Sage300Pair extends World {
  readonly erp: ReturnType<World['system']>
  readonly crm: ReturnType<World['system']>
  readonly live: Mortality['live']
  runAll(): Promise<Awaited<ReturnType<World['run']>>[]>
  /** Both systems' clocks go on by some seconds: what is changed next has a time of its own. */
  later(): Promise<void>
  /** Makes or changes a record as a person does, and answers its id. */
  put(module: string, fields: JsonObject): Promise<string>
}

/** A field of its own for vendors: an account may be a customer as well. */
const VENDOR_FIELD = { api_name: 'ERP_Vendor_ID', data_type: 'text', length: 200, unique: true, external: true }

/** Sage 300 and Zoho CRM, both as sandboxes, and a workspace between them whose runs may die. Zoho CRM starts empty. */
export async function createSage300Pair(options: Sage300PairOptions = {}): Promise<Sage300Pair> {
  const base = { port: 0, host: '127.0.0.1' as const, seed: 5 }
  const amounts = {
    vendors: `${options.vendors ?? 0}`,
    customers: `${options.customers ?? 4}`,
    items: '6',
    orders: '2',
  }
  const erpSandbox = await sage300.sandbox.start({ ...base, records: 0, options: amounts })
  const crmSandbox = await zohoCrm.sandbox.start({
    ...base,
    records: 0,
    options: { strictPicklists: 'true', ...options.zoho },
  })
  const { live, ...mortality } = createMortality({
    erp: { connector: sage300, sandbox: erpSandbox },
    crm: { connector: zohoCrm, sandbox: crmSandbox },
  })
  const world = await createWorld({
    ...mortality,
    use: [
      'sage-300-to-zoho-crm/vendors',
      { use: 'zoho-crm-to-sage-300/won-deals', with: { item: 'A1-103/0', ...options.won } },
      'zoho-crm-to-sage-300/accounts',
      { use: 'sage-300-to-zoho-crm/invoices', with: { otherItem: 'OTHER' } },
    ],
  })
  const [erp, crm] = [world.system('erp'), world.system('crm')]
  await crm.knobs({ customFields: { Accounts: [VENDOR_FIELD] } })
  return {
    ...world,
    ...{ erp, crm, live },
    runAll: async () => {
      const reports = []
      for (const name of Object.values(SAGE_300_FLOWS)) reports.push(await world.run(name))
      return reports
    },
    later: async () => {
      await crm.clock({ advanceMs: 5_000 })
      await erp.clock({ advanceMs: 5_000 })
    },
    put: async (module, fields) => String(((await crm.put(module, fields)) as JsonObject)['id']),
    close: async () => {
      await world.close()
      await Promise.all([erpSandbox.close(), crmSandbox.close()])
    },
  }
}

/** `{ id }` of a lookup. */
export const idIn = (value: Json | undefined): Json | undefined => (value as JsonObject | null | undefined)?.['id']

export const rowsIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonObject[]) : []
