import { createSandboxClock, type JsonObject, type SandboxSpec, startSandboxServer } from '../../../engine/sdk/index.ts'
import { createAdmin } from './admin.ts'
import { createBulkReads } from './bulk-read.ts'
import { createChannels } from './channels.ts'
import { createDeliveries } from './deliveries.ts'
import { defaultKnobs, KNOB_TEXTS, parseOption } from './knobs.ts'
import { createAccounts } from './oauth.ts'
import { createOrg } from './org.ts'
import { handle } from './router.ts'
import { seedRecords } from './seed.ts'
import type { Site } from './site.ts'
import { parseOffset } from './times.ts'
import { createUsage } from './usage.ts'

const CREDENTIALS = {
  clientId: '1000.SANDBOXCLIENT0',
  clientSecret: 'sandbox-client-secret',
  refreshToken: '1000.5a5a0000.sandboxrefresh',
}

const DEFAULT_OFFSET = '+01:00'

/** Zoho CRM v8, accounts host and API host on one origin, as its fact sheet describes it. */
export const zohoSandbox: SandboxSpec = {
  summary: 'Zoho CRM v8 with the fields that an administrator made for an ERP; empty unless records are asked for.',
  defaultRecords: 0,
  options: {
    utcOffset: `offset that times are printed with, e.g. -07:00 (default ${DEFAULT_OFFSET})`,
    ...KNOB_TEXTS,
  },
  start: async options => {
    const clock = createSandboxClock()
    const knobs = defaultKnobs()
    const { utcOffset = DEFAULT_OFFSET, ...given } = options.options
    let url = ''
    const org = createOrg({ clock, offset: parseOffset(utcOffset), knobs, origin: () => url })
    const accounts = createAccounts(org, CREDENTIALS)
    const usage = createUsage(org)
    const channels = createChannels(org, new Map())
    const deliveries = createDeliveries(org, channels.live)
    org.listeners.push(deliveries.hear)
    const site: Site = {
      org,
      accounts,
      usage,
      channels,
      bulkReads: createBulkReads(org),
      deliveries,
      tokens: new Map(),
      origin: () => url,
    }
    const admin = createAdmin(site)
    admin.turn(Object.fromEntries(Object.entries(given).map(([name, value]) => [name, parseOption(name, value)])))
    if (options.records > 0) seedRecords(org, options.records, options.seed)
    const server = await startSandboxServer({
      port: options.port,
      host: options.host,
      clock,
      data: admin.data,
      handle: request => handle(site, request),
      knobs: admin.turn,
      facts: admin.facts,
    })
    url = server.url
    const settings: JsonObject = { datacenter: 'us', clientId: CREDENTIALS.clientId, accountsUrl: url }
    const { clientSecret, refreshToken } = CREDENTIALS
    return {
      url,
      settings,
      secrets: { clientSecret, refreshToken },
      close: () => {
        deliveries.close()
        return server.close()
      },
    }
  },
}
