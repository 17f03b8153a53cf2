import { expect } from 'chai'
import fc from 'fast-check'
import type { Cursor } from '../../engine/core/record.ts'
import type { Connection, ReadRequest } from '../../engine/sdk/connector.ts'
import { asStored } from './reading.ts'

/** One run over a source that changes meanwhile. `Step`: what may happen to it between two pages, or between two runs. */
export interface Run<Step> {
  /** What happens after each page, in turn. */
  readonly during: readonly (readonly Step[])[]
  /** Pages after which the process dies; 0: it does not. */
  readonly diesAfter: number
  /** Reads everything again. */
  readonly sweeps: boolean
  readonly after: readonly Step[]
}

export const runOf = <Step>(step: fc.Arbitrary<Step>): fc.Arbitrary<Run<Step>> =>
  fc.record({
    during: fc.array(fc.array(step, { maxLength: 2 }), { maxLength: 4 }),
    diesAfter: fc.nat(3),
    sweeps: fc.boolean(),
    after: fc.array(step, { maxLength: 3 }),
  })

/** A run in which nothing happens. */
export const QUIET = { during: [], diesAfter: 0, sweeps: false }

/** One text of each record, by key. */
export interface Copied {
  /** As it is in the sandbox. */
  readonly live: Map<string, string>
  /** As it was read. */
  readonly copy: Map<string, string>
  /** Keys that the walk over all records has given so far. */
  readonly walked: Set<string>
  cursor: Cursor | undefined
}

export const nothingCopied = (): Copied => ({ live: new Map(), copy: new Map(), walked: new Set(), cursor: undefined })

export interface Walk<Step> {
  readonly connection: Connection
  readonly entity: string
  /** The field that holds the text. */
  readonly text: string
  /** Default: the text alone. */
  readonly select?: ReadRequest['select']
  readonly pageSize: number
  /** A page may hold more records than were asked for. */
  readonly mayOverfill?: boolean
  act(step: Step): Promise<void>
  /** What follows a complete walk; default: what it did not see is taken for deleted, and must be. */
  removeUnseen?(): Promise<void>
}

/** One run: every page is applied to the copy and its cursor kept, in that order, until the end or the crash. */
export async function walkOnce<Step>(
  copied: Copied,
  walk: Walk<Step>,
  { during, diesAfter, sweeps }: Omit<Run<Step>, 'after'>,
): Promise<void> {
  const { connection, entity, text, select = [text], pageSize } = walk
  const { copy, walked } = copied
  const after = copied.cursor === undefined ? {} : { after: asStored(copied.cursor) }
  if (sweeps || copied.cursor === undefined) walked.clear()
  let pages = 0
  for await (const page of connection.read(entity, { ...after, full: sweeps, select, deletes: true, pageSize })) {
    // what was deleted may come on top of a page that is full
    const present = page.records.filter(it => it.change !== 'delete').length
    if (!walk.mayOverfill) expect(present).to.be.at.most(pageSize)
    for (const { key, change, fields } of page.records)
      if (change === 'delete') copy.delete(key)
      else {
        copy.set(key, String(fields[text]))
        walked.add(key)
      }
    if (page.complete) await (walk.removeUnseen?.() ?? removeUnseen(copied))
    copied.cursor = page.next
    pages += 1
    for (const it of during[pages - 1] ?? []) await walk.act(it)
    if (pages === diesAfter) return
  }
}

async function removeUnseen({ copy, walked, live }: Copied): Promise<void> {
  for (const key of [...copy.keys()]) {
    if (walked.has(key)) continue
    expect(live.has(key), `the live record ${key} is taken for deleted`).to.equal(false)
    copy.delete(key)
  }
}
