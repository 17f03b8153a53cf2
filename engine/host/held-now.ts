import type { Json } from '../core/record.ts'
import { connectionsOf } from './connections.ts'
import type { OpenWorkspace } from './open-workspace.ts'

export interface TargetRecord {
  readonly connection: string
  readonly entity: string
  readonly id: string
  readonly select: readonly string[] | 'all'
}

/** What a record of the target holds now, asked of the system itself; nothing when it is not there. */
export async function heldNow(
  opened: OpenWorkspace,
  { connection, entity, id, select }: TargetRecord,
): Promise<Readonly<Record<string, Json>>> {
  const connections = connectionsOf(opened, await opened.ledger(), () => {})
  try {
    const [found] = await (await connections.open(connection)).find(entity, { field: 'id', values: [id], select })
    return found?.fields ?? {}
  } finally {
    await connections.close()
  }
}
