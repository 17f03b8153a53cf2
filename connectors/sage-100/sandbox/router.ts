import type { SandboxAnswer, SandboxRequest } from '../../../engine/sdk/index.ts'
import { AGENT_ROOT, agentLabel, handleAgent } from './agent/router.ts'
import { notFoundPage } from './pages.ts'
import type { Site } from './site.ts'
import { handleSoap, isSoapPath, soapLabel } from './soap/router.ts'

/** Both access paths on one origin; whatever else is asked for is not there. */
export async function handle(site: Site, request: SandboxRequest): Promise<{ label: string; answer: SandboxAnswer }> {
  const { paths } = site
  if (request.path.startsWith(`${AGENT_ROOT}/`) && paths.includes('agent'))
    return { label: agentLabel(request), answer: await handleAgent(site, request) }
  if (isSoapPath(request.path) && paths.includes('soap'))
    return { label: soapLabel(request), answer: await handleSoap(site, request) }
  return { label: `${request.method} elsewhere`, answer: notFoundPage() }
}
