import { EngineError, type Entity } from '../../../engine/sdk/index.ts'
import type { ZohoClient } from '../client.ts'
import { zohoEntity } from './entity.ts'
import { text } from './fields.ts'

/** A module that an administrator made: a Name, and fields that the flow declares. */
export function customEntity(name: string): Entity<ZohoClient> {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(name))
    throw new EngineError({
      kind: 'configuration',
      code: 'ZOHO_MODULE_NAME',
      message: `"${name}" cannot be the API name of a module`,
      remedy: 'Use the API name that Zoho CRM shows under Setup, Developer hub, APIs, API names.',
    })
  return zohoEntity({ module: name, title: name, fields: { Name: text({ mandatory: true }) } })
}
