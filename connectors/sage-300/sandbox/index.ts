import {
  createCertificate,
  createKnobs,
  createSandboxClock,
  helpOfKnobs,
  type JsonObject,
  type SandboxOptions,
  type SandboxSpec,
  type ServerCertificate,
  startSandboxServer,
  startTlsFront,
  type Voucher,
} from '../../../engine/sdk/index.ts'
import { ROOT } from './address.ts'
import { controlData } from './control-data.ts'
import { type Counts, createCompanies, MAIN_COMPANY } from './data/companies.ts'
import { KNOBS, type KnobBoard } from './knobs.ts'
import { createPool } from './pool.ts'
import { handle } from './router.ts'
import { API_USER, createSignIn } from './sign-in.ts'
import type { Site } from './site.ts'
import type { Company } from './store/company.ts'

/** Options of the data; every knob is an option too. */
const OPTIONS: Readonly<Record<string, string>> = {
  vendors: 'number of vendors, instead of --records',
  customers: 'number of customers, instead of --records',
  items: 'number of items, instead of --records',
  orders: 'number of orders, instead of three for four of --records; every second one is invoiced',
  accounts: 'number of general ledger accounts (default 40)',
  firstUniquifier: 'uniquifier of the first order and invoice (default 2417001); up to 18 digits',
  tls: 'own or authority: https with a certificate that itself or an authority vouches for: settings.caCertificate',
}

/** A local Sage 300 server with its Web API, companies SAMINC and SAMLTD. */
export const sage300Sandbox: SandboxSpec = {
  summary: 'A Sage 300 server (Web API v1.0) with vendors, customers, orders, invoices, items and accounts.',
  defaultRecords: 40,
  options: { ...OPTIONS, ...helpOfKnobs(KNOBS) },
  start: async options => {
    let origin = ''
    const site = createSite(options, () => origin)
    const voucher = voucherOf(options)
    const own = voucher ? createCertificate(voucher, new Date()) : undefined
    const server = await startSandboxServer({
      port: options.port,
      host: options.host,
      clock: site.clock,
      data: controlData(mainOf(site)),
      handle: request => handle(site, request),
      knobs: values => {
        for (const [name, value] of Object.entries(values)) site.knobs.set(name, value)
      },
      facts: () => ({
        refusedSignIns: site.signIn.refusedCount(),
        mostInFlight: site.pool.mostInFlight(),
        ...(own ? { certificateFingerprint: own.fingerprint } : {}),
      }),
    })
    const front = own ? await startTlsFront({ host: options.host, plainUrl: server.url, own }) : undefined
    const { hostname } = new URL(server.url)
    origin = front ? `https://${hostname}:${front.port}` : server.url
    return {
      // the control routes stay on plain http: whoever drives a test need not trust the certificate
      url: server.url,
      settings: settingsOf(origin, site.knobs, own),
      secrets: { password: API_USER.password },
      close: async () => {
        await front?.close()
        await server.close()
      },
    }
  },
}

function createSite(options: SandboxOptions, origin: () => string): Site {
  const knobs = createKnobs(KNOBS, { sandbox: 'sage-300', given: options.options, options: OPTIONS })
  const clock = createSandboxClock()
  const firstUniquifier = firstUniquifierOf(options)
  const companies = createCompanies({ seed: options.seed, counts: countsOf(options), firstUniquifier, clock, knobs })
  return { knobs, clock, companies, signIn: createSignIn(knobs), pool: createPool(knobs, clock), origin }
}

function mainOf({ companies }: Site): Company {
  const main = companies.get(MAIN_COMPANY)
  if (!main) throw new RangeError(`the sandbox has no company ${MAIN_COMPANY}`)
  return main
}

function settingsOf(origin: string, knobs: KnobBoard, own: ServerCertificate | undefined): JsonObject {
  const { passwordCase, timeZone } = knobs.now()
  return {
    baseUrl: `${origin}${ROOT}`,
    company: MAIN_COMPANY,
    userId: API_USER.id,
    timeZone,
    ...(own ? { caCertificate: own.trusted } : { allowPlainHttp: true }),
    ...(passwordCase === 'upper' ? { upperCasePassword: true } : {}),
  }
}

function voucherOf({ options }: SandboxOptions): Voucher | undefined {
  const { tls } = options
  if (tls === undefined || tls === 'own' || tls === 'authority') return tls
  throw new RangeError('option "tls" must be own or authority')
}

function firstUniquifierOf({ options }: SandboxOptions): bigint {
  const text = options['firstUniquifier'] ?? '2417001'
  if (!/^\d{1,18}$/.test(text)) throw new RangeError('option "firstUniquifier" must be a number')
  return BigInt(text)
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
