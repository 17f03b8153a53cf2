import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { JsonObject } from '../../core/record.ts'
import type { Connector, JsonSchema } from '../../sdk/connector.ts'
import { hint } from '../diagnostics/suggest.ts'
import { keySpanAt, type Path, spanAt } from '../read/tree.ts'
import { describeError } from '../shape/describe-error.ts'
import type { WorkspaceText } from './workspace-text.ts'

/** Settings with defaults filled in, or undefined when they do not fit what the connector declares. Secrets are left out of both. */
export function checkSettings(
  text: WorkspaceText,
  path: Path,
  connector: Connector,
  settings: JsonObject,
): JsonObject | undefined {
  const filled = structuredClone(settings)
  const check = plainValidator(connector.settings)
  if (check(filled)) return filled
  const seen = new Set<string>()
  for (const error of check.errors ?? []) {
    const said = describeError(error)
    if (said === undefined || seen.has(error.instancePath)) continue
    seen.add(error.instancePath)
    const at = [...path, 'settings', ...said.path]
    const span = said.at === 'key' || said.kind === 'missing-key' ? keySpanAt(text.tree, at) : spanAt(text.tree, at)
    text.reporter.report(text.source, span, {
      code: 'WORKSPACE_SETTING',
      message: `${connector.name}: ${said.message}`,
      ...(said.valid
        ? hint(said.written ?? '', said.valid)
        : { remedy: `See schemas/connections/${connector.name}.schema.json.` }),
    })
  }
  return undefined
}

/** The connection schema without its secrets: those are in the vault when the file is checked. */
export function withoutSecrets(schema: JsonSchema): JsonSchema {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
  const plain = properties.filter(([, it]) => it['writeOnly'] !== true)
  const names = new Set(plain.map(([name]) => name))
  const required = Array.isArray(schema['required']) ? schema['required'].filter(it => names.has(String(it))) : []
  return { ...schema, properties: Object.fromEntries(plain), required }
}

function plainValidator(schema: JsonSchema) {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, verbose: true })
  formats.default(ajv)
  const { $id: _, ...anonymous } = withoutSecrets(schema)
  return ajv.compile<JsonObject>(anonymous)
}
