import type { JsonObject } from '../../core/record.ts'
import { Secret } from '../../core/secret.ts'
import type { Connector } from '../../sdk/connector.ts'
import type { Finding } from '../diagnostics/diagnostic.ts'
import { hint } from '../diagnostics/suggest.ts'
import { type Path, spanAt, treeAt } from '../read/tree.ts'
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

/** Names of the settings that a connector marks `writeOnly`. */
export function secretNames(connector: Connector): ReadonlySet<string> {
  const properties = connector.settings['properties']
  if (typeof properties !== 'object' || properties === null) return new Set()
  return new Set(
    Object.entries(properties).flatMap(([name, schema]: [string, unknown]) =>
      typeof schema === 'object' && schema !== null && 'writeOnly' in schema && schema.writeOnly === true ? [name] : [],
    ),
  )
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
