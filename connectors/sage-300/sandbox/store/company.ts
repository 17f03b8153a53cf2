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
  /** The next number of a series: order numbers, batches. */
  nextNumber(series: string): number
  /** The next DECIMAL(19,0) of a series: a number, or its digits where a double does not hold it. */
  nextUniquifier(series: string): number | string
}

export interface CompanyParts {
  readonly id: string
  readonly clock: SandboxClock
  readonly knobs: KnobBoard
  readonly seeds: Readonly<Record<string, Seed>>
  /** First numbers of the series that do not start at 1. */
  readonly firstNumbers: Readonly<Record<string, number>>
  /** `lowest`: of those that are there. */
  readonly firstUniquifiers: Readonly<Record<string, { readonly next: bigint; readonly lowest: bigint }>>
}

export function createCompany({ id, clock, knobs, seeds, firstNumbers, firstUniquifiers }: CompanyParts): Company {
  const tables = new Map([...RESOURCES].map(([path, def]) => [path, createTable(def, seeds[path] ?? NO_SEED)]))
  const numbers = new Map(Object.entries(firstNumbers))
  const uniquifiers = new Map(Object.entries(firstUniquifiers))
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
    nextUniquifier: series => {
      const { next, lowest } = uniquifiers.get(series) ?? { next: 1n, lowest: 1n }
      const isUp = knobs.now().uniquifiers === 'ascending'
      uniquifiers.set(series, isUp ? { next: next + 1n, lowest } : { next, lowest: lowest - 1n })
      return storedNumber(isUp ? next : lowest - 1n)
    },
  }
}

export const storedNumber = (value: bigint): number | string =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value)

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
