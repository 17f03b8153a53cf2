import { createSandboxClock, type JsonObject, type SandboxSpec, startSandboxServer } from '../../../engine/sdk/index.ts'
import { createAdmin } from './admin.ts'
import { makeWorld, type Size } from './data/make.ts'
import { CREDENTIALS } from './identity/apps.ts'
import { createDoor } from './identity/door.ts'
import { createGrants } from './identity/grants.ts'
import { createIdentity } from './identity/oauth.ts'
import { createSessions } from './identity/sessions.ts'
import { createKnobs, KNOB_TEXTS } from './knobs.ts'
import { createPush } from './push.ts'
import { createOperations } from './rest/operations.ts'
import { handle } from './router.ts'
import type { Site } from './site.ts'
import { createThrottle } from './throttle.ts'
import { INSTANCE_PATH, type World } from './world.ts'

const COUNTS = {
  customers: 'how many customers (default: records)',
  items: 'how many stock items (default: 4 for 3 customers)',
  invoices: 'how many invoices (default: 2 for a customer)',
}

const GRANT_TEXT = 'password (default), or authorization_code: a refresh token that a person allowed'

/** Acumatica 2025 R2 as its fact sheet describes it: identity server and contract-based REST API on one instance. */
export const acumaticaSandbox: SandboxSpec = {
  summary: 'Acumatica with customers, vendors, items, orders and invoices; customers are numbered automatically.',
  options: { grant: GRANT_TEXT, ...COUNTS, ...KNOB_TEXTS },
  start: async options => {
    const clock = createSandboxClock()
    const board = createKnobs()
    const { grant = 'password', customers, items, invoices, ...knobs } = options.options
    if (grant !== 'password' && grant !== 'authorization_code') throw new RangeError(`option grant is not ${grant}`)
    for (const [name, value] of Object.entries(knobs)) board.set(name, value)
    const size = sizeOf(options.records, options.seed, { customers, items, invoices })
    const site = createSite(makeWorld(clock, board, size))
    const admin = createAdmin(site)
    const server = await startSandboxServer({
      port: options.port,
      host: options.host,
      clock,
      data: admin.data,
      handle: request => handle(site, request),
      knobs: admin.turn,
      facts: admin.facts,
    })
    site.listenAt(server.url)
    return {
      url: server.url,
      ...connectionOf(site, grant, server.url),
      close: () => {
        site.push.close()
        return server.close()
      },
    }
  },
}

function createSite(world: World): Site & { listenAt(url: string): void } {
  let url = ''
  const grants = createGrants(world)
  const sessions = createSessions(world)
  const parts = { world, credentials: CREDENTIALS, grants, sessions }
  const push = createPush(world)
  world.listeners.push(push.hear)
  return {
    world,
    grants,
    sessions,
    push,
    identity: createIdentity(parts),
    door: createDoor(parts),
    throttle: createThrottle(world),
    operations: createOperations(world),
    files: new Map(),
    origin: () => url,
    listenAt: at => {
      url = at
    },
  }
}

type Given = Readonly<Record<keyof typeof COUNTS, string | undefined>>

function sizeOf(records: number, seed: number, given: Given): Size {
  const count = (name: keyof Given, fallback: number) => {
    const text = given[name]
    if (text === undefined) return fallback
    if (!/^\d+$/.test(text)) throw new RangeError(`option ${name} is not ${text}`)
    return Number(text)
  }
  const customers = count('customers', records)
  const items = count('items', Math.ceil((customers * 4) / 3))
  return { customers, items, invoices: count('invoices', customers * 2), seed }
}

/** What a workspace needs to connect. */
function connectionOf({ grants }: Site, grant: 'password' | 'authorization_code', url: string) {
  const { clientId, clientSecret, username, password } = CREDENTIALS
  const settings: JsonObject = { instanceUrl: `${url}${INSTANCE_PATH}`, clientId, grant }
  if (grant === 'password') return { settings: { ...settings, username }, secrets: { clientSecret, password } }
  const chain = grants.create(username, 'api offline_access')
  return { settings, secrets: { clientSecret, refreshToken: grants.mint(chain).refreshToken ?? '' } }
}
