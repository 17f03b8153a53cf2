import type { SandboxClock } from '../../../../engine/sdk/index.ts'
import { slotOf } from './guid.ts'
import type { Row } from './row.ts'

/** Rows that a table starts with: functions of the row's number, so that 200,000 of them take no memory. */
export interface InitialRows {
  readonly count: number
  key(slot: number): string
  modifiedAt(slot: number): number
  make(slot: number): Row
}

/** What others see of a row until a change of it becomes visible; undefined: nothing. */
interface Hidden {
  readonly until: number
  readonly before: Row | undefined
}

const CACHED = 5_000

/** Slots by a text of their rows. Texts that a row had before stay: whoever asks tests what comes. */
interface Index {
  read(row: Row): string | undefined
  readonly slots: Map<string, Set<number>>
}

/** The records of one entity, in order of their keys. Slots are never used again. */
export class Table {
  readonly family: number
  private readonly initial: InitialRows
  private readonly clock: SandboxClock
  private readonly stamps: number[] = []
  private readonly keys: (string | undefined)[] = []
  private readonly order: number[] = []
  private readonly changed = new Map<number, Row>()
  private readonly made = new Map<number, Row>()
  private readonly hidden = new Map<number, Hidden>()
  private readonly indexes = new Map<string, Index>()

  constructor(family: number, initial: InitialRows, clock: SandboxClock) {
    this.family = family
    this.initial = initial
    this.clock = clock
    for (let slot = 0; slot < initial.count; slot += 1) {
      this.stamps.push(initial.modifiedAt(slot))
      this.keys.push(initial.key(slot))
      this.order.push(slot)
    }
    this.order.sort((a, b) => compare(this.keyAt(a), this.keyAt(b)))
  }

  /** Slots ever used. */
  get size(): number {
    return this.keys.length
  }

  /** Living rows, those that are not visible yet among them. */
  get count(): number {
    return this.order.length
  }

  /** Slots in order of key, from the first whose key is at least `from`. */
  *slots(from = ''): Generator<number> {
    for (let at = this.place(from); at < this.order.length; at += 1) yield this.order[at] ?? 0
  }

  keyAt(slot: number): string {
    return this.keys[slot] ?? ''
  }

  /** As it is now, whoever sees it. */
  latest(slot: number): Row | undefined {
    if (this.keys[slot] === undefined) return undefined
    return this.changed.get(slot) ?? this.initialRow(slot)
  }

  /** As a reader sees it: undefined when it is gone or not visible yet. */
  row(slot: number): Row | undefined {
    const hidden = this.hiddenNow(slot)
    return hidden ? hidden.before : this.latest(slot)
  }

  /** Change time that a reader sees; NaN when there is no row. */
  modifiedAt(slot: number): number {
    const hidden = this.hiddenNow(slot)
    if (hidden) return hidden.before?.modifiedAt ?? Number.NaN
    return this.keys[slot] === undefined ? Number.NaN : (this.stamps[slot] ?? Number.NaN)
  }

  slotOfKey(key: string): number | undefined {
    const slot = this.order[this.place(key)]
    return slot !== undefined && this.keyAt(slot) === key ? slot : undefined
  }

  slotOfId(id: string): number | undefined {
    const slot = slotOf(this.family, id)
    return slot !== undefined && this.keys[slot] !== undefined ? slot : undefined
  }

  /** Slots whose rows have, or once had, this text; the index is made when it is first asked for. */
  slotsHaving(name: string, text: string, read: Index['read']): ReadonlySet<number> {
    let index = this.indexes.get(name)
    if (!index) {
      index = { read, slots: new Map() }
      for (const slot of this.order) note(index, slot, this.latest(slot))
      for (const [slot, { before }] of this.hidden) note(index, slot, before)
      this.indexes.set(name, index)
    }
    return index.slots.get(text) ?? new Set()
  }

  /** In order of key. */
  inOrder(slots: ReadonlySet<number>): readonly number[] {
    return [...slots].filter(it => this.keys[it] !== undefined).sort((a, b) => compare(this.keyAt(a), this.keyAt(b)))
  }

  /** Stores a row; `slot` as long as nothing of that number is there makes a new one. */
  put(slot: number, key: string, row: Row, lateMs = 0): void {
    if (lateMs > 0) this.hidden.set(slot, { until: this.clock.now().getTime() + lateMs, before: this.row(slot) })
    else this.hidden.delete(slot)
    if (slot === this.keys.length) {
      this.keys.push(key)
      this.order.splice(this.place(key), 0, slot)
    }
    this.stamps[slot] = row.modifiedAt
    this.changed.set(slot, row)
    for (const index of this.indexes.values()) note(index, slot, row)
  }

  remove(slot: number): void {
    const key = this.keys[slot]
    if (key === undefined) return
    this.order.splice(this.place(key), 1)
    this.keys[slot] = undefined
    this.changed.delete(slot)
    this.made.delete(slot)
    this.hidden.delete(slot)
  }

  private hiddenNow(slot: number): Hidden | undefined {
    const hidden = this.hidden.get(slot)
    if (hidden && this.clock.now().getTime() < hidden.until) return hidden
    if (hidden) this.hidden.delete(slot)
    return undefined
  }

  private initialRow(slot: number): Row {
    const held = this.made.get(slot)
    if (held) return held
    const row = this.initial.make(slot)
    if (this.made.size < CACHED) this.made.set(slot, row)
    return row
  }

  private place(key: string): number {
    let low = 0
    let high = this.order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(this.keyAt(this.order[middle] ?? 0), key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function note(index: Index, slot: number, row: Row | undefined): void {
  const text = row && index.read(row)
  if (text === undefined) return
  const held = index.slots.get(text)
  if (held) held.add(slot)
  else index.slots.set(text, new Set([slot]))
}
