import { sageIntacct } from '../../connectors/sage-intacct/index.ts'
import { zendesk } from '../../connectors/zendesk/index.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

/** The flows of Sage Intacct and Zendesk, in the order in which a workspace runs them. */
export const ZENDESK_FLOWS = {
  vendors: 'sage-intacct-vendors-to-zendesk',
  customers: 'sage-intacct-customers-to-zendesk',
  tickets: 'zendesk-tickets-to-sage-intacct',
} as const

export interface ZendeskPairOptions {
  readonly vendors?: number
  readonly customers?: number
  readonly intacct?: Readonly<Record<string, string>>
  readonly zendesk?: Readonly<Record<string, string>>
  readonly use?: WorldOptions['use']
  readonly flows?: WorldOptions['flows']
}

export interface ZendeskPair extends World {
  /** Vendors, customers, tickets. */
  runAll(): Promise<Awaited<ReturnType<World['run']>>[]>
  /** All three clocks go on, beyond what Zendesk holds back and what is read again. */
  pass(): Promise<void>
  readonly intacct: ReturnType<World['system']>
  readonly zendesk: ReturnType<World['system']>
}

/** The test clock moves while it waits, a sandbox's does not: limits by the minute are off. */
const UNLIMITED = {
  incrementalPerMinute: '1000000',
  requestsPerMinute: '1000000',
  recordUpdatesPerMinute: '1000000',
  ticketsIndexPerMinute: '1000000',
}
const EMPTY = { organizations: '0', users: '0', tickets: '0' }
const LIBRARY = [
  'sage-intacct-to-zendesk/vendors',
  'sage-intacct-to-zendesk/customers',
  'zendesk-to-sage-intacct/tickets',
]
const THREE_HOURS = 3 * 60 * 60_000

/** Sage Intacct and Zendesk, both as sandboxes, and a workspace between them. Zendesk starts empty. */
export async function createZendeskPair(options: ZendeskPairOptions = {}): Promise<ZendeskPair> {
  const base = { port: 0, host: '127.0.0.1' as const, seed: 7, records: 0 }
  const amounts = { vendors: `${options.vendors ?? 0}`, customers: `${options.customers ?? 0}` }
  const erp = await sageIntacct.sandbox.start({ ...base, options: { ...amounts, ...options.intacct } })
  const desk = await zendesk.sandbox.start({ ...base, options: { ...UNLIMITED, ...EMPTY, ...options.zendesk } })
  const world = await createWorld({
    systems: { intacct: { connector: sageIntacct, sandbox: erp }, zendesk: { connector: zendesk, sandbox: desk } },
    use: options.use ?? LIBRARY,
    ...(options.flows ? { flows: options.flows } : {}),
  })
  const intacct = world.system('intacct')
  const zendeskSide = world.system('zendesk')
  return {
    ...world,
    runAll: async () => {
      const reports = []
      for (const name of Object.values(ZENDESK_FLOWS)) reports.push(await world.run(name))
      return reports
    },
    pass: async () => {
      world.clock.advance(THREE_HOURS)
      await intacct.clock({ advanceMs: THREE_HOURS })
      await zendeskSide.clock({ advanceMs: THREE_HOURS })
    },
    intacct,
    zendesk: zendeskSide,
    close: async () => {
      await world.close()
      await Promise.all([erp.close(), desk.close()])
    },
  }
}
