import type { Named } from '../schema.ts'
import * as parts from './parts.ts'

/** Those that the OpenAPI document names. */
export const NAMED: readonly Named<never>[] = Object.values(parts).flatMap(it =>
  'ref' in it ? [it as Named<never>] : [],
)
