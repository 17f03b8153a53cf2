import type { SandboxClock } from '../../../../engine/sdk/index.ts'
import { createChance } from '../data/chance.ts'
import { type DataOptions, initialRows } from '../data/initial-rows.ts'
import { rowsOf } from '../data/master.ts'
import type { KnobBoard, Knobs } from '../knobs.ts'
import { type CatalogueOptions, createCatalogue } from '../objects/catalogue.ts'
import type { ObjectDef } from '../objects/definition.ts'
import { type Journal, Table } from './table.ts'

export interface WorldOptions extends CatalogueOptions, DataOptions {}

/** The imitated company: its objects, records and switches. One per started sandbox. */
export interface World {
  readonly catalogue: ReadonlyMap<string, ObjectDef>
  readonly clock: SandboxClock
  readonly journal: TransactionJournal
  knobs(): Knobs
  /** Throws a RangeError for a name that no object has. */
  table(object: string): Table
  readonly documents: DocumentStore
  /** Kept results of `readByQuery`, by resultId. */
  readonly resultSets: Map<string, ResultSet>
  /** Random numbers of this sandbox, for the order of unordered results. */
  random(): number
  /** True, false, true, false …: what fails every second time. */
  alternate(): boolean
  /** True while the knob `offlineCalls` still has some left; takes one. */
  takeOffline(): boolean
}

/** A kept result: which rows, and how many of them were told already. */
export interface ResultSet {
  readonly object: string
  readonly paths: readonly string[]
  readonly slots: readonly number[]
  readonly size: number
  next: number
}

/** Attachments: folders and documents by id (fact sheet 7.1 C). */
export interface DocumentStore {
  readonly folders: Map<string, { readonly recordNo: number; readonly description: string }>
  readonly documents: Map<string, SupportingDocument>
}

export interface SupportingDocument {
  readonly recordNo: number
  readonly name: string
  readonly folder: string
  readonly description: string
  readonly createdAt: number
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly data: string }[]
}

/** Undo steps of the running function or transaction. */
export interface TransactionJournal extends Journal {
  /** Runs `work`; when it throws, everything noted since is taken back, last first. */
  atomically<T>(work: () => T): T
  /** Where a later `rollbackTo` goes back to. */
  mark(): number
  rollbackTo(mark: number): void
  /** What was done stays: nothing before is taken back any more. */
  settle(): void
}

export function createJournal(): TransactionJournal {
  const undos: (() => void)[] = []
  const rollbackTo = (mark: number): void => {
    while (undos.length > mark) undos.pop()?.()
  }
  return {
    note: undo => void undos.push(undo),
    mark: () => undos.length,
    rollbackTo,
    settle: () => void undos.splice(0),
    atomically: work => {
      const mark = undos.length
      try {
        return work()
      } catch (thrown) {
        rollbackTo(mark)
        throw thrown
      }
    },
  }
}

export function createWorld(options: WorldOptions, clock: SandboxClock, switches: KnobBoard): World {
  const { now: knobs, set: setKnob } = switches
  const catalogue = createCatalogue(options)
  const journal = createJournal()
  const rows = initialRows(options)
  const tables = new Map<string, Table>()
  for (const [name, def] of catalogue) tables.set(name, new Table(def, rows[name] ?? rowsOf([]), journal))
  const chance = createChance(options.seed)
  let drawn = 0
  let turn = false
  return {
    catalogue,
    clock,
    journal,
    knobs,
    table: object => {
      const table = tables.get(object)
      if (!table) throw new RangeError(`no object "${object}"; there are ${[...tables.keys()].join(', ')}`)
      return table
    },
    resultSets: new Map(),
    documents: { folders: new Map(), documents: new Map() },
    takeOffline: () => {
      const left = knobs().offlineCalls
      if (left > 0) setKnob('offlineCalls', left - 1)
      return left > 0
    },
    random: () => chance.number(900, drawn++) / 2 ** 32,
    alternate: () => {
      turn = !turn
      return turn
    },
  }
}
