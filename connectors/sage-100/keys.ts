import { EngineError } from '../../engine/sdk/index.ts'
import { KEY, type Sage100Object } from './object.ts'

/**
 * Natural keys. Division and number as people write them: `01-ABF`. A division has 2 characters, so that a number may hold dashes (fact sheet 10.4).
 * Further parts follow after `~`, as the agent joins them: `01-ABF~ART J`.
 */

/** As the agent writes keys: `01~ABF~ART J`. */
export type AgentKey = string

const DIVISION = 2

const isDivided = ({ key }: Sage100Object) => key === KEY

export function keyOf(object: Sage100Object, parts: readonly string[]): string {
  if (!isDivided(object)) return parts.join('~')
  const [division = '', ...rest] = parts
  return `${division}-${rest.join('~')}`
}

/** The values of the key columns; undefined when this cannot be a key. */
export function partsOf(object: Sage100Object, key: string): readonly string[] | undefined {
  const { keyColumns } = object
  const parts =
    isDivided(object) && key[DIVISION] === '-' ? [key.slice(0, DIVISION), ...key.slice(DIVISION + 1).split('~')] : [key]
  return parts.length === keyColumns.length && parts.every(it => it.trim() !== '') ? parts : undefined
}

/** Like `partsOf`, for a key that must be one: throws a `record` error. */
export function mustBeKey(object: Sage100Object, key: string): readonly string[] {
  const parts = partsOf(object, key)
  if (parts !== undefined) return parts
  throw new EngineError({
    kind: 'record',
    code: 'SAGE100_KEY_SHAPE',
    message: `${object.name}: "${key.slice(0, 60)}" is no key`,
    field: object.key,
    remedy: `A key is ${object.keyColumns.join(isDivided(object) ? '-' : '~')}, with 2 characters of division: 01-ABF.`,
  })
}

export const agentKeyOf = (parts: readonly string[]): AgentKey => parts.join('~')
