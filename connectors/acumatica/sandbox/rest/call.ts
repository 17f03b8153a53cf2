import type { SandboxRequest } from '../../../../engine/sdk/index.ts'
import type { EntityDef } from '../entities/definition.ts'
import type { World } from '../world.ts'
import type { StoredFile } from './render.ts'

/** A call of one entity, its sign-in and its version settled. */
export interface EntityCall {
  readonly world: World
  readonly entity: EntityDef
  readonly versionText: string
  readonly version: number
  readonly request: SandboxRequest
  readonly files: Map<string, StoredFile[]>
}
