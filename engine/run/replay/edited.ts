import { EngineError } from '../../core/errors.ts'
import { fingerprint } from '../../core/fingerprint.ts'
import type { Json, JsonObject } from '../../core/record.ts'
import { entityOf, type Run } from '../run.ts'

export interface Edit {
  readonly entity: string
  readonly key: string
  readonly asRead: JsonObject
  readonly body: JsonObject
}

/**
 * An edited body as a record's fields: what was emptied is absent, as it is in whatever a connector reads.
 * Throws `RUN_EDITED_KEY` when the edit makes another record of it: it would be written over that one's target.
 */
export function editedFields(run: Pick<Run, 'source'>, { entity, key, asRead, body }: Edit): JsonObject {
  const { key: path } = entityOf(run.source.connector, entity)
  if (fingerprint([at(asRead, path)]) !== fingerprint([at(body, path)]))
    throw new EngineError({
      kind: 'configuration',
      code: 'RUN_EDITED_KEY',
      message: `${entity} ${key}: the edited record has another ${path}, and so is another record`,
      remedy: `Leave ${path} as it was; what is wrong with the key itself is corrected in the source.`,
    })
  return filled(body)
}

function at(fields: JsonObject, path: string): Json {
  let value: Json | undefined = fields
  for (const name of path.split('.')) value = isObject(value) ? value[name] : undefined
  return value ?? null
}

function filled(fields: JsonObject): JsonObject {
  const kept = Object.entries(fields).filter(([, value]) => value !== null && value !== '')
  return Object.fromEntries(kept.map(([name, value]) => [name, inside(value)]))
}

function inside(value: Json): Json {
  if (isList(value)) return value.map(inside)
  return isObject(value) ? filled(value) : value
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value)
