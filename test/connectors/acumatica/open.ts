import { acumatica } from '../../../connectors/acumatica/index.ts'
import { EngineError } from '../../../engine/core/errors.ts'
import type { Cursor, DataRecord, JsonObject, Page } from '../../../engine/core/record.ts'
import type { Connection, ReadRequest, WriteAnswer } from '../../../engine/sdk/connector.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { type Connected, type ConnectOptions, connect, control } from '../../support/connect.ts'

/** A sandbox, a connection to it as the engine opens it, and the sandbox's control routes. */
export interface Opened extends Connected {
  readonly sandbox: Sandbox
  readonly at: ReturnType<typeof control>
  /** Another connection to the same sandbox. */
  again(options?: ConnectOptions): Promise<Connected>
  /** Both clocks. */
  advance(ms: number): Promise<void>
  close(): Promise<void>
}

export interface OpenOptions extends ConnectOptions {
  readonly records?: number
  readonly options?: Readonly<Record<string, string>>
}

export async function openAcumatica({ records = 0, options = {}, ...rest }: OpenOptions = {}): Promise<Opened> {
  const sandbox = await acumatica.sandbox.start({ port: 0, host: '127.0.0.1', records, seed: 1, options })
  const connected = await connect(acumatica, sandbox, rest)
  const at = control(sandbox)
  const others: Connected[] = []
  return {
    ...connected,
    sandbox,
    at,
    again: async (more = {}) => {
      const other = await connect(acumatica, sandbox, { tokens: connected.tokens, facts: connected.facts, ...more })
      others.push(other)
      return other
    },
    advance: async ms => {
      connected.clock.advance(ms)
      await at.clock({ advanceMs: ms })
    },
    close: async () => {
      for (const it of [connected, ...others]) await it.connection.close()
      await sandbox.close()
    },
  }
}

export interface Walked {
  readonly pages: readonly Page[]
  readonly records: readonly DataRecord[]
  readonly keys: readonly string[]
  readonly next: Cursor
}

/** Reads to the end. */
export async function readAll(
  connection: Connection,
  entity: string,
  wish: Partial<ReadRequest> = {},
): Promise<Walked> {
  const pages: Page[] = []
  for await (const page of connection.read(entity, { select: [], deletes: false, ...wish })) pages.push(page)
  const next = pages.at(-1)?.next
  if (!next) throw new Error('a walk yields at least one page')
  const records = pages.flatMap(page => page.records)
  return { pages, records, keys: records.map(it => it.key), next }
}

export const asStored = (cursor: Cursor): Cursor => JSON.parse(JSON.stringify(cursor)) as JsonObject

/** The EngineError that `work` must end with. */
export async function failureOf(work: () => Promise<unknown>): Promise<EngineError> {
  try {
    await work()
  } catch (thrown) {
    if (thrown instanceof EngineError) return thrown
    throw thrown
  }
  throw new Error('no error was thrown')
}

export const codeOf = ({ kind, code }: EngineError) => `${kind} ${code}`

export interface WriteOptions {
  readonly match?: string
  readonly sinkKey?: string
}

/** Writes one customer and answers what was said of it. */
export async function writeCustomer(
  connection: Connection,
  operation: 'create' | 'update',
  fields: JsonObject,
  { match, sinkKey }: WriteOptions = {},
): Promise<WriteAnswer> {
  const [answer] = await connection.write('Customer', {
    operation,
    options: {},
    ...(match === undefined ? {} : { match }),
    records: [{ ref: 'r', fields, ...(sinkKey === undefined ? {} : { sinkKey }) }],
  })
  if (!answer) throw new Error('no answer')
  return answer
}

export function writtenOf(answer: WriteAnswer): Extract<WriteAnswer, { is: 'written' }> {
  if (answer.is === 'written') return answer
  throw answer.error
}

export function refusedOf(answer: WriteAnswer): EngineError {
  if (answer.is === 'refused') return answer.error
  throw new Error(`written as ${answer.sinkKey}`)
}
