import { zendesk } from '../../../connectors/zendesk/index.ts'
import { isEngineError } from '../../../engine/core/errors.ts'
import type { Batch, Connection, ReadRequest, WriteAnswer } from '../../../engine/sdk/connector.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { type Connected, type ConnectOptions, connect, control } from '../../support/connect.ts'
import { readAll as readToEnd, type Walked } from '../../support/reading.ts'

export type { Walked } from '../../support/reading.ts'

/** A sandbox, a connection to it as the engine opens it, and the sandbox's control routes. */
export interface Opened extends Connected {
  readonly sandbox: Sandbox
  readonly at: ReturnType<typeof control>
  close(): Promise<void>
}

export interface OpenOptions extends ConnectOptions {
  readonly sandboxOptions?: Readonly<Record<string, string>>
  readonly records?: number
}

/** Limits by the minute are off: the test clock moves while it waits, the sandbox's does not. Tests of limits switch them on. */
const UNLIMITED = {
  incrementalPerMinute: '1000000',
  requestsPerMinute: '1000000',
  recordUpdatesPerMinute: '1000000',
  ticketsIndexPerMinute: '1000000',
}
const EMPTY = { organizations: '0', users: '0', tickets: '0' }

export async function openZendesk({ sandboxOptions, records = 0, ...options }: OpenOptions = {}): Promise<Opened> {
  const sandbox = await startSandbox({ ...(records === 0 ? EMPTY : {}), ...sandboxOptions }, records)
  const connected = await connect(zendesk, sandbox, options)
  const close = async () => {
    await connected.connection.close()
    await sandbox.close()
  }
  return { ...connected, sandbox, at: control(sandbox), close }
}

export const startSandbox = (options: Readonly<Record<string, string>> = {}, records = 0): Promise<Sandbox> =>
  zendesk.sandbox.start({ port: 0, host: '127.0.0.1', records, seed: 1, options: { ...UNLIMITED, ...options } })

/** Reads whole records to the end. */
export const readAll = (connection: Connection, entity: string, wish: Partial<ReadRequest> = {}): Promise<Walked> =>
  readToEnd(connection, entity, { select: 'all', ...wish })

type Fields = Batch['records'][number]['fields']

export const batchOf = (
  operation: Batch['operation'],
  records: readonly Fields[],
  more: Partial<Batch> = {},
): Batch => ({
  operation,
  ...(operation === 'upsert' ? { match: 'external_id' } : {}),
  options: {},
  records: records.map((fields, i) => ({ ref: String(i), fields })),
  ...more,
})

export const upsertOf = (records: readonly Fields[], options: Batch['options'] = {}) =>
  batchOf('upsert', records, { options })

/** `created`, `updated`, `deleted`, or the code of the refusal; in the order of the records. */
export const ends = (answers: readonly WriteAnswer[]): string[] =>
  [...answers]
    .sort((a, b) => Number(a.ref) - Number(b.ref))
    .map(it => (it.is === 'written' ? it.did : `${it.error.kind} ${it.error.code}`))

/** Runs `work` and answers the error that it must end with. */
export async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work()
  } catch (thrown) {
    return thrown
  }
  throw new Error('no error was thrown')
}

export const codeOf = (error: unknown) => (isEngineError(error) ? `${error.kind} ${error.code}` : String(error))
