import type { SandboxClock } from '../../../engine/sdk/index.ts'
import type { EntityDef } from './entities/definition.ts'
import type { KnobBoard, Knobs } from './knobs.ts'
import { guidOf } from './store/guid.ts'
import type { Row } from './store/row.ts'
import type { Table } from './store/table.ts'
import { offsetOf, toStep } from './times.ts'

export const INSTANCE_PATH = '/AcumaticaERP'
export const TENANT = 'Acme Live'

/** What one save or removal did to a record; `before` is absent for a new one, `after` for one that is gone. */
export interface Change {
  readonly entity: EntityDef
  readonly before?: Row
  readonly after?: Row
}

/** One tenant: its records, its clock, its numbering. Nothing of it is shared between sandboxes. */
export interface World {
  readonly clock: SandboxClock
  readonly board: KnobBoard
  knobs(): Knobs
  /** Two entities may be views of one table: documents show as SalesInvoice and as Invoice. */
  table(entity: EntityDef): Table
  newId(): string
  /** `C000000061`: the next number of a sequence, never given twice. */
  nextNumber(sequence: string): string
  /** Now, as a row is stamped. */
  stamp(): number
  /** Minutes east of UTC that times of this kind are printed with. */
  offset(of: 'utc' | 'tenant' | string, epochMs: number): number
  tell(change: Change): void
  readonly listeners: ((change: Change) => void)[]
}

export interface Sequence {
  readonly prefix: string
  readonly digits: number
  last: number
}

export interface WorldParts {
  readonly clock: SandboxClock
  readonly board: KnobBoard
  readonly tables: ReadonlyMap<string, Table>
  readonly sequences: Readonly<Record<string, Sequence>>
}

const INNER_FAMILY = 0x5ff

export function createWorld({ clock, board, tables, sequences }: WorldParts): World {
  let inner = 0
  const listeners: World['listeners'] = []
  return {
    clock,
    board,
    knobs: board.now,
    table: entity => {
      const found = tables.get(entity.name)
      if (!found) throw new RangeError(`the sandbox has no ${entity.name}`)
      return found
    },
    newId: () => {
      inner += 1
      return guidOf(INNER_FAMILY, inner)
    },
    nextNumber: name => {
      const sequence = sequences[name]
      if (!sequence) throw new RangeError(`no sequence is called ${name}`)
      sequence.last += 1
      return `${sequence.prefix}${String(sequence.last).padStart(sequence.digits, '0')}`
    },
    stamp: () => toStep(clock.now().getTime()),
    offset: (of, epochMs) => (of === 'tenant' ? offsetOf(board.now().timeZone, epochMs) : 0),
    tell: change => {
      for (const listen of listeners) listen(change)
    },
    listeners,
  }
}

export const KEY_JOINT = '\u0001'

/** How a table orders and finds a record: its key fields, joined. */
export const keyOf = (entity: EntityDef, row: Pick<Row, 'values'>): string =>
  entity.keys.map(name => String(row.values[name] ?? '')).join(KEY_JOINT)
