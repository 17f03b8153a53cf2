import type { Ledger } from '../../engine/core/ledger.ts'
import type { Connection, Connector, Page } from '../../engine/sdk/connector.ts'
import { EngineError } from '../../engine/sdk/index.ts'
import { createMachine, ledgerOn, type Machine, type Mishap } from '../run/support/machine.ts'
import type { System, WorldOptions } from './world.ts'

/**
 * What makes runs of a world mortal: its connectors and its ledger pass two points at every call, before it and after it took effect
 * at the real sandbox or in the real file.
 */
export interface Mortality {
  readonly systems: WorldOptions['systems']
  readonly ledgerAs: (ledger: Ledger) => Ledger
  /** `run` in a process of its own that meets this mishap; its end tells nothing. Answers how many points it passed. */
  live(mishap: Mishap, run: () => Promise<unknown>): Promise<number>
}

export function createMortality(systems: Readonly<Record<string, System>>): Mortality {
  const still = createMachine()
  let machine = still
  const now = () => machine
  return {
    systems: Object.fromEntries(
      Object.entries(systems).map(([name, it]) => [name, { ...it, connector: mortal(it.connector, now) }]),
    ),
    ledgerAs: ledger => ledgerOn(now(), ledger),
    live: async (mishap, run) => {
      const own = createMachine(mishap)
      machine = own
      try {
        await run().catch(() => undefined)
        return own.points()
      } finally {
        machine = still
      }
    },
  }
}

const unreachable = (cause: string) => new EngineError({ kind: 'transient', code: 'TEST_UNREACHABLE', message: cause })

function mortal(connector: Connector, now: () => Machine): Connector {
  return {
    ...connector,
    connect: async context => {
      const connection = await connector.connect(context)
      const machine = now()
      const through = <T>(call: () => Promise<T>) => machine.pass(call, unreachable)
      const mortalOne: Connection = {
        ...connection,
        read: (entity, request) => pages(connection.read(entity, request), through),
        write: (entity, batch) => through(() => connection.write(entity, batch)),
        find: (entity, request) => through(() => connection.find(entity, request)),
      }
      return mortalOne
    },
  }
}

async function* pages(
  source: AsyncIterable<Page>,
  through: <T>(call: () => Promise<T>) => Promise<T>,
): AsyncGenerator<Page> {
  const iterator = source[Symbol.asyncIterator]()
  for (;;) {
    const next = await through(() => iterator.next())
    if (next.done) return
    yield next.value
  }
}

/** One life after the other: the n-th begins anew, dies (or fails) at its n-th point, and is checked. Ends with the first that comes through. */
export async function dieAtEveryPoint<T>(
  mortality: Pick<Mortality, 'live'>,
  kind: Mishap['kind'],
  turn: {
    begin(): Promise<T>
    run(): Promise<unknown>
    /** What came of it, once the next life has run. `where` is for messages. */
    check(begun: T, where: string): Promise<void>
  },
): Promise<number> {
  for (let at = 1; ; at++) {
    const begun = await turn.begin()
    const points = await mortality.live({ at, kind }, turn.run)
    await turn.run()
    await turn.check(begun, `${kind} at point ${at}`)
    if (points < at) return points
  }
}
