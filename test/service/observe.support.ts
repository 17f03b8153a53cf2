import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { zohoCrm } from '../../connectors/zoho-crm/index.ts'
import type { Role } from '../../engine/core/operations.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { newToken } from '../../engine/service/auth/token.ts'
import type { Held } from '../../engine/service/held.ts'
import { control } from '../support/connect.ts'
import { type CliWorkspace, createCliWorkspace } from '../support/workspace.ts'
import { ACCOUNTS, type Served, type ServeOptions, serve } from './hooks.support.ts'

/** Two accounts of a CRM and a flow between them, served or about to be. */
export interface Ground {
  readonly workspace: CliWorkspace
  readonly crm: Sandbox
  readonly other: Sandbox
  /** What must never be seen outside. */
  secrets(): readonly string[]
  /** Values of the source's records. */
  values(): Promise<readonly string[]>
  serve(
    options?: Pick<ServeOptions, 'clock' | 'isPublic'> & { readonly besides?: readonly CliWorkspace[] },
  ): Promise<Served>
  close(): Promise<void>
}

export interface GroundOptions {
  readonly records?: number
  /** Goes into ml-connector.yaml. */
  readonly alerts?: string
  readonly flow?: string
  /** The account of the target has no secrets yet. */
  readonly isSecretless?: boolean
  /** Variables that `alerts` names. */
  readonly env?: Readonly<Record<string, string>>
}

/** No deliveries: only what a test asks for happens. */
export const QUIET = ACCOUNTS.replace(/^listen:.*\n/m, '')

/** Every record dies of its own name. */
export const DYING = QUIET.replace('Vendor_Name: Account_Name', 'Vendor_Name: $error(Account_Name)')

export async function ground({
  records = 5,
  alerts,
  flow = QUIET,
  env = {},
  isSecretless,
}: GroundOptions = {}): Promise<Ground> {
  const base = { port: 0, host: '127.0.0.1' as const, seed: 3, options: {} }
  const crm = await zohoCrm.sandbox.start({ ...base, records })
  const other = await zohoCrm.sandbox.start({ ...base, records: 0 })
  const options = {
    connections: {
      crm: { connector: 'zoho-crm', sandbox: crm },
      other: { connector: 'zoho-crm', sandbox: isSecretless ? { ...other, secrets: {} } : other },
    },
    flows: ['flows/*.yaml'],
    files: { 'flows/accounts.yaml': flow },
    env,
  }
  const workspace = createCliWorkspace(options)
  if (alerts !== undefined) appendFileSync(join(workspace.folder, 'ml-connector.yaml'), alerts)
  const served: Served[] = []
  return {
    ...{ workspace, crm, other },
    secrets: () => [...Object.values(crm.secrets), ...Object.values(other.secrets)].filter(it => it.length > 5),
    values: async () => (await control(crm).records('Accounts')).map(it => String(it['Account_Name'])),
    serve: async ({ besides = [], ...more } = {}) => {
      const folders = besides.map(it => it.folder)
      const one = await serve({ ...options, again: workspace, isPublic: false, besides: folders, ...more })
      served.push(one)
      return one
    },
    close: async () => {
      for (const one of served) await one.stop()
      workspace.remove()
      await Promise.all([crm.close(), other.close()])
    },
  }
}

/** A token of this role, as its text. */
export async function tokenFor(
  { ledger }: Pick<Held, 'ledger'>,
  role: Role = 'viewer',
  name = 'prometheus',
): Promise<string> {
  const { text, kept } = newToken({ id: `${name}-${role}`, name, role, now: new Date() })
  await ledger.addToken(kept)
  return text
}

/** `name{labels} value` lines as name → labels → value. */
export function samples(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter(it => it !== '' && !it.startsWith('#'))
  return new Map(lines.map(it => [it.slice(0, it.lastIndexOf(' ')), Number(it.slice(it.lastIndexOf(' ') + 1))]))
}

/** The CRM refuses what we ask in a way that no wait and no sign-in mends. */
export const breakSource = ({ crm }: Ground) =>
  control(crm).fault({
    path: '^GET /crm/[^/]+/Accounts',
    action: 'answer',
    status: 400,
    body: '{"code":"INVALID_REQUEST","message":"unable to process your request","details":{},"status":"error"}',
    times: 100_000,
  })

export const mendSource = ({ crm }: Ground) => control(crm).clearFaults()
