import type { JsonObject, SandboxClock } from '../../../../engine/sdk/index.ts'
import type { KnobBoard } from '../knobs.ts'
import { RESOURCES } from '../resources/catalogue.ts'
import { pathOf, type ResourceDef } from '../resources/definition.ts'
import { createTable, NO_SEED, type Seed, type Table } from './table.ts'

/** One company database. Nothing of it is shared with another company or another sandbox. */
export interface Company {
  readonly id: string
  readonly knobs: KnobBoard
  /** `path` is module and name: `AP/APVendors`. */
  table(path: string): Table
  /** The server's own date, YYYY-MM-DD: the session date, and what DateLastMaintained is set to. */
  today(): string
  /** The next number of a series: uniquifiers, order numbers, batches. */
  nextNumber(series: string): number
}

export interface CompanyParts {
  readonly id: string
  readonly clock: SandboxClock
  readonly knobs: KnobBoard
  readonly seeds: Readonly<Record<string, Seed>>
  /** First numbers of the series that do not start at 1. */
  readonly firstNumbers: Readonly<Record<string, number>>
}

export function createCompany({ id, clock, knobs, seeds, firstNumbers }: CompanyParts): Company {
  const tables = new Map([...RESOURCES].map(([path, def]) => [path, createTable(def, seeds[path] ?? NO_SEED)]))
  const numbers = new Map(Object.entries(firstNumbers))
  return {
    id,
    knobs,
    table: path => {
      const found = tables.get(path)
      if (!found) throw new RangeError(`the sandbox has no ${path}`)
      return found
    },
    today: () => dateIn(knobs.now().timeZone, clock.now()),
    nextNumber: series => {
      const number = numbers.get(series) ?? 1
      numbers.set(series, number + 1)
      return number
    },
  }
}

/** YYYY-MM-DD there and then. */
export function dateIn(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return parts.format(at)
}

/** Between the parts of a composite key; no key holds it. */
const BETWEEN = '\u0001'

export const joinKey = (parts: readonly string[]) => parts.join(BETWEEN)

/** The key under which a table holds a record. */
export const keyOf = (def: ResourceDef, record: JsonObject): string =>
  joinKey(def.key.map(name => String(record[name] ?? '').trimEnd()))

export const tableOf = (company: Company, def: ResourceDef): Table => company.table(pathOf(def))
