import { acumatica } from '../../../connectors/acumatica/index.ts'
import type { EngineError } from '../../../engine/core/errors.ts'
import type { JsonObject } from '../../../engine/core/record.ts'
import type { Connection, WriteAnswer } from '../../../engine/sdk/connector.ts'
import type { Sandbox } from '../../../engine/sdk/sandbox/spec.ts'
import { type Connected, type ConnectOptions, connect, control } from '../../support/connect.ts'

export { errorOf as failureOf, refusedWith as refusedOf } from '../../support/answers.ts'
export { asStored, readAll, type Walked } from '../../support/reading.ts'

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
