import { inspect } from 'node:util'
import { expect } from 'chai'
import { EngineError } from '../../engine/core/errors.ts'
import type { Connector } from '../../engine/sdk/connector.ts'
import type { Sandbox } from '../../engine/sdk/sandbox/spec.ts'
import { type TestClock, testClock } from '../support/clock.ts'
import { type Connected, connect, control, type MemoryTokens, memoryTokens } from '../support/connect.ts'
import type { ConnectorFixture } from './fixture.ts'

export { errorOf } from '../support/answers.ts'
export { asStored, readAll, type Walked } from '../support/reading.ts'

/** A connector under test with what the suite knows of it. */
export interface Subject {
  readonly connector: Connector
  readonly fixture: ConnectorFixture
}

/** A sandbox, a connection to it, and the clocks of both moved as one. */
export interface Rig extends Connected {
  readonly sandbox: Sandbox
  readonly at: ReturnType<typeof control>
  /** How often a sign-in was carried out. */
  signIns(): number
  advance(ms: number): Promise<void>
  /** The sandbox's clock stands still at this time. */
  freeze(at: Date): Promise<void>
  now(): Promise<Date>
  /** Another process's connection to the same sandbox, with the same tokens unless `secrets` are given. */
  again(options?: {
    readonly clock?: TestClock
    readonly secrets?: Readonly<Record<string, string>>
  }): Promise<Connected>
  /** Secrets and tokens that ever were. */
  secrets(): readonly string[]
  close(): Promise<void>
}

export interface RigOptions {
  readonly records?: number
  readonly seed?: number
  readonly timeoutMs?: number
}

export const startSandbox = ({ connector, fixture }: Subject, options: RigOptions = {}): Promise<Sandbox> =>
  connector.sandbox.start({
    port: 0,
    host: '127.0.0.1',
    records: options.records ?? 12,
    seed: options.seed ?? 3,
    options: fixture.options ?? {},
  })

export async function openRig(subject: Subject, options: RigOptions = {}): Promise<Rig> {
  const { connector } = subject
  const sandbox = await startSandbox(subject, options)
  const memory = memoryTokens()
  const counted = countSignIns(memory)
  const timeout = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }
  const connected = await connect(connector, sandbox, { tokens: counted.tokens, ...timeout })
  const others: Connected[] = []
  const at = control(sandbox)
  return {
    ...connected,
    sandbox,
    at,
    signIns: counted.count,
    advance: async ms => {
      for (const it of [connected, ...others]) it.clock.advance(ms)
      await at.clock({ advanceMs: ms })
    },
    freeze: async to => void (await at.clock({ now: to.toISOString() })),
    now: async () => new Date((await at.clock({})).now),
    again: async ({ clock = testClock(connected.clock.now()), secrets } = {}) => {
      const tokens = secrets === undefined ? counted.tokens : memoryTokens()
      const other = await connect(connector, sandbox, { clock, tokens, ...timeout, ...(secrets ? { secrets } : {}) })
      others.push(other)
      return other
    },
    secrets: () => [...Object.values(sandbox.secrets), ...memory.values()],
    close: async () => {
      const told = [connected, ...others].flatMap(it => it.logged)
      await Promise.all([connected, ...others].map(it => it.connection.close()))
      await sandbox.close()
      expectNoSecrets([...Object.values(sandbox.secrets), ...memory.values()], told)
    },
  }
}

function countSignIns(memory: MemoryTokens): { readonly tokens: MemoryTokens; count(): number } {
  let count = 0
  return {
    count: () => count,
    tokens: {
      ...memory,
      renew: (name, stale, renew) =>
        memory.renew(name, stale, () => {
          count += 1
          return renew()
        }),
    },
  }
}

const escapeMarkup = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Neither plain nor as any usual encoding of it. */
export function expectNoSecrets(secrets: readonly string[], told: readonly string[]): void {
  const forms = secrets.flatMap(it => [
    it,
    encodeURIComponent(it),
    Buffer.from(it).toString('base64'),
    escapeMarkup(it),
  ])
  expect(told.filter(text => forms.some(secret => text.includes(secret)))).to.deep.equal([])
}

/** Everything that a log, a ledger or a terminal could show of an error. */
export function allOf(error: unknown): string {
  const failure = error instanceof EngineError ? JSON.stringify(error.toFailure()) : ''
  return `${failure}\n${inspect(error, { depth: 12, showHidden: true, getters: true })}`
}
