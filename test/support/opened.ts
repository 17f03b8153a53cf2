import type { JsonObject } from '../../engine/core/record.ts'
import type { Connector, ReadRequest, WriteAnswer, WriteRecord } from '../../engine/sdk/connector.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { type Connected, type ConnectOptions, connect, control } from './connect.ts'
import { asStored, readAll, type Walked } from './reading.ts'

/** A sandbox and a connection to it. */
export interface Opened extends Connected {
  readonly sandbox: Sandbox
  readonly at: ReturnType<typeof control>
  /** Reads to the end. */
  read(entity: string, request?: Partial<ReadRequest>): Promise<Walked>
  create(entity: string, fields: JsonObject, match?: string): Promise<WriteAnswer>
  update(entity: string, sinkKey: string, fields: JsonObject): Promise<WriteAnswer>
  /** Both clocks. */
  advance(ms: number): Promise<void>
  close(): Promise<void>
}

/** Connects to a sandbox that was started for it, and closes it with the connection. */
export async function openAt(connector: Connector, sandbox: Sandbox, options: ConnectOptions): Promise<Opened> {
  const connected = await connect(connector, sandbox, options)
  const { connection, clock } = connected
  const at = control(sandbox)
  const write = async (entity: string, operation: 'create' | 'update', record: Omit<WriteRecord, 'ref'>, more = {}) => {
    const batch = { operation, options: {}, records: [{ ref: 'r', ...record }], ...more }
    const [answer] = await connection.write(entity, batch)
    if (!answer) throw new Error('no answer')
    return answer
  }
  return {
    ...connected,
    sandbox,
    at,
    read: async (entity, request) => {
      const walked = await readAll(connection, entity, request)
      return { ...walked, next: asStored(walked.next) }
    },
    create: (entity, fields, match) => write(entity, 'create', { fields }, match === undefined ? {} : { match }),
    update: (entity, sinkKey, fields) => write(entity, 'update', { sinkKey, fields }),
    advance: async ms => {
      clock.advance(ms)
      await at.clock({ advanceMs: ms })
    },
    close: async () => {
      await connection.close()
      await sandbox.close()
    },
  }
}
