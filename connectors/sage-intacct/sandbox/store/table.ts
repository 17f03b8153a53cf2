import type { ObjectDef } from '../objects/definition.ts'

/** Rows that a table starts with: functions of the row's number, so that 200,000 of them take no memory. */
export interface InitialRows {
  readonly count: number
  id(slot: number): number
  /** Unix seconds. */
  createdAt(slot: number): number
  /** Unix seconds; NaN: the record has none. */
  modifiedAt(slot: number): number
  value(slot: number, field: string): string
}

export interface RowState {
  /** What differs from the initial row. */
  readonly changed: Readonly<Record<string, string>>
  readonly modifiedAt: number
  readonly isGone: boolean
}

interface PastState {
  /** Milliseconds until which `query` still sees `state`. */
  readonly until: number
  readonly state: RowState
}

/** Remembers how to take back what a failed transaction did. */
export interface Journal {
  note(undo: () => void): void
}

const NOTHING: Readonly<Record<string, string>> = {}

/**
 * The records of one object. A slot is a row's place in order of its system key; slots are never used again.
 * Values are strings ('' is null); TIMESTAMP values are Unix seconds in digits.
 */
export class Table {
  readonly def: ObjectDef
  private readonly initial: InitialRows
  private readonly journal: Journal
  private readonly ids: number[] = []
  private readonly created: number[] = []
  private readonly modified: number[] = []
  private readonly changes = new Map<number, Readonly<Record<string, string>>>()
  private readonly gone = new Set<number>()
  private readonly slotsByKey = new Map<string, number>()
  /** Slots in order of (change time, system key); those without a change time are last. */
  readonly byModified: number[] = []
  private readonly past = new Map<number, PastState[]>()

  constructor(def: ObjectDef, initial: InitialRows, journal: Journal) {
    this.def = def
    this.initial = initial
    this.journal = journal
    for (let slot = 0; slot < initial.count; slot++) {
      this.ids.push(initial.id(slot))
      this.created.push(initial.createdAt(slot))
      this.modified.push(initial.modifiedAt(slot))
      this.slotsByKey.set(this.value(slot, def.key), slot)
      this.byModified.push(slot)
    }
    this.byModified.sort((a, b) => this.rank(a) - this.rank(b) || a - b)
  }

  /** Slots ever used, those of removed rows included. */
  get size(): number {
    return this.ids.length
  }

  isGone(slot: number): boolean {
    return this.gone.has(slot)
  }

  id(slot: number): number {
    return this.ids[slot] ?? Number.NaN
  }

  createdAt(slot: number): number {
    return this.created[slot] ?? Number.NaN
  }

  modifiedAt(slot: number): number {
    return this.modified[slot] ?? Number.NaN
  }

  state(slot: number): RowState {
    return {
      changed: this.changes.get(slot) ?? NOTHING,
      modifiedAt: this.modifiedAt(slot),
      isGone: this.gone.has(slot),
    }
  }

  value(slot: number, field: string): string {
    return this.valueIn(slot, field, this.changes.get(slot) ?? NOTHING, this.modified[slot] ?? Number.NaN)
  }

  /** The value in another state of the row than the present one. */
  valueIn(slot: number, field: string, changed: Readonly<Record<string, string>>, modifiedAt: number): string {
    const { def } = this
    if (field === def.id) return String(this.ids[slot])
    if (field === def.modified) return digits(modifiedAt)
    if (field === def.created) return digits(this.createdAt(slot))
    return changed[field] ?? (slot < this.initial.count ? this.initial.value(slot, field) : '')
  }

  /** Slot of a natural key; undefined when no living row has it. */
  find(key: string): number | undefined {
    return this.slotsByKey.get(key)
  }

  findId(id: number): number | undefined {
    const slot = this.firstFromId(id)
    return this.ids[slot] === id && !this.gone.has(slot) ? slot : undefined
  }

  /** First slot whose system key is at least `id`. */
  firstFromId(id: number): number {
    return lowerBound(this.ids.length, slot => (this.ids[slot] ?? 0) >= id)
  }

  /** First place in `byModified` whose change time is at least `seconds`. */
  firstFromModified(seconds: number): number {
    return lowerBound(this.byModified.length, place => this.rank(this.byModified[place] ?? 0) >= seconds)
  }

  /** The new row's slot. `lagMs`: how long `query` does not see it. */
  insert(values: Readonly<Record<string, string>>, at: Date, lagMs: number): number {
    const slot = this.ids.length
    const last = this.ids[slot - 1] ?? 0
    this.ids.push(last + 1)
    this.created.push(seconds(at))
    this.modified.push(Number.NaN)
    this.gone.add(slot)
    this.set(slot, { changed: values, modifiedAt: seconds(at), isGone: false }, { at, lagMs })
    return slot
  }

  change(
    slot: number,
    values: Readonly<Record<string, string>>,
    at: Date,
    lagMs: number,
    modifiedAt = seconds(at),
  ): void {
    const before = this.state(slot)
    this.set(slot, { changed: { ...before.changed, ...values }, modifiedAt, isGone: false }, { at, lagMs })
  }

  remove(slot: number, at: Date, lagMs: number): void {
    this.set(slot, { ...this.state(slot), isGone: true }, { at, lagMs })
  }

  /** What `query` sees instead of the present state, by slot: empty when nothing is late. */
  lateStates(now: Date): ReadonlyMap<number, RowState> {
    const late = new Map<number, RowState>()
    for (const [slot, states] of this.past) {
      const current = states.find(it => it.until > now.getTime())
      if (current) late.set(slot, current.state)
      else this.past.delete(slot)
    }
    return late
  }

  private set(slot: number, next: RowState, lag: { readonly at: Date; readonly lagMs: number }): void {
    const before = this.state(slot)
    this.apply(slot, before, next)
    const past = lag.lagMs > 0 ? { until: lag.at.getTime() + lag.lagMs, state: before } : undefined
    if (past) this.past.set(slot, [...(this.past.get(slot) ?? []), past])
    this.journal.note(() => {
      this.apply(slot, next, before)
      if (past)
        this.past.set(
          slot,
          (this.past.get(slot) ?? []).filter(it => it !== past),
        )
    })
  }

  private apply(slot: number, before: RowState, next: RowState): void {
    if (!before.isGone) {
      this.slotsByKey.delete(this.value(slot, this.def.key))
      this.byModified.splice(this.placeOf(slot), 1)
    }
    this.changes.set(slot, next.changed)
    this.modified[slot] = next.modifiedAt
    if (next.isGone) this.gone.add(slot)
    else {
      this.gone.delete(slot)
      this.slotsByKey.set(this.value(slot, this.def.key), slot)
      this.byModified.splice(this.placeOf(slot), 0, slot)
    }
  }

  private placeOf(slot: number): number {
    const rank = this.rank(slot)
    return lowerBound(this.byModified.length, place => {
      const other = this.byModified[place] ?? 0
      return this.rank(other) > rank || (this.rank(other) === rank && other >= slot)
    })
  }

  private rank(slot: number): number {
    const at = this.modified[slot] ?? Number.NaN
    return Number.isNaN(at) ? Number.MAX_SAFE_INTEGER : at
  }
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

const digits = (time: number): string => (Number.isNaN(time) ? '' : String(time))

/** The first of 0..count-1 for which `holds` is true (and stays so); `count` when none is. */
function lowerBound(count: number, holds: (at: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
