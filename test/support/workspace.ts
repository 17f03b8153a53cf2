import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'

const CLI = join(import.meta.dirname, '../../engine/main.ts')

export interface CliEnd {
  /** null when it was killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A workspace folder as an integrator has it, for the real command line in processes of its own. Secrets come from the environment. */
export interface CliWorkspace {
  readonly folder: string
  /** Key of the vault, and the secrets. */
  readonly env: Readonly<Record<string, string>>
  start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<CliEnd> }
  cli(...args: string[]): Promise<CliEnd>
  remove(): void
}

export interface CliWorkspaceOptions {
  readonly connections: Readonly<
    Record<string, { readonly connector: string; readonly sandbox: Pick<Sandbox, 'settings' | 'secrets'> }>
  >
  /** Entries of `flows:`. */
  readonly flows: readonly unknown[]
  readonly files?: Readonly<Record<string, string>>
  readonly tables?: Readonly<Record<string, string>>
  /** Variables beside those of the connections' secrets. */
  readonly env?: Readonly<Record<string, string>>
}

export function createCliWorkspace(options: CliWorkspaceOptions): CliWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'))
  const env: Record<string, string> = { ML_CONNECTOR_KEY: randomBytes(32).toString('base64url'), ...options.env }
  const connections = Object.entries(options.connections).map(([name, { connector, sandbox }]) => {
    const secrets = Object.entries(sandbox.secrets).map(([secret, value]) => {
      const variable = `${name}_${secret}`.toUpperCase()
      env[variable] = value
      return [secret, `\${env:${variable}}`]
    })
    return [name, { connector, settings: { ...sandbox.settings, ...Object.fromEntries(secrets) } }]
  })
  const files = { ...options.files }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const written = {
    workspace: 'test',
    timezone: 'UTC',
    development: { loopback: true },
    connections: Object.fromEntries(connections),
    flows: options.flows,
    ...(options.tables ? { tables: options.tables } : {}),
  }
  writeFileSync(join(folder, 'ml-connector.yaml'), stringify(written))
  const start = (...args: string[]) => startCli(args, { cwd: folder, env })
  return {
    folder,
    env,
    start,
    cli: (...args) => start(...args).ended,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The command line as a process of its own, on this Node. */
export function startCli(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  // as the launcher starts it
  const child = spawn(process.execPath, ['--max-semi-space-size=8', CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', data => {
    stdout += data
  })
  child.stderr.on('data', data => {
    stderr += data
  })
  const ended = new Promise<CliEnd>(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
  return { child, ended }
}
