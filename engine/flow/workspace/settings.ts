import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { JsonObject } from '../../core/record.ts'
import type { Connector, JsonSchema } from '../../sdk/connector.ts'
import { hint } from '../diagnostics/suggest.ts'
import { keySpanAt, type Path, spanAt, treeAt } from '../read/tree.ts'
import { reduce } from '../shape/reduce.ts'
import { demandingNo } from './demands.ts'
import type { WorkspaceText } from './workspace-text.ts'

/** Settings with defaults filled in, or undefined when they do not fit what the connector declares. Secrets are left out of both. */
export function checkSettings(
  text: WorkspaceText,
  path: Path,
  connector: Connector,
  settings: JsonObject,
): JsonObject | undefined {
  const filled = withTypes(text, path, connector, settings)
  const check = plainValidator(connector.settings)
  if (check(filled)) return filled
  const at = [...path, 'settings']
  const mistakes = reduce(check.errors ?? [], at.join('.'))
  for (const said of mistakes) {
    const place = [...at, ...said.path]
    const isKey = said.at === 'key' || said.kind === 'missing-key'
    const span = isKey ? keySpanAt(text.tree, place) : spanAt(text.tree, place)
    if (!isKey && text.standIns.has(span.start)) continue
    text.reporter.report(text.source, span, {
      code: 'WORKSPACE_SETTING',
      message: said.message,
      ...(said.valid
        ? hint(said.written ?? '', said.valid)
        : { remedy: `${said.remedy ?? ''} "ml-connector connectors ${connector.name}" lists the settings.`.trim() }),
    })
  }
  return undefined
}

/** The environment holds texts only: where a number or a flag belongs, one that reads like it is taken for it. */
function withTypes({ raw }: WorkspaceText, path: Path, connector: Connector, settings: JsonObject): JsonObject {
  const properties = (connector.settings['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      const tree = treeAt(raw, [...path, 'settings', name])
      const isPlaceholder = tree?.is === 'scalar' && /^\$\{env:[^}]+\}$/.test(String(tree.value))
      return [name, isPlaceholder && typeof value === 'string' ? readAs(properties[name]?.['type'], value) : value]
    }),
  )
}

function readAs(type: unknown, text: string): string | number | boolean {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  const isNumber = (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)
  return isNumber ? Number(text) : text
}

/** The connection schema without its secrets: those are in the vault when the file is checked. */
export function withoutSecrets(schema: JsonSchema): JsonSchema {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
  const plain = properties.filter(([, it]) => it['writeOnly'] !== true)
  const secrets = new Set(properties.filter(([, it]) => it['writeOnly'] === true).map(([name]) => name))
  return { ...demandingNo(secrets, schema), properties: Object.fromEntries(plain) }
}

const validators = new WeakMap<JsonSchema, ValidateFunction<JsonObject>>()

/** Compiled once for a connector: it takes longer than all else that reading a workspace does. */
function plainValidator(schema: JsonSchema): ValidateFunction<JsonObject> {
  const held = validators.get(schema)
  if (held) return held
  // that it is a schema is tested with the connector: every process would compile the schema of schemas for it
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, verbose: true, validateSchema: false })
  formats.default(ajv)
  const { $id: _, ...anonymous } = withoutSecrets(schema)
  const made = ajv.compile<JsonObject>(anonymous)
  validators.set(schema, made)
  return made
}
