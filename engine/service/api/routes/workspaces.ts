import type { Held } from '../../held.ts'
import type { Api } from '../api.ts'
import { type ApiRoute, route } from '../route.ts'
import { list, object } from '../schema.ts'
import { me, workspace } from '../shapes/parts.ts'
import { diagnosticsOf } from '../show/diagnostics.ts'
import type { MeView, WorkspaceView } from '../views.ts'

export const workspaceRoutes: readonly ApiRoute[] = [
  route<undefined, undefined, MeView>({
    method: 'GET',
    path: '/me',
    role: 'signed-in',
    summary: 'who asks, and what the token opens',
    answer: me.ref,
    handle: async ({ api, caller }) => meView(api, caller()),
  }),
  route<undefined, undefined, { readonly workspaces: readonly WorkspaceView[] }>({
    method: 'GET',
    path: '/workspaces',
    role: 'signed-in',
    summary: 'the workspaces that the token opens',
    answer: object({ workspaces: list(workspace.ref) }),
    handle: async ({ api, caller }) => ({
      workspaces: await Promise.all(caller().rights.map(it => workspaceView(api, it.held))),
    }),
  }),
  route<undefined, undefined, WorkspaceView>({
    method: 'GET',
    path: '/workspaces/:ws',
    role: 'viewer',
    summary: 'one workspace, with what is wrong in its files',
    answer: workspace.ref,
    handle: ({ api, held }) => workspaceView(api, held()),
  }),
]

export function meView(
  { service }: Api,
  {
    name,
    rights,
  }: { name: string; rights: readonly { held: Held; token: { role: MeView['workspaces'][number]['role'] } }[] },
): MeView {
  const { version } = service
  return { name, version, workspaces: rights.map(it => ({ name: it.held.name, role: it.token.role })) }
}

async function workspaceView({ service }: Api, held: Held): Promise<WorkspaceView> {
  const { name, ledger, opened } = held
  const dead = await ledger.deadCounts()
  const isRunning = (flow: string) => service.dispatcher.state({ workspace: name, flow }).running !== null
  return {
    name,
    timezone: opened.workspace.timezone,
    flows: opened.flows.length,
    running: opened.flows.filter(it => isRunning(it.name)).length,
    connections: opened.workspace.connections.size,
    deadOpen: dead.reduce((sum, it) => sum + it.count, 0),
    inboxWaiting: await ledger.inboxCount('waiting'),
    diagnostics: diagnosticsOf(held),
  }
}
