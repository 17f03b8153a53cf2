import { join } from 'node:path'
import { connectors } from '../../../connectors/index.ts'
import { openSqliteLedger } from '../../../engine/ledger/index.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { control } from '../../support/connect.ts'
import { type CliWorkspace, createCliWorkspace } from '../../support/workspace.ts'
import { WON } from './deals.ts'
import { PAIRS, RECORDS, SANDBOXES, VENDOR_FIELD } from './pairs.ts'

/** All systems as sandboxes, and a workspace between them for processes that may be killed. */
export interface Stage {
  readonly workspace: CliWorkspace
  at(connector: string): ReturnType<typeof control>
  /** What the ledger says of the writes that are not known to have ended, and of dead letters: nothing, when all is well. */
  leftOver(): Promise<readonly string[]>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const sandboxes = new Map<string, Sandbox>()
  for (const { name, sandbox } of connectors.filter(it => it.name in SANDBOXES)) {
    const options = SANDBOXES[name] ?? {}
    const started = await sandbox.start({ port: 0, host: '127.0.0.1', seed: 5, records: RECORDS[name] ?? 0, options })
    sandboxes.set(name, started)
  }
  const connections = [...sandboxes].map(([name, sandbox]) => [name.replaceAll('-', ''), { connector: name, sandbox }])
  const workspace = createCliWorkspace({
    connections: Object.fromEntries(connections),
    flows: [...PAIRS.map(({ use }) => ({ use })), WON],
  })
  const at = (connector: string) => {
    const sandbox = sandboxes.get(connector)
    if (!sandbox) throw new Error(`no sandbox of ${connector}`)
    return control(sandbox)
  }
  await at('zoho-crm').knobs({ customFields: { Accounts: [VENDOR_FIELD] } })
  return {
    ...{ workspace, at },
    leftOver: () => leftOverIn(workspace),
    close: async () => {
      workspace.remove()
      await Promise.all([...sandboxes.values()].map(it => it.close()))
    },
  }
}

/** Nothing sealed is read. */
const sealer = { seal: async (text: string) => text, unseal: async (text: string) => text }

async function leftOverIn({ folder }: CliWorkspace): Promise<readonly string[]> {
  const ledger = await openSqliteLedger({ file: join(folder, '.ml-connector/ledger.db'), workspace: 'test', sealer })
  try {
    const letters = await ledger.deadLetters({ state: 'open', limit: 100 })
    const runs = await ledger.runs({ limit: 1_000 })
    const flows = new Set(runs.map(it => it.flow))
    if (flows.size !== PAIRS.length + 1) throw new Error(`the ledger knows of ${flows.size} flows`)
    const intents = await Promise.all([...flows].map(it => ledger.unresolvedIntents(it)))
    return [
      ...letters.map(it => `${it.flow} ${it.sourceKey} died: ${it.failure.code} ${it.failure.message}`),
      ...intents.flat().map(it => `${it.flow} ${it.sourceKey}: nobody knows whether it was written`),
    ]
  } finally {
    await ledger.close()
  }
}
