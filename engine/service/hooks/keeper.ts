import { toEngineError } from '../../core/errors.ts'
import type { SubscriptionRow } from '../../core/operations.ts'
import type { Held } from '../held.ts'
import type { Service } from '../service.ts'
import { createAlarm } from './alarm.ts'
import {
  atConnection,
  failing,
  fits,
  isMade,
  notMade,
  readSubscriptions,
  toRow,
  type Wanted,
  wantedOf,
} from './subscriptions.ts'
import { type Trust, toSubscription } from './trust.ts'

/** Keeps the subscriptions of a workspace what its flows want: made, renewed, made again, removed. */
export interface Keeper {
  start(): void
  /** Flows, connections or pauses have changed. */
  lookAgain(): void
  /** Deliveries have failed to come: is the subscription still there? */
  suspect(connection: string): void
  stop(): Promise<void>
}

/** Also a subscription without an end is looked after this often: somebody may have removed it over there. */
const CHECK_MS = 24 * 60 * 60_000
const LOOK_MS = 60 * 60_000
const SUSPECT_AGAIN_MS = 15 * 60_000
const FIRST_RETRY_MS = 30_000
const LONGEST_RETRY_MS = 60 * 60_000
const SHORTEST_NAP_MS = 1_000

interface Care {
  /** Not looked after before that. */
  dueAt: number
  checkedAt: number
  tries: number
}

/** Is there nothing to make, nothing to remove, and nothing that failed? */
function isSettled(own: readonly SubscriptionRow[], wanted: Wanted | undefined): boolean {
  const isOnly = wanted ? own.length === 1 : own.length === 0
  return isOnly && own.every(it => wanted !== undefined && fits(it, wanted) && it.failure === null)
}

export function createKeeper(service: Service, held: Held, trust: Trust): Keeper {
  const { clock, log } = service
  const { ledger } = held
  const alarm = createAlarm(clock)
  const stopping = new AbortController()
  const cares = new Map<string, Care>()
  // where a connection that is gone from the workspace can still be reached
  let before = held.opened
  let hasChanged = false
  let working: Promise<void> | undefined
  const now = () => clock.now().getTime()
  const nowText = () => clock.now().toISOString()
  const warn = (message: string) => log.warn(message, { workspace: held.name })
  const careOf = (connection: string): Care => {
    const care = cares.get(connection) ?? { dueAt: 0, checkedAt: 0, tries: 0 }
    cares.set(connection, care)
    return care
  }
  const place = (name: string) => {
    const opened = held.opened.workspace.connections.has(name) ? held.opened : before
    return { opened, name, signal: stopping.signal }
  }

  const pass = async (): Promise<void> => {
    const isAnew = hasChanged
    hasChanged = false
    // those of another process that others do reach stay as they are
    if (service.publicUrl === undefined) return
    const rows = await readSubscriptions(held, warn)
    trust.setSubscriptions(held, rows)
    const wanted = wantedOf(service, held)
    const names = new Set([...wanted.keys(), ...rows.map(it => it.connection)])
    for (const name of cares.keys()) if (!names.has(name)) cares.delete(name)
    for (const name of names) {
      if (stopping.signal.aborted) return
      const own = rows.filter(it => it.connection === name)
      const isLeft = careOf(name).dueAt > now() && (!isAnew || isSettled(own, wanted.get(name)))
      if (!isLeft && !held.pauses.has(`connection:${name}`)) await attend(name, own, wanted.get(name))
    }
    before = held.opened
    trust.setSubscriptions(held, await readSubscriptions(held, warn))
  }

  /** One failure of a connection is no reason to leave the others. */
  const attend = async (connection: string, own: readonly SubscriptionRow[], wanted?: Wanted): Promise<void> => {
    const care = careOf(connection)
    try {
      const current = wanted && (await ensure(connection, own, wanted))
      await removeOthers(own.filter(it => it.id !== current?.id))
      care.tries = 0
      care.checkedAt = now()
      care.dueAt = current ? now() + lifeOf(current) : now()
      if (!current) cares.delete(connection)
    } catch (thrown) {
      if (stopping.signal.aborted) return
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** care.tries)
      care.dueAt = now() + wait * (0.75 + Math.random() / 2)
      care.tries += 1
      warn(`subscription of ${connection}: ${toEngineError(thrown).message}`)
    }
  }

  /** The subscription that is wanted, and lasts: made when there is none. The one that it takes the place of is removed afterwards. */
  const ensure = async (
    connection: string,
    own: readonly SubscriptionRow[],
    wanted: Wanted,
  ): Promise<SubscriptionRow> => {
    const current = own.find(it => fits(it, wanted))
    const { callbackUrl } = wanted
    try {
      const subscription = await atConnection(held, place(connection), it =>
        current ? it.renewSubscription(toSubscription(current), callbackUrl) : it.subscribe(wanted),
      )
      const createdAt = current?.id === subscription.id ? current.createdAt : nowText()
      const row = toRow(subscription, { connection, callbackUrl, createdAt })
      await ledger.saveSubscription(row)
      // its deliveries may be on their way already
      trust.setSubscriptions(held, await readSubscriptions(held, warn))
      return row
    } catch (thrown) {
      if (stopping.signal.aborted) throw thrown
      const row = current ?? own.find(it => !isMade(it)) ?? notMade(connection, wanted, nowText())
      await ledger.saveSubscription(failing({ ...row, ...wanted }, toEngineError(thrown), nowText()))
      throw thrown
    }
  }

  const removeOthers = async (rows: readonly SubscriptionRow[]): Promise<void> => {
    for (const row of rows) {
      if (isMade(row)) await removeThere(row)
      await ledger.removeSubscription(row.connection, row.id)
    }
  }

  const removeThere = async (row: SubscriptionRow): Promise<void> => {
    const { connection, id } = row
    const isKnown = held.opened.workspace.connections.has(connection)
    try {
      await atConnection(held, place(connection), it => it.unsubscribe(toSubscription(row)))
    } catch (thrown) {
      if (stopping.signal.aborted) throw thrown
      const error = toEngineError(thrown)
      if (isKnown) {
        await ledger.saveSubscription(failing(row, error, nowText()))
        throw error
      }
      warn(`subscription ${id} of ${connection}, which is no more, could not be removed over there: ${error.message}`)
    }
  }

  /** At half of what is left of it, so that there is time for several attempts. */
  const lifeOf = ({ expiresAt }: SubscriptionRow): number =>
    expiresAt === null ? CHECK_MS : Math.min(CHECK_MS, Math.max(0, (Date.parse(expiresAt) - now()) / 2))

  const nap = (): Promise<void> => {
    const due = [...cares].flatMap(([name, it]) => (held.pauses.has(`connection:${name}`) ? [] : [it.dueAt - now()]))
    return alarm.sleep(Math.max(SHORTEST_NAP_MS, Math.min(LOOK_MS, ...due)))
  }

  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pass().catch(thrown => {
        if (!stopping.signal.aborted) warn(`subscriptions: ${toEngineError(thrown).message}`)
      })
      if (!stopping.signal.aborted) await nap()
    }
  }

  return {
    start: () => {
      working = work()
    },
    lookAgain: () => {
      hasChanged = true
      alarm.ring()
    },
    suspect: connection => {
      const care = cares.get(connection)
      if (!care || now() - care.checkedAt < SUSPECT_AGAIN_MS) return
      care.dueAt = 0
      alarm.ring()
    },
    stop: async () => {
      stopping.abort()
      alarm.ring()
      await working
    },
  }
}
