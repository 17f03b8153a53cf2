import type { Clock } from '../core/clock.ts'
import type { Ledger } from '../core/ledger.ts'
import type { Json } from '../core/record.ts'
import type { FactStore } from '../sdk/connector.ts'

/** What the ledger lends a connection: facts as JSON, forgotten after their time. */
export function factStore(
  ledger: Pick<Ledger, 'fact' | 'setFact' | 'forgetFact'>,
  connection: string,
  clock: Clock,
): FactStore {
  return {
    async get(name) {
      const text = await ledger.fact(connection, name, clock.now())
      return text === undefined ? undefined : (JSON.parse(text) as Json)
    },
    set(name, value, ttlMs) {
      const expiresAt = new Date(clock.now().getTime() + ttlMs).toISOString()
      return ledger.setFact(connection, name, JSON.stringify(value), expiresAt)
    },
    forget: name => ledger.forgetFact(connection, name),
  }
}
