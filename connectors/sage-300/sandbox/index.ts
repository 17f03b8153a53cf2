import {
  createSandboxClock,
  type SandboxOptions,
  type SandboxSpec,
  startSandboxServer,
} from '../../../engine/sdk/index.ts'
import { ROOT } from './address.ts'
import { controlData } from './control-data.ts'
import { type Counts, createCompanies, MAIN_COMPANY } from './data/companies.ts'
import { createKnobs, isKnob, KNOBS, type KnobBoard } from './knobs.ts'
import { createPool } from './pool.ts'
import { handle } from './router.ts'
import { API_USER, createSignIn } from './sign-in.ts'
import type { Site } from './site.ts'

/** Options of the data; every knob is an option too. */
const OPTIONS: Readonly<Record<string, string>> = {
  vendors: 'number of vendors, instead of --records',
  customers: 'number of customers, instead of --records',
  items: 'number of items, instead of --records',
  orders: 'number of orders, instead of three for four of --records; every second one is invoiced',
  accounts: 'number of general ledger accounts (default 40)',
}

/** A local Sage 300 server with its Web API, companies SAMINC and SAMLTD. */
export const sage300Sandbox: SandboxSpec = {
  summary: 'A Sage 300 server (Web API v1.0) with vendors, customers, orders, invoices, items and accounts.',
  defaultRecords: 40,
  options: { ...OPTIONS, ...Object.fromEntries(Object.entries(KNOBS).map(([name, it]) => [name, it.help])) },
  start: async options => {
    const knobs = knobsOf(options)
    const clock = createSandboxClock()
    const companies = createCompanies({ seed: options.seed, counts: countsOf(options), clock, knobs })
    const main = companies.get(MAIN_COMPANY)
    if (!main) throw new RangeError(`the sandbox has no company ${MAIN_COMPANY}`)
    let origin = ''
    const site: Site = {
      knobs,
      clock,
      companies,
      signIn: createSignIn(knobs),
      pool: createPool(knobs, clock),
      origin: () => origin,
    }
    const server = await startSandboxServer({
      port: options.port,
      host: options.host,
      clock,
      data: controlData(main),
      handle: request => handle(site, request),
      knobs: values => {
        for (const [name, value] of Object.entries(values)) knobs.set(name, value)
      },
      facts: () => ({ refusedSignIns: site.signIn.refusedCount(), mostInFlight: site.pool.mostInFlight() }),
    })
    origin = server.url
    const { passwordCase, timeZone } = knobs.now()
    return {
      url: server.url,
      settings: {
        baseUrl: `${origin}${ROOT}`,
        company: MAIN_COMPANY,
        userId: API_USER.id,
        timeZone,
        allowPlainHttp: true,
        ...(passwordCase === 'upper' ? { upperCasePassword: true } : {}),
      },
      secrets: { password: API_USER.password },
      close: server.close,
    }
  },
}

function knobsOf({ options }: SandboxOptions): KnobBoard {
  const knobs = createKnobs()
  for (const [name, value] of Object.entries(options)) {
    if (isKnob(name)) knobs.set(name, value)
    else if (!Object.hasOwn(OPTIONS, name)) throw new RangeError(`the sage-300 sandbox has no option "${name}"`)
  }
  return knobs
}

function countsOf({ options, records }: SandboxOptions): Counts {
  const count = (name: string, otherwise: number): number => {
    const text = options[name]
    if (text !== undefined && !/^\d+$/.test(text)) throw new RangeError(`option "${name}" must be a number`)
    return text === undefined ? otherwise : Number(text)
  }
  return {
    vendors: count('vendors', records),
    customers: count('customers', records),
    items: count('items', records),
    orders: count('orders', Math.ceil((records * 3) / 4)),
    accounts: count('accounts', 40),
  }
}
