import type { EntityDef } from '../entities/definition.ts'
import { KEY_JOINT } from '../world.ts'
import type { Filter, Operand } from './parse.ts'

/** The least key that a filter lets through, as a table orders keys; '' when it does not say. Spares a walk over all rows before it. */
export function leastKey(entity: EntityDef, filter: Filter): string {
  const found: string[] = []
  for (const name of entity.keys) {
    const isLast = found.length === entity.keys.length - 1
    const bound = boundOf(name, filter, isLast)
    if (bound === undefined) break
    found.push(bound)
  }
  return found.join(KEY_JOINT)
}

/** For the last key any lower bound will do, for those before it only an equality. */
function boundOf(name: string, filter: Filter, isLast: boolean): string | undefined {
  if (filter.is === 'and') return boundOf(name, filter.left, isLast) ?? boundOf(name, filter.right, isLast)
  if (filter.is !== 'compare' || !isField(filter.left, name)) return undefined
  const isBound = filter.by === 'eq' || (isLast && (filter.by === 'gt' || filter.by === 'ge'))
  if (!isBound || filter.right.is !== 'literal' || filter.right.token.is !== 'string') return undefined
  return caseless(filter.right.token.text)
}

const isField = (it: Operand, name: string) => it.is === 'field' && it.path.length === 1 && it.path[0] === name

// keys are of upper case, but types of documents are not: only a text without letters or of capitals is a safe bound
const caseless = (text: string) => (text === text.toUpperCase() ? text : undefined)
