import { sage100 } from '../../../connectors/sage-100/index.ts'
import { sage100Sandbox } from '../../../connectors/sage-100/sandbox/index.ts'
import type { EngineError } from '../../../engine/core/errors.ts'
import { isEngineError } from '../../../engine/core/errors.ts'
import type { Cursor, DataRecord, JsonObject, Page } from '../../../engine/core/record.ts'
import type { ReadRequest, WriteAnswer } from '../../../engine/sdk/connector.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { type Connected, type ConnectOptions, connect, control } from '../../support/connect.ts'

/** A sandbox and a connection to it. */
export interface Opened extends Connected {
  readonly sandbox: Sandbox
  readonly at: ReturnType<typeof control>
  /** Reads to the end. */
  read(entity: string, request?: Partial<ReadRequest>): Promise<Read>
  create(entity: string, fields: JsonObject, match?: string): Promise<WriteAnswer>
  update(entity: string, sinkKey: string, fields: JsonObject): Promise<WriteAnswer>
  /** Both clocks. */
  advance(ms: number): Promise<void>
  close(): Promise<void>
}

export interface Read {
  readonly pages: readonly Page[]
  readonly records: readonly DataRecord[]
  readonly keys: readonly string[]
  readonly next: Cursor
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export const startSandbox = (options: Readonly<Record<string, string>> = {}, records = 12): Promise<Sandbox> =>
  sage100Sandbox.start({ port: 0, host: '127.0.0.1', records, seed: 3, options })

export async function open(
  options: Readonly<Record<string, string>> = {},
  { records = 12, ...more }: ConnectOptions & { readonly records?: number } = {},
): Promise<Opened> {
  const sandbox = await startSandbox(options, records)
  const connected = await connect(sage100, sandbox, more)
  const { connection, clock } = connected
  const at = control(sandbox)
  const first = (answers: readonly WriteAnswer[]): WriteAnswer => {
    const [answer] = answers
    if (!answer) throw new Error('no answer')
    return answer
  }
  return {
    ...connected,
    sandbox,
    at,
    read: async (entity, request = {}) => {
      const pages: Page[] = []
      for await (const page of connection.read(entity, { select: [], deletes: false, ...request })) pages.push(page)
      const records = pages.flatMap(it => it.records)
      return { pages, records, keys: records.map(it => it.key), next: asStored(pages.at(-1)?.next ?? {}) }
    },
    create: async (entity, fields, match) =>
      first(
        await connection.write(entity, {
          operation: 'create',
          options: {},
          records: [{ ref: 'r', fields }],
          ...(match === undefined ? {} : { match }),
        }),
      ),
    update: async (entity, sinkKey, fields) =>
      first(
        await connection.write(entity, { operation: 'update', options: {}, records: [{ ref: 'r', sinkKey, fields }] }),
      ),
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

export const asStored = (cursor: Cursor): Cursor => JSON.parse(JSON.stringify(cursor)) as JsonObject

/** The EngineError that `work` must end with. */
export async function errorOf(work: () => Promise<unknown>): Promise<EngineError> {
  try {
    await work()
  } catch (thrown) {
    if (isEngineError(thrown)) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

export function refusedWith(answer: WriteAnswer): EngineError {
  if (answer.is === 'refused') return answer.error
  throw new Error(`written as ${answer.sinkKey}`)
}

export function writtenAs(answer: WriteAnswer): string {
  if (answer.is === 'written') return answer.sinkKey
  throw answer.error
}

/** An answer of the agent that refuses (fact sheet 7). */
export const refusal = (status: number, code: string, message: string, more: JsonObject = {}) => ({
  action: 'answer' as const,
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: { code, message, retryable: false, requestId: 'r-1', ...more } }),
})

/** A fault of the web services (fact sheet 3.2). */
export const fault = (code: string, message: string, status = 500) => ({
  action: 'answer' as const,
  status,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body:
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>' +
    `<faultcode xmlns:a="http://mas90.sage.com/ws">a:${code}</faultcode><faultstring xml:lang="en-US">${message}</faultstring>` +
    `<detail><MasFault xmlns="http://mas90.sage.com/ws"><ErrorCode>${code}</ErrorCode><ErrorMessage>${message}</ErrorMessage></MasFault></detail>` +
    '</s:Fault></s:Body></s:Envelope>',
})
