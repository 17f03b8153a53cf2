import {
  createCertificate,
  createKnobs,
  createSandboxClock,
  helpOfKnobs,
  type Json,
  type JsonObject,
  type SandboxOptions,
  type SandboxSpec,
  type ServerCertificate,
  startSandboxServer,
  startTlsFront,
  type Voucher,
} from '../../../engine/sdk/index.ts'
import { createPool } from './agent/pool.ts'
import { AGENT_ROOT } from './agent/router.ts'
import { COMMANDS, runCommand } from './commands.ts'
import { controlData } from './control-data.ts'
import { type Counts, createCompanies, MAIN_COMPANY } from './data/companies.ts'
import { KNOBS } from './knobs.ts'
import { createLocks } from './locks.ts'
import { handle } from './router.ts'
import type { Site } from './site.ts'
import { SOAP_PATH } from './soap/router.ts'
import { createHost } from './store/company.ts'
import { AGENT_KEY, createLogons, SYNC_USER } from './users.ts'

/** Options of the data; every knob is an option too. */
const OPTIONS: Readonly<Record<string, string>> = {
  paths: 'both (default), soap or agent: which access paths the customer has installed',
  customers: 'number of customers, instead of --records',
  contacts: 'number of customer contacts, instead of three for two customers',
  vendors: 'number of vendors, instead of three for four of --records',
  orders: 'number of sales orders, instead of three for four of --records',
  accounts: 'number of GL accounts (default 60)',
  tls: 'own or authority: https with a certificate that itself or an authority vouches for: settings.caCertificate',
  tie: 'rows that an import changed in one and the same tick (default 4)',
}

/** A local Sage 100 server: eBusiness Web Services and the BOI agent, companies ABC and ABX. */
export const sage100Sandbox: SandboxSpec = {
  summary: 'A Sage 100 server (eBusiness Web Services and BOI agent) with customers, vendors, orders and accounts.',
  defaultRecords: 40,
  options: {
    ...OPTIONS,
    ...helpOfKnobs(KNOBS),
  },
  start: async options => {
    const site = createSite(options)
    const main = site.companies.get(MAIN_COMPANY)
    if (!main) throw new RangeError(`the sandbox has no company ${MAIN_COMPANY}`)
    const voucher = voucherOf(options)
    const own = voucher ? createCertificate(voucher, new Date()) : undefined
    const server = await startSandboxServer({
      port: options.port,
      host: options.host,
      clock: site.clock,
      data: controlData(site, main),
      handle: request => handle(site, request),
      knobs: values => turn(site, values),
      facts: () => factsOf(site, own),
    })
    const front = own ? await startTlsFront({ host: options.host, plainUrl: server.url, own }) : undefined
    const { hostname } = new URL(server.url)
    const origin = front ? `https://${hostname}:${front.port}` : server.url
    return {
      // the control routes stay on plain http: whoever drives a test need not trust the certificate
      url: server.url,
      ...connectionOf(site, origin, own),
      close: async () => {
        await front?.close()
        await server.close()
      },
    }
  },
}

function createSite(options: SandboxOptions): Site {
  const clock = createSandboxClock()
  const knobs = createKnobs(KNOBS, {
    sandbox: 'sage-100',
    given: options.options,
    options: OPTIONS,
    commands: Object.keys(COMMANDS),
  })
  const host = createHost(clock, knobs)
  return {
    knobs,
    clock,
    host,
    companies: createCompanies({ seed: options.seed, counts: countsOf(options), knobs, host }),
    logons: createLogons(knobs.now),
    locks: createLocks(knobs),
    pool: createPool(knobs),
    paths: pathsOf(options),
    cursors: { validFrom: 0 },
    cardCalls: { count: 0 },
  }
}

function turn(site: Site, values: JsonObject): void {
  for (const [name, value] of Object.entries(values) as [string, Json][])
    if (Object.hasOwn(COMMANDS, name)) runCommand(site, name, value)
    else site.knobs.set(name, value)
}

const factsOf = (site: Site, own: ServerCertificate | undefined): JsonObject => ({
  refusedLogons: site.logons.refusedCount(),
  lockedAttempts: site.locks.metCount(),
  mostSessions: site.pool.mostInUse(),
  cardCalls: site.cardCalls.count,
  ...(own ? { certificateFingerprint: own.fingerprint } : {}),
})

/** What a workspace needs to connect. */
function connectionOf({ paths, knobs }: Site, url: string, own: ServerCertificate | undefined) {
  const settings: JsonObject = {
    companyCode: MAIN_COMPANY,
    username: SYNC_USER.name,
    ...(paths.includes('soap') ? { soapUrl: `${url}${SOAP_PATH}` } : {}),
    ...(paths.includes('agent') ? { agentUrl: `${url}${AGENT_ROOT}` } : {}),
    timeZone: knobs.now().timeZone,
    ...(own ? { caCertificate: own.trusted } : { allowPlainHttp: true }),
  }
  const agentKey: Readonly<Record<string, string>> = paths.includes('agent') ? { agentKey: AGENT_KEY } : {}
  return { settings, secrets: { password: SYNC_USER.password, ...agentKey } }
}

function voucherOf({ options }: SandboxOptions): Voucher | undefined {
  const { tls } = options
  if (tls === undefined || tls === 'own' || tls === 'authority') return tls
  throw new RangeError('option "tls" must be own or authority')
}

function pathsOf({ options }: SandboxOptions): Site['paths'] {
  const { paths = 'both' } = options
  if (paths === 'both') return ['soap', 'agent']
  if (paths === 'soap' || paths === 'agent') return [paths]
  throw new RangeError('option "paths" must be both, soap or agent')
}

function countsOf({ options, records }: SandboxOptions): Counts {
  const count = (name: string, otherwise: number, least = 0): number => {
    const text = options[name]
    if (text !== undefined && !(/^\d+$/.test(text) && Number(text) >= least))
      throw new RangeError(`option "${name}" must be a number`)
    return text === undefined ? otherwise : Number(text)
  }
  const customers = count('customers', records)
  return {
    customers,
    contacts: count('contacts', Math.ceil((customers * 3) / 2)),
    vendors: count('vendors', Math.ceil((records * 3) / 4)),
    orders: count('orders', Math.ceil((records * 3) / 4)),
    accounts: count('accounts', 60),
    tie: count('tie', 4, 1),
  }
}
