import { type EngineError, isEngineError } from '../../engine/sdk/index.ts'
import type { Sage300Client } from './client.ts'

/** One small resource a module: rights are given module by module, so that any of them proves the user (fact sheet 1). */
const PROOFS = [
  ['AR/ARCustomers', 'CustomerNumber'],
  ['AP/APVendors', 'VendorNumber'],
  ['OE/OEOrders', 'OrderUniquifier'],
  ['IC/ICItems', 'UnformattedItemNumber'],
  ['GL/GLAccounts', 'UnformattedAccount'],
] as const

/** The modules that the user may see are told; which of them a flow needs is a matter of its own check. */
export async function ping(client: Sage300Client) {
  const { baseUrl, company, userId } = client.context.settings
  const modules: string[] = []
  let closed: EngineError | undefined
  for (const [path, key] of PROOFS)
    try {
      await client.call({
        method: 'GET',
        path,
        query: { $select: key, $top: '1' },
        label: `list ${path}`,
        expect: 'list',
        effect: 'none',
      })
      modules.push(path.slice(0, 2))
    } catch (thrown) {
      if (!isEngineError(thrown, 'unavailable')) throw thrown
      closed ??= thrown
      // the same for every module: no need to ask further
      if (thrown.code === 'SAGE300_USER_REFUSED' || thrown.code === 'SAGE300_PAGE_MISSING') break
    }
  if (modules.length === 0 && closed) throw closed
  return { account: `${company} at ${new URL(baseUrl).host}`, details: { userId, modules } }
}
