import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { Secret } from '../../core/secret.ts'
import type { Context } from '../context.ts'
import { withWorkspace } from '../workspace.ts'
import type { ScenarioFile, ScenarioFlow } from './scenario.ts'
import type { System } from './systems.ts'

/** A workspace as an integrator would write it, in a folder of its own below `parent`, with the sandboxes' secrets in its vault. */
export async function makeWorkspace(
  context: Context,
  scenario: ScenarioFile,
  place: { readonly parent: string; readonly systems: ReadonlyMap<string, System>; readonly cron?: string },
): Promise<string> {
  const folder = join(place.parent, scenario.pair)
  mkdirSync(folder, { recursive: true })
  const connections = [...place.systems].map(([name, { sandbox }]) => {
    const { connector, settings } = sandbox
    return [name, { connector, settings }]
  })
  writeFileSync(
    join(folder, 'ml-connector.yaml'),
    stringify({
      workspace: scenario.pair,
      timezone: 'UTC',
      development: { loopback: true },
      connections: Object.fromEntries(connections),
      flows: scenario.flows.map(it => ({ use: it.use, ...withOf(it, place.cron) })),
    }),
  )
  try {
    await sealSecrets({ ...context, folder }, place.systems)
    return folder
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true })
    throw thrown
  }
}

/** `cron` where the demo goes on: the library's own cadence would show nothing for half an hour. */
function withOf({ with: given }: ScenarioFlow, cron: string | undefined): Pick<ScenarioFlow, 'with'> {
  const all = { ...(cron === undefined ? {} : { cron }), ...given }
  return Object.keys(all).length === 0 ? {} : { with: all }
}

function sealSecrets(context: Context, systems: ReadonlyMap<string, System>): Promise<void> {
  return withWorkspace(context, async opened => {
    const vault = await opened.vault()
    for (const [name, { sandbox }] of systems)
      for (const [secret, value] of Object.entries(sandbox.secrets))
        await vault.setSecret(name, secret, new Secret(value))
  })
}
