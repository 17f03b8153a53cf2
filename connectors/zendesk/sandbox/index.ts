import {
  createSandboxClock,
  type JsonObject,
  type Sandbox,
  type SandboxSpec,
  startSandboxServer,
} from '../../../engine/sdk/index.ts'
import { createAccount } from './account.ts'
import { createAdmin } from './admin.ts'
import type { Site } from './call.ts'
import { createDeliveries } from './deliveries.ts'
import { createDoor } from './identity.ts'
import { createJobs } from './jobs.ts'
import { defaultKnobs, KNOB_TEXTS, parseOption } from './knobs.ts'
import { createLimits } from './limits.ts'
import { type Credentials, createOauth } from './oauth.ts'
import { handle } from './router.ts'
import { seedAccount } from './seed.ts'
import { createWebhooks } from './webhooks.ts'

const CREDENTIALS: Credentials = {
  clientId: 'acme_sync',
  clientSecret: 'sandbox-client-secret-5d0c2f9a7be8',
  refreshToken: 'sandbox-refresh-token-4163902e1fd4',
  email: 'erp.sync@acme.example',
  apiToken: 'sandbox-api-token-7c6ab835c2f9a7be',
}

const AUTH = ['client-credentials', 'refresh-token', 'api-token'] as const
type Auth = (typeof AUTH)[number]

const SECRETS: Readonly<Record<Auth, Readonly<Record<string, string>>>> = {
  'client-credentials': { clientSecret: CREDENTIALS.clientSecret },
  'refresh-token': { clientSecret: CREDENTIALS.clientSecret, refreshToken: CREDENTIALS.refreshToken },
  'api-token': { apiToken: CREDENTIALS.apiToken },
}

/** One Zendesk Support account on loopback, as its fact sheet describes it. */
export const zendeskSandbox: SandboxSpec = {
  summary: 'Zendesk Support: organizations, users and tickets of an account that people work in.',
  defaultRecords: 20,
  options: {
    auth: `what the settings sign in with: ${AUTH.join(', ')} (default ${AUTH[0]})`,
    organizations: 'how many organizations (default: --records)',
    users: 'how many users (default: three for each organization)',
    tickets: 'how many tickets (default: six for each organization)',
    ...KNOB_TEXTS,
  },
  start: async options => {
    const { auth = AUTH[0], organizations, users, tickets, ...knobOptions } = options.options
    const chosen = AUTH.find(it => it === auth)
    if (!chosen) throw new RangeError(`option auth does not take ${auth}: ${AUTH.join(', ')}`)
    const clock = createSandboxClock()
    const account = createAccount(clock, defaultKnobs())
    const oauth = createOauth(account, CREDENTIALS)
    const webhooks = createWebhooks(account)
    const deliveries = createDeliveries(account, webhooks)
    const site: Site = {
      account,
      oauth,
      limits: createLimits(account),
      jobs: createJobs(account),
      webhooks,
      deliveries,
      deletedTickets: new Set(),
      idempotent: new Map(),
    }
    let url = ''
    const admin = createAdmin(site, () => url)
    admin.turn(Object.fromEntries(Object.entries(knobOptions).map(([name, value]) => [name, parseOption(name, value)])))
    const count = (name: string, given: string | undefined, otherwise: number) => {
      if (given !== undefined && !/^\d+$/.test(given)) throw new RangeError(`option ${name} does not take ${given}`)
      return given === undefined ? otherwise : Number(given)
    }
    const many = count('organizations', organizations, options.records)
    seedAccount(site, {
      seed: options.seed,
      organizations: many,
      users: count('users', users, 3 * many),
      tickets: count('tickets', tickets, 6 * many),
    })
    const door = createDoor(account, CREDENTIALS, oauth)
    const server = await startSandboxServer({
      port: options.port,
      host: options.host,
      clock,
      data: admin.data,
      handle: request => handle(site, door, request),
      knobs: admin.turn,
      facts: admin.facts,
    })
    url = server.url
    return {
      url,
      settings: settingsOf(chosen, url),
      secrets: SECRETS[chosen],
      close: () => {
        deliveries.close()
        return server.close()
      },
    } satisfies Sandbox
  },
}

function settingsOf(auth: Auth, url: string): JsonObject {
  const by: JsonObject = auth === 'api-token' ? { email: CREDENTIALS.email } : { clientId: CREDENTIALS.clientId }
  return { subdomain: 'acme', url, auth, ...by }
}
