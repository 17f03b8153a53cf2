import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { EngineError } from '../core/errors.ts'
import type { JsonObject } from '../core/record.ts'
import { Secret } from '../core/secret.ts'
import type { Connector, JsonSchema } from './connector.ts'

interface Property {
  readonly type?: string
  readonly writeOnly?: boolean
  readonly title?: string
  readonly description?: string
}

/** Settings that are secrets: `writeOnly` in the connector's schema. */
export function secretNames(schema: JsonSchema): string[] {
  return Object.entries(propertiesOf(schema))
    .filter(([, it]) => it.writeOnly)
    .map(([name]) => name)
}

export function propertiesOf(schema: JsonSchema): Readonly<Record<string, Property>> {
  return (schema['properties'] ?? {}) as Readonly<Record<string, Property>>
}

/**
 * A connection's settings as its connector gets them: checked against the schema, defaults filled in, secrets from the vault
 * (or from `${env:…}` in the file) wrapped.
 */
export async function loadSettings(
  connector: Pick<Connector, 'name' | 'settings'>,
  connection: string,
  given: JsonObject,
  secret: (name: string) => Promise<Secret | undefined>,
): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = structuredClone(given)
  for (const name of secretNames(connector.settings)) {
    const held = await secret(name)
    if (held !== undefined) values[name] = held.reveal()
  }
  const validate = validatorOf(connector.settings)
  if (!validate(values)) throw refused(connector, connection, validate.errors ?? [])
  for (const name of secretNames(connector.settings))
    if (typeof values[name] === 'string') values[name] = new Secret(values[name])
  return values
}

const validators = new WeakMap<JsonSchema, ValidateFunction>()

/** Compiled once: a service opens connections many times a minute, and compiling costs more than a whole quiet run. */
function validatorOf(schema: JsonSchema): ValidateFunction {
  const held = validators.get(schema)
  if (held) return held
  const ajv = new Ajv2020({ useDefaults: true, allErrors: true, strict: true })
  addFormats.default(ajv)
  const made = ajv.compile(schema)
  validators.set(schema, made)
  return made
}

function refused(
  connector: Pick<Connector, 'name' | 'settings'>,
  connection: string,
  errors: readonly { instancePath: string; keyword: string; message?: string; params: Record<string, unknown> }[],
): EngineError {
  const first = errors.find(it => it.keyword === 'required') ?? errors[0]
  const missing = first?.keyword === 'required' ? String(first.params['missingProperty']) : undefined
  const isSecret = missing !== undefined && secretNames(connector.settings).includes(missing)
  // never the value itself: it may be a secret in the wrong place
  const what =
    missing === undefined
      ? `${first?.instancePath.slice(1) ?? 'settings'} ${first?.message ?? ''}`
      : `${missing} is missing`
  return new EngineError({
    kind: 'configuration',
    code: isSecret ? 'CONNECTION_SECRET_MISSING' : 'CONNECTION_SETTINGS',
    message: `connection "${connection}" (${connector.name}): ${what.trim()}`,
    remedy: isSecret
      ? `Run "ml-connector secret set ${connection} ${missing}".`
      : `Correct connections.${connection}.settings in ml-connector.yaml; "ml-connector connectors ${connector.name}" lists them.`,
  })
}
