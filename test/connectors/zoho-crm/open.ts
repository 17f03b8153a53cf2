import { zohoCrm } from '../../../connectors/zoho-crm/index.ts'
import { isEngineError } from '../../../engine/core/errors.ts'
import type { DataRecord, JsonObject } from '../../../engine/core/record.ts'
import type { Connection, ReadRequest, WriteRecord } from '../../../engine/sdk/connector.ts'
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

export async function openZoho(
  options: ConnectOptions & { readonly sandboxOptions?: Readonly<Record<string, string>> } = {},
): Promise<Opened> {
  const sandbox = await startSandbox(options.sandboxOptions)
  const connected = await connect(zohoCrm, sandbox, options)
  const close = async () => {
    await connected.connection.close()
    await sandbox.close()
  }
  return { ...connected, sandbox, at: control(sandbox), close }
}

export const startSandbox = (options: Readonly<Record<string, string>> = {}): Promise<Sandbox> =>
  zohoCrm.sandbox.start({ port: 0, host: '127.0.0.1', records: 0, seed: 1, options })

/** Reads to the end, with the external key of each record. */
export const readAll = (connection: Connection, entity: string, wish: Partial<ReadRequest> = {}): Promise<Walked> =>
  readToEnd(connection, entity, { select: ['ERP_ID'], ...wish })

export const keysOf = (records: readonly DataRecord[]): string[] =>
  records.map(record => String(record.fields['ERP_ID']))

/** Accounts 1 to n, each with its external key. */
export const accounts = (from: number, to: number): JsonObject[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ ERP_ID: `C${from + i}`, Account_Name: `Account ${from + i}` }))

export const upsertOf = (records: readonly JsonObject[], options: JsonObject = {}) =>
  ({
    operation: 'upsert',
    match: 'ERP_ID',
    options,
    records: records.map((fields, i): WriteRecord => ({ ref: String(i), fields })),
  }) as const

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
