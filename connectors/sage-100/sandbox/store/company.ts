import type { SandboxClock } from '../../../../engine/sdk/index.ts'
import type { KnobBoard } from '../knobs.ts'
import { localTimeOf, ordinalOfLocal, printTicks } from '../local-time.ts'
import type { Row, Table } from './table.ts'
import type { TableName } from './tables.ts'

/** One company of the installation. Nothing of it is shared with another company or another sandbox. */
export interface Company {
  readonly code: string
  readonly name: string
  readonly knobs: KnobBoard
  readonly host: Host
  table(name: TableName): Table
  /** The next free number of a series, seven digits; it is used up by asking. */
  nextNumber(series: 'customer' | 'order'): string
}

/** The Windows host: all stamps are its wall clock. */
export interface Host {
  now(): { readonly date: string; readonly ticks: number }
  /** Columns of a change made now by this user. */
  stamps(prefix: 'Created' | 'Updated', userKey: string): Readonly<Record<string, string>>
  /** Its time as text, date and decimal hours. */
  localTime(): { readonly date: string; readonly time: string }
}

export function createHost(clock: SandboxClock, knobs: KnobBoard): Host {
  const now = () => {
    const { timeZone, clockSkewMs } = knobs.now()
    return localTimeOf(timeZone, new Date(clock.now().getTime() + clockSkewMs))
  }
  return {
    now,
    localTime: () => {
      const { date, ticks } = now()
      return { date, time: printTicks(ticks, 'padded') }
    },
    stamps: (prefix, userKey) => {
      const { date, ticks } = now()
      const time = printTicks(ticks, knobs.now().timeFormat)
      return { [`Date${prefix}`]: date, [`Time${prefix}`]: time, [`User${prefix}Key`]: userKey }
    },
  }
}

export const ordinalNow = (host: Host): number => ordinalOfLocal(host.now())

/** The row after a change by this user; a new one has both pairs of stamps. */
export function stamped(company: Company, row: Row, { userKey, isNew }: { userKey: string; isNew: boolean }): Row {
  const created = isNew ? company.host.stamps('Created', userKey) : {}
  return { ...row, values: { ...row.values, ...created, ...company.host.stamps('Updated', userKey) } }
}
