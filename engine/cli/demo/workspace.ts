import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { Secret } from '../../core/secret.ts'
import type { Context } from '../context.ts'
import { withWorkspace } from '../workspace.ts'
import { CONNECTIONS, DEMO_FLOWS } from './scenario.ts'
import type { RunningSandbox } from './start-sandbox.ts'

export interface Systems {
  readonly source: RunningSandbox
  readonly target: RunningSandbox
}

/** A workspace as an integrator would write it, in a folder of its own, with the sandboxes' secrets in its vault. */
export async function makeWorkspace(context: Context, systems: Systems): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-demo-'))
  const connection = ({ connector, settings }: RunningSandbox) => ({ connector, settings })
  writeFileSync(
    join(folder, 'ml-connector.yaml'),
    stringify({
      workspace: 'demo',
      timezone: 'UTC',
      development: { loopback: true },
      connections: {
        [CONNECTIONS.source]: connection(systems.source),
        [CONNECTIONS.target]: connection(systems.target),
      },
      flows: DEMO_FLOWS.map(({ use }) => ({ use })),
    }),
  )
  try {
    await withWorkspace({ ...context, folder }, async opened => {
      const vault = await opened.vault()
      for (const [name, sandbox] of [
        [CONNECTIONS.source, systems.source],
        [CONNECTIONS.target, systems.target],
      ] as const)
        for (const [secret, value] of Object.entries(sandbox.secrets))
          await vault.setSecret(name, secret, new Secret(value))
    })
    return folder
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true })
    throw thrown
  }
}
