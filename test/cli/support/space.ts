import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { control } from '../../support/connect.ts'
import { type Answer, type Around, cli, PRODUCT, temporaryFolder } from './cli.ts'

/** A workspace of two connections to sandboxes, and the command line in it. */
export interface Space {
  readonly folder: string
  readonly source: ReturnType<typeof control>
  readonly target: ReturnType<typeof control>
  run(line: string, around?: Around): Promise<Answer>
  write(path: string, text: string): void
  close(): Promise<void>
}

export interface SpaceOptions {
  /** Library flows of the pair, by file name. */
  readonly use?: readonly string[]
  readonly records?: number
  readonly edition?: string
  /** Instead of what the sandbox says. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Beside what the sandbox says. */
  readonly targetSettings?: JsonObject
}

export const VENDORS = 'sage-intacct-vendors-to-zoho-crm'
export const CUSTOMERS = 'sage-intacct-customers-to-zoho-crm'

export async function createSpace(options: SpaceOptions = {}): Promise<Space> {
  const source = await start('sage-intacct', options.records ?? 12, {})
  const target = await start('zoho-crm', 0, options.edition ? { edition: options.edition } : {})
  const folder = temporaryFolder()
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true })
    writeFileSync(join(folder.path, path), text)
  }
  write(
    'ml-connector.yaml',
    stringify({
      workspace: 'space',
      development: { loopback: true },
      connections: {
        intacct: { connector: 'sage-intacct', settings: source.settings },
        zoho: { connector: 'zoho-crm', settings: { ...target.settings, ...options.targetSettings } },
      },
      flows: (options.use ?? ['vendors']).map(it => ({ use: `sage-intacct-to-zoho-crm/${it}` })),
    }),
  )
  const run = (line: string, around: Around = {}) => cli(words(line), { cwd: folder.path, ...around })
  for (const [connection, sandbox] of [
    ['intacct', source],
    ['zoho', target],
  ] as const)
    for (const [name, value] of Object.entries({ ...sandbox.secrets }))
      await run(`secret set ${connection} ${name}`, { stdin: options.secrets?.[name] ?? value })
  return {
    folder: folder.path,
    source: control(source),
    target: control(target),
    run,
    write,
    close: async () => {
      await Promise.all([source.close(), target.close()])
      folder.remove()
    },
  }
}

function start(connector: string, records: number, options: Readonly<Record<string, string>>): Promise<Sandbox> {
  const found = PRODUCT.registry.get(connector)
  if (!found) throw new Error(`no connector ${connector}`)
  return found.sandbox.start({ port: 0, host: '127.0.0.1', records, seed: 1, options })
}

/** Like a shell, as far as these tests go: words and "double quotes". */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(it => it[1] ?? it[2] ?? '')
}
