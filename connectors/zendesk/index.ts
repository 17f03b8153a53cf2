import { defineConnector, EngineError } from '../../engine/sdk/index.ts'
import { createClient, type ZendeskClient } from './client.ts'
import { describe } from './definitions.ts'
import { organizationResource, organizations } from './entities/organizations.ts'
import { ticketResource, tickets } from './entities/tickets.ts'
import { userResource, users } from './entities/users.ts'
import { classifyZendesk } from './errors.ts'
import { ping, preflight } from './preflight.ts'
import type { Resource } from './resource.ts'
import { zendeskSandbox } from './sandbox/index.ts'
import { MOST_CALLS_IN_FLIGHT, type ZendeskSettings, zendeskSettings } from './settings.ts'
import { zendeskWebhook } from './webhook.ts'

const entities = { organizations, users, tickets }
const RESOURCES: readonly Resource[] = [organizationResource, userResource, ticketResource]

export const zendesk = defineConnector<ZendeskSettings, ZendeskClient>({
  name: 'zendesk',
  title: 'Zendesk Support',
  summary: 'Organizations, users and tickets of one Zendesk Support account.',
  settings: zendeskSettings,
  limits: {
    // the setting `concurrency` bounds it further
    concurrency: MOST_CALLS_IN_FLIGHT,
    cost: '1 of 200 to 2,500 requests a minute, by plan; exports 10 a minute of all kinds; 30 jobs at a time; 5 updates a minute of one record',
    throttled: '429 with Retry-After; the guard at the edge answers 429 far below the quota, without it',
  },
  open: async context => createClient(context),
  ping,
  entities,
  preflight: (client, request) => preflight(client, resourceOf(request.entity), request),
  describe: (client, entity) => {
    const resource = resourceOf(entity)
    return describe(client, resource, entities[resource.name].title)
  },
  webhook: zendeskWebhook,
  classify: classifyZendesk,
  sandbox: zendeskSandbox,
})

function resourceOf(entity: string): Resource {
  const found = RESOURCES.find(it => it.name === entity)
  if (found) return found
  throw new EngineError({
    kind: 'configuration',
    code: 'ZENDESK_NO_ENTITY',
    message: `zendesk has no entity ${entity}`,
    remedy: `Use ${RESOURCES.map(it => it.name).join(', ')}.`,
  })
}
