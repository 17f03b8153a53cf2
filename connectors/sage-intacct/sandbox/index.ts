import {
  createKnobs,
  createSandboxClock,
  helpOfKnobs,
  type SandboxOptions,
  type SandboxSpec,
  startSandboxServer,
} from '../../../engine/sdk/index.ts'
import { controlData } from './control-data.ts'
import { createGateway } from './gateway.ts'
import { KNOBS } from './knobs.ts'
import { ACCOUNT, START_PATH } from './sign-in.ts'
import { createWorld } from './store/world.ts'

/** Options of the data; every knob is an option too. */
const OPTIONS: Readonly<Record<string, string>> = {
  vendors: 'number of vendors, instead of --records',
  customers: 'number of customers, instead of --records',
  tie: 'how many vendors, and customers, a bulk import changed in one and the same second',
  entity: 'id of the entity that the connection works in: E100, E200 or E300; top level without it',
  customFields: 'false: VENDOR and CUSTOMER lack the custom fields SUPPORT_*',
  customObject: 'true: the custom object support_ticket is installed',
}

/** A local Sage Intacct company behind the XML gateway. */
export const intacctSandbox: SandboxSpec = {
  summary: 'A Sage Intacct company (XML gateway, DTD 3.0) with vendors, customers, contacts, dimensions and accounts.',
  options: { ...OPTIONS, ...helpOfKnobs(KNOBS) },
  start: async options => {
    const given = options.options
    const switches = createKnobs(KNOBS, {
      sandbox: 'sage-intacct',
      given,
      options: OPTIONS,
      commands: ['expireSessions'],
    })
    const clock = createSandboxClock()
    const world = createWorld(worldOptions(options), clock, switches)
    let origin = ''
    const gateway = createGateway(world, () => origin)
    const server = await startSandboxServer({
      port: options.port,
      host: options.host,
      clock,
      data: controlData(world),
      handle: gateway.handle,
      knobs: values => {
        for (const [name, value] of Object.entries(values)) {
          if (name === 'expireSessions') gateway.sessions.expireAll()
          else switches.set(name, value)
        }
      },
      facts: gateway.facts,
    })
    origin = server.url
    const { companyId, userId, senderId, senderPassword, userPassword } = ACCOUNT
    return {
      url: server.url,
      settings: {
        companyId,
        userId,
        senderId,
        url: `${server.url}${START_PATH}`,
        ...(given['entity'] ? { locationId: given['entity'] } : {}),
      },
      secrets: { senderPassword, userPassword },
      close: server.close,
    }
  },
}

function worldOptions({ options, records, seed }: SandboxOptions) {
  return {
    seed,
    vendors: count(options, 'vendors') ?? records,
    customers: count(options, 'customers') ?? records,
    tie: count(options, 'tie'),
    customFields: options['customFields'] !== 'false',
    customObject: options['customObject'] === 'true',
  }
}

function count(options: SandboxOptions['options'], name: string): number | undefined {
  const text = options[name]
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw new RangeError(`option "${name}" must be a number`)
  return Number(text)
}
