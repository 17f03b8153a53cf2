import { isEngineError } from '../../engine/sdk/index.ts'
import type { AcumaticaClient } from './client.ts'
import { isOffered, offeredOf } from './metadata.ts'
import { endpointMissing } from './preflight.ts'
import { tenantOf } from './settings.ts'

/** The list of endpoints is open to anybody, so a read proves the token; which entities the role may read is a matter of each flow. */
export async function ping(client: AcumaticaClient) {
  await proveToken(client)
  const offered = await offeredOf(client, { fresh: true })
  if (!isOffered(offered, client.endpoint)) throw endpointMissing(client, offered)
  const { settings } = client.context
  return {
    account: `${tenantOf(settings)} at ${new URL(settings.instanceUrl).host}`,
    details: { build: offered.build, endpoint: client.endpoint },
  }
}

async function proveToken(client: AcumaticaClient): Promise<void> {
  try {
    await client.call({
      method: 'GET',
      path: 'Customer',
      query: { $select: 'CustomerID', $top: '1' },
      label: 'list Customer',
      expect: 'list',
      effect: 'none',
    })
  } catch (thrown) {
    // refused for want of rights, or of this entity: by somebody who took the token
    if (!isEngineError(thrown, 'unavailable')) throw thrown
  }
}
