import { demandingNo, type Schema, secretNames, WORKSPACE_SCHEMA } from '../flow/index.ts'
import type { Connector } from '../sdk/index.ts'
import { changedAt, editorSchema, isSchema } from './editor-schema.ts'
import { DRAFT } from './flow-schema.ts'

/** ml-connector.yaml with the settings of each connector. */
export function workspaceSchema(registry: readonly Connector[]): Schema {
  const names = registry.map(it => it.name)
  const schema = changedAt(
    editorSchema(WORKSPACE_SCHEMA),
    ['properties', 'connections', 'additionalProperties'],
    connection => ({
      ...changedAt(connection, ['properties', 'connector'], it => ({
        ...it,
        enum: names,
        examples: names.slice(0, 1),
      })),
      allOf: registry.map(connector => ({
        if: { properties: { connector: { const: connector.name } }, required: ['connector'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { properties: { settings: settingsInFile(connector) } },
      })),
    }),
  )
  return { $schema: DRAFT, $id: 'https://ml-connector.example/schemas/workspace.schema.json', ...schema }
}

/** Settings as the workspace file may hold them: secrets only as `${env:NAME}`, and none of them mandatory there. */
function settingsInFile(connector: Connector): Schema {
  const secrets = secretNames(connector)
  const { $schema: _s, $id: _i, ...settings } = editorSchema(demandingNo(secrets, connector.settings))
  const properties = isSchema(settings['properties']) ? settings['properties'] : {}
  return {
    ...settings,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, it]) => [
        name,
        secrets.has(name) && isSchema(it) ? { ...it, pattern: '^\\$\\{env:[A-Za-z_][A-Za-z0-9_]*\\}$' } : it,
      ]),
    ),
  }
}

/** One connector's connection, secrets marked `writeOnly`: for forms and for other tools. */
export function connectionSchema(connector: Connector): Schema {
  const { $schema: _s, $id: _i, ...settings } = connector.settings
  return {
    $schema: DRAFT,
    $id: `https://ml-connector.example/schemas/connections/${connector.name}.schema.json`,
    ...(settings['title'] === undefined ? { title: `${connector.title} connection` } : {}),
    ...(settings['description'] === undefined ? { description: connector.summary } : {}),
    ...settings,
  }
}
