import { isEngineError, type JsonObject } from '../../engine/sdk/index.ts'
import type { ZohoClient } from './client.ts'
import { isList, isObject } from './json.ts'
import { fieldsOf } from './metadata.ts'
import type { Module, Row } from './module.ts'

/**
 * Zoho's documents spell the columns of lines in two ways (`Quantity`, `quantity`; fact sheet 2.2). Flows use the capitalised one; what the account's own metadata
 * says goes on the wire, and where it says nothing, the capitalised form.
 */
export type Spelling = ReadonlyMap<string, string>

/** Lower case → the account's own spelling. Empty when the module has no lines or the account does not tell. */
export async function lineSpelling(client: ZohoClient, module: Module): Promise<Spelling> {
  if (module.lines === undefined) return new Map()
  try {
    return spellingOf(Object.keys(await fieldsOf(client, module.lines, { fresh: false })))
  } catch (thrown) {
    if (isEngineError(thrown, 'auth') || isEngineError(thrown, 'unavailable')) return new Map()
    throw thrown
  }
}

export function toAccountSpelling(module: Module, fields: JsonObject, spelling: Spelling): JsonObject {
  const lines = module.lines === undefined ? undefined : fields[module.lines]
  if (module.lines === undefined || !isList(lines) || spelling.size === 0) return fields
  return { ...fields, [module.lines]: lines.map(line => (isObject(line) ? respelt(line, spelling) : line)) }
}

/** A record with its lines spelt as this connector declares them. */
export function toDeclaredSpelling(module: Module, row: Row): Row {
  const declared = module.lines === undefined ? {} : (module.fields[module.lines]?.fields ?? {})
  return { ...row, fields: toAccountSpelling(module, row.fields, spellingOf(Object.keys(declared))) }
}

const spellingOf = (names: readonly string[]): Spelling => new Map(names.map(name => [name.toLowerCase(), name]))

const respelt = (line: JsonObject, spelling: Spelling): JsonObject =>
  Object.fromEntries(Object.entries(line).map(([name, value]) => [spelling.get(name.toLowerCase()) ?? name, value]))
