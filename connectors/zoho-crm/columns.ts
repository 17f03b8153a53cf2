import { inChunks } from './json.ts'
import type { Module } from './module.ts'

/** A list call takes at most 50 field names (fact sheet 3.1). */
const FIELDS_PER_CALL = 50

/** Always asked for: the version, and what tells a new record from a changed one. */
const ALWAYS = ['Created_Time', 'Modified_Time']

/** What to ask for, split into calls. Sorted, so that another process asks for the same and page tokens stay valid. */
export interface Columns {
  /** Each at most 50 names; all but the first are fetched by id. Each has Created_Time and Modified_Time. */
  readonly groups: readonly (readonly string[])[]
  /** Line items are wanted: every record needs a single read, which brings all its fields. */
  readonly withLines: boolean
}

export function columnsOf(module: Module, select: readonly string[] | 'all'): Columns {
  const wanted = select === 'all' ? Object.keys(module.fields) : select.map(path => path.split('.')[0] ?? path)
  const withLines = module.lines !== undefined && wanted.includes(module.lines)
  if (withLines) return { groups: [ALWAYS], withLines }
  const names = [...new Set(wanted)].filter(name => name !== 'id' && !ALWAYS.includes(name) && !name.startsWith('$'))
  const groups = inChunks(names.sort(), FIELDS_PER_CALL - ALWAYS.length).map(group => [...group, ...ALWAYS])
  return { groups: groups.length > 0 ? groups : [ALWAYS], withLines }
}
