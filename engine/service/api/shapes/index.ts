import type { Named } from '../schema.ts'
import * as connections from './connections.ts'
import * as parts from './parts.ts'
import * as records from './records.ts'

/** Those that the OpenAPI document names. */
export const NAMED: readonly Named<unknown>[] = [
  ...Object.values(parts),
  ...Object.values(records),
  ...Object.values(connections),
].flatMap(it => ('ref' in it ? [it as Named<unknown>] : []))
