import type { JsonObject } from '../../core/record.ts'
import { Secret } from '../../core/secret.ts'
import type { Connector } from '../../sdk/connector.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import { hint } from '../diagnostics/suggest.ts'
import { entryOf, type Path, spanAt, type Tree, toJson, treeAt } from '../read/tree.ts'
import { secretNames } from './secret-names.ts'
import { checkSettings } from './settings.ts'
import type { WorkspaceConnection } from './workspace.ts'
import type { WorkspaceText } from './workspace-text.ts'

/** Connections with known connectors and valid settings; what is wrong is reported and left out. */
export function openConnections(
  text: WorkspaceText,
  registry: ReadonlyMap<string, Connector>,
): ReadonlyMap<string, WorkspaceConnection> {
  const connections = new Map<string, WorkspaceConnection>()
  for (const [name, written] of Object.entries(text.file.connections)) {
    const path = ['connections', name]
    const connector = registry.get(written.connector)
    if (!connector) {
      refuse(text, [...path, 'connector'], {
        code: 'WORKSPACE_UNKNOWN_CONNECTOR',
        message: `there is no connector "${written.connector}"`,
        ...hint(written.connector, [...registry.keys()]),
      })
      continue
    }
    const { plain, secrets } = splitSecrets(text, path, connector, written.settings ?? {})
    const settings = checkSettings(text, path, connector, plain)
    connections.set(name, { name, connector: connector.name, settings: settings ?? plain, secrets })
  }
  return connections
}

function refuse({ source, tree, reporter }: WorkspaceText, path: Path, finding: Finding): void {
  reporter.report(source, spanAt(tree, path), finding)
}

function splitSecrets(text: WorkspaceText, path: Path, connector: Connector, settings: JsonObject) {
  const names = secretNames(connector)
  const secrets: Record<string, Secret> = {}
  const plain: Record<string, JsonObject[string]> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (!names.has(name)) plain[name] = value
    else if (isFromEnvironment(text, [...path, 'settings', name])) secrets[name] = new Secret(String(value))
    else
      refuse(text, [...path, 'settings', name], {
        code: 'WORKSPACE_SECRET_IN_FILE',
        message: `the secret "${name}" is written in the file`,
        remedy: `Run "ml-connector secret set ${path[1]} ${name}" and remove it here, or write \${env:NAME}.`,
      })
  }
  return { plain, secrets }
}

function isFromEnvironment({ raw }: WorkspaceText, path: Path): boolean {
  const tree = treeAt(raw, path)
  return (
    tree?.is === 'scalar' && typeof tree.value === 'string' && /^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/.test(tree.value)
  )
}

/** Of a workspace file that has mistakes elsewhere: its connections are checked all the same, so that all is said at once. */
export function checkConnections(text: Omit<WorkspaceText, 'file'>, registry: ReadonlyMap<string, Connector>): void {
  const entries = entriesOf(treeAt(text.tree, ['connections']))
  const usable = entries.flatMap(({ key, value }) => {
    const connector = entryOf(value, 'connector')?.value
    const settings = entryOf(value, 'settings')?.value
    if (connector?.is !== 'scalar' || typeof connector.value !== 'string') return []
    if (settings === undefined)
      return value.is === 'map' && value.entries.length > 1 ? [] : [[key, connector.value, {}] as const]
    if (settings.is !== 'map') return []
    return [[key, connector.value, Object.fromEntries(settings.entries.map(it => [it.key, toJson(it.value)]))] as const]
  })
  const connections = Object.fromEntries(
    usable.map(([name, connector, settings]) => [name, { connector, settings }] as const),
  )
  openConnections({ ...text, file: { workspace: '', connections } }, registry)
}

const entriesOf = (tree: Tree | undefined) => (tree?.is === 'map' ? tree.entries : [])
