import { sage100 } from '../../connectors/sage-100/index.ts'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { Json, JsonObject } from '../../engine/core/record.ts'
import { createMortality, type Mortality } from './mortal-world.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

/** The flows of Sage 100 and Zoho CRM, in the order in which a workspace runs them. */
export const SAGE_100_FLOWS = {
  customers: 'sage-100-customers-to-zoho-crm',
  contacts: 'sage-100-contacts-to-zoho-crm',
  vendors: 'sage-100-vendors-to-zoho-crm',
  accounts: 'sage-100-gl-accounts-to-zoho-crm',
  orders: 'sage-100-sales-orders-to-zoho-crm',
} as const

export interface Sage100PairOptions {
  readonly records?: number
  /** Options of the sandboxes. */
  readonly sage?: Readonly<Record<string, string>>
  readonly zoho?: Readonly<Record<string, string>>
  /** Settings of the connection beside the sandbox's. */
  readonly settings?: JsonObject
  /** Parameters of sales-orders. */
  readonly orders?: Readonly<Record<string, unknown>>
  /** The customer's own flows. */
  readonly flows?: WorldOptions['flows']
}

export interface Sage100Pair extends World {
  readonly erp: ReturnType<World['system']>
  readonly crm: ReturnType<World['system']>
  readonly live: Mortality['live']
  /** All flows, or these. */
  runAll(names?: readonly string[]): Promise<Awaited<ReturnType<World['run']>>[]>
  /** All clocks go on. */
  later(ms?: number): Promise<void>
  /** All clocks stand at this time. */
  setClocks(now: string): Promise<void>
}

/** What an administrator makes in Zoho CRM beside the fields that other pairs need, too. */
const CUSTOM_FIELDS = {
  GL_Accounts: [
    { api_name: 'Account_Number', data_type: 'text', length: 50 },
    { api_name: 'Level', data_type: 'text', length: 20 },
    { api_name: 'Main_Account', data_type: 'lookup', target: 'GL_Accounts' },
    { api_name: 'Type_Code', data_type: 'text', length: 10 },
    { api_name: 'Account_Group', data_type: 'text', length: 40 },
    { api_name: 'Cash_Flow', data_type: 'text', length: 10 },
    { api_name: 'Rollups', data_type: 'text', length: 100 },
  ],
  Sales_Orders: [
    { api_name: 'ERP_Lines', data_type: 'text', length: 2000 },
    { api_name: 'ERP_Total', data_type: 'currency' },
    { api_name: 'ERP_Status', data_type: 'text', length: 40 },
  ],
}

/** Sage 100 and Zoho CRM, both as sandboxes, and a workspace between them whose runs may die. Zoho CRM starts empty. */
export async function createSage100Pair(options: Sage100PairOptions = {}): Promise<Sage100Pair> {
  const base = { port: 0, host: '127.0.0.1' as const, seed: 5 }
  const started = await sage100.sandbox.start({
    ...base,
    records: options.records ?? 14,
    options: { accounts: '12', ...options.sage },
  })
  const erpSandbox = { ...started, settings: { ...started.settings, ...options.settings } }
  const crmOptions = { strictPicklists: 'true', ...options.zoho }
  const crmSandbox = await zohoCrm.sandbox.start({ ...base, records: 0, options: crmOptions })
  const { live, ...mortality } = createMortality({
    erp: { connector: sage100, sandbox: erpSandbox },
    crm: { connector: zohoCrm, sandbox: crmSandbox },
  })
  const world = await createWorld({
    ...mortality,
    ...(options.flows === undefined ? {} : { flows: options.flows }),
    use: [
      'sage-100-to-zoho-crm/customers',
      'sage-100-to-zoho-crm/contacts',
      'sage-100-to-zoho-crm/vendors',
      'sage-100-to-zoho-crm/gl-accounts',
      { use: 'sage-100-to-zoho-crm/sales-orders', with: { ...options.orders } },
    ],
  })
  const [erp, crm] = [world.system('erp'), world.system('crm')]
  await crm.knobs({ customFields: CUSTOM_FIELDS })
  const later = async (ms = 5_000) => {
    world.clock.advance(ms)
    await Promise.all([erp, crm].map(it => it.clock({ advanceMs: ms })))
  }
  return {
    ...world,
    ...{ erp, crm, live, later },
    runAll: async (names = Object.values(SAGE_100_FLOWS)) => {
      const reports = []
      for (const name of names) reports.push(await world.run(name))
      return reports
    },
    setClocks: async now => {
      world.clock.advance(Date.parse(now) - world.clock.now().getTime())
      await Promise.all([erp, crm].map(it => it.clock({ now })))
    },
    close: async () => {
      await world.close()
      await Promise.all([started.close(), crmSandbox.close()])
    },
  }
}

/** Products for these items; answers their ids by code. */
export async function putProducts(
  { crm }: Sage100Pair,
  codes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  for (const code of codes) {
    const product = { Product_Name: `Product ${code}`, Product_Code: code }
    ids.set(code, String(((await crm.put('Products', product)) as JsonObject)['id']))
  }
  return ids
}

/** `{ id }` of a lookup. */
export const idIn = (value: Json | undefined): Json | undefined => (value as JsonObject | null | undefined)?.['id']

export const rowsIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonObject[]) : []
