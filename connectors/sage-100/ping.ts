import { EngineError, type JsonObject, textOf } from '../../engine/sdk/index.ts'
import { agentCompanies, agentHealth } from './agent.ts'
import type { Sage100Client } from './client.ts'
import { CUSTOMER } from './entities/customer.ts'
import { getElement } from './soap-rows.ts'
import { dayOf, stampOf, unitsOf, wallOf } from './stamp.ts'
import { wallAt } from './zone.ts'

const PROTOCOL = 'sage100-boi/1'
/** Beyond this, changes look future or late (fact sheet 10.13). */
const MOST_SKEW_MS = 2 * 60_000
/** No customer has this number; that it is not there proves logon, company and the right to look. */
const NOBODY = ['00', '~~~'] as const

/** Both paths with the credentials that are set now; the agent first, since it wants all of them. */
export async function ping(client: Sage100Client) {
  const { companyCode, agentUrl, soapUrl, username } = client.context.settings
  const agent = client.agent === undefined ? {} : await pingAgent(client)
  if (client.soap !== undefined) await getElement(client, CUSTOMER, NOBODY)
  const host = new URL(agentUrl ?? soapUrl ?? '').host
  const paths = [...(client.agent === undefined ? [] : ['agent']), ...(client.soap === undefined ? [] : ['soap'])]
  const limits = client.agent === undefined ? { limits: 'known keys only' } : {}
  return { account: `${companyCode} at ${host}`, details: { username, paths, ...agent, ...limits } }
}

async function pingAgent(client: Sage100Client): Promise<JsonObject> {
  const { companyCode } = client.context.settings
  const companies = (await agentCompanies(client)).map(it => textOf(it['companyCode']) ?? '')
  if (!companies.includes(companyCode))
    throw new EngineError({
      kind: 'configuration',
      code: 'SAGE100_COMPANY_MISSING',
      message: `the logon may not open company ${companyCode}; it may open: ${companies.join(', ') || 'none'}`,
      remedy: 'Correct companyCode, or let the user into the company and tick "Allow External Access" there.',
    })
  const health = await agentHealth(client)
  if (health['protocol'] !== PROTOCOL)
    throw new EngineError({
      kind: 'configuration',
      code: 'SAGE100_AGENT_PROTOCOL',
      message: `the agent speaks "${String(health['protocol']).slice(0, 40)}", not ${PROTOCOL}`,
      remedy: 'Check agentUrl, or update the agent.',
    })
  return {
    edition: textOf(health['edition']) ?? '',
    sageVersion: textOf(health['sageVersion']) ?? '',
    ...clockOf(client, health),
  }
}

/** The clock and zone over there against ours: warned of, since stamps are local times without an offset. */
function clockOf({ context }: Sage100Client, health: JsonObject): JsonObject {
  const { timeZone } = context.settings
  const skewMs =
    wallOf(stampOf(dayOf(health['localDate']), unitsOf(health['localTime']))) -
    wallAt(timeZone, context.clock.now().getTime())
  const skewSeconds = Math.round(skewMs / 1_000)
  const theirs = textOf(health['timeZone']) ?? timeZone
  if (theirs !== timeZone || Math.abs(skewMs) > MOST_SKEW_MS)
    context.log.warn('the clock or the time zone of Sage 100 differs from what is expected', {
      timeZone,
      theirs,
      skewSeconds,
    })
  return { timeZone: theirs, skewSeconds }
}
