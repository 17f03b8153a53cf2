import type { CursorContract } from '../../../engine/core/contracts.ts'
import { FAULTS, type RunStory, type Step, type Story } from './story.ts'

/** One reading failure that real integrations have had, told as a person met it. */
export interface Example {
  /** Its title in the list of failures (test/failures.yaml). */
  readonly row: string
  /** Of which contracts it can be told at all. */
  readonly about: (contract: CursorContract) => boolean
  /** `size`: what a cursor weighs after a bulk edit of thousands of records, which is a program and no story. */
  readonly told: readonly Story[] | 'size'
}

const NONE = { mishap: { at: 0, kind: 'crash' }, fault: { nth: 0, kind: 'busy' } } as const

const run = (given: Partial<RunStory> = {}): RunStory => ({
  ...{ mode: 'incremental', between: [], ...NONE, edited: false, after: [] },
  ...given,
})

const story = (runs: readonly RunStory[], given: Partial<Story> = {}): Story => ({
  ...{ startsAt: '2035-06-15T15:00:00Z', skewMinutes: 0, pageSize: 2, unitSize: 2, setting: {} },
  before: [{ is: 'insert', count: 5 }, wait(400)],
  runs,
  ...given,
})

const wait = (seconds: number): Step => ({ is: 'wait', seconds })
const edit = (which: number): Step => ({ is: 'edit', which })
const insert = (count: number): Step => ({ is: 'insert', count })
const remove = (which: number): Step => ({ is: 'delete', which })
const late = (part: number, within: 'overlap' | 'second look'): Step => ({ is: 'editLate', which: 1, part, within })
const BULK: Step = { is: 'editAll' }
const EDITS = [0, 1, 2, 3, 4, 5, 6].map(edit)
/** A record changes after each page, the first ones and the last ones in turn. */
const MOVING = [0, 5, 1, 4, 2, 3].map(which => [edit(which), wait(1_800)])
/** Longer than any look back. */
const DAYS = [wait(90_000), wait(90_000)]
const SWEEP = { mode: 'sweep' } as const

const any = () => true
const hasMark = ({ type }: CursorContract) => type !== 'none'

/** Edits, every half hour through a night in which a clock changes, and a run after each. */
const night = (startsAt: string, zone: string): Story => {
  const half = (which: number) => run({ after: [edit(which), wait(1_200), edit(which + 1), wait(600)] })
  return story([0, 1, 2, 3, 4, 5, 6, 7].map(half), { startsAt, setting: { zone } })
}

/** A run a minute, around the midnight of a place. */
const midnight = (startsAt: string, zone: string): Story =>
  story(
    [0, 1, 2, 3].map(which => run({ after: [edit(which), wait(600), edit(which + 1), wait(1_800)] })),
    { startsAt, setting: { zone } },
  )

/** Every row of the list of failures that is about reading, in its order. */
export const EXAMPLES: readonly Example[] = [
  {
    row: 'strict > with ties',
    about: hasMark,
    told: [
      story([run({ after: [BULK] }), run({ after: [edit(0)] }), run({ after: [edit(3)] }), run({ after: [edit(6)] })], {
        before: [insert(5), { is: 'standStill' }],
      }),
      story([run({ after: [BULK, wait(400)] }), run({ after: [BULK, wait(90_000), BULK] }), run()], { pageSize: 3 }),
    ],
  },
  {
    row: 'inclusive >= without boundary keys',
    about: hasMark,
    told: [
      story([run({ after: [...EDITS, wait(400)] }), run(), run({ after: [BULK, wait(400)] }), run(), run()]),
      story([run({ after: [...EDITS.flatMap(it => [it, wait(2)]), wait(400)] }), run(), run({ ...SWEEP })]),
      story([run({ after: [BULK, wait(7_300)] }), run({ ...SWEEP }), run()], { pageSize: 3 }),
    ],
  },
  {
    row: 'a whole page with one timestamp',
    about: any,
    told: [
      story([run({ after: [BULK, wait(400)] }), run({ after: [BULK, wait(90_000)] }), run({ ...SWEEP })]),
      story([run({ after: [BULK, wait(59), insert(3), wait(59), edit(0), wait(400)] }), run(), run({ ...SWEEP })]),
      story([run({ after: [insert(3)] }), run({ after: [BULK] }), run({ after: [BULK] })], {
        before: [{ is: 'standStill' }, insert(5)],
      }),
    ],
  },
  {
    row: 'offset paging while rows move',
    about: any,
    told: [
      story([
        run({ between: [[remove(0)], [insert(2)], [remove(1), edit(2)]], after: [BULK, wait(400)] }),
        run({ between: [[remove(0)], [remove(0)], [insert(1)]], after: [wait(90_000)] }),
        run({ ...SWEEP, between: [[remove(0)], [insert(1), remove(0)], [remove(1)]] }),
      ]),
      story(
        [
          run({ after: [...EDITS, insert(4), wait(7_300)] }),
          run({ ...SWEEP, between: [[remove(0), insert(1)], [remove(3)]], after: [BULK, wait(400)] }),
          run({ between: [[edit(0)], [edit(6)], [insert(1)]] }),
        ],
        { setting: { isUnordered: true }, pageSize: 3 },
      ),
      // the first page lacks records that stand before its last one, and what it gave is gone before anybody counts
      story([run({ between: [[remove(3), remove(1)]] }), run()], {
        setting: { isUnordered: true },
        before: [insert(2)],
      }),
    ],
  },
  {
    row: 'row edited during the run',
    about: any,
    told: [
      story([
        run({ after: [BULK, wait(7_300)] }),
        run({ between: MOVING, after: [wait(60)] }),
        run({ ...SWEEP, between: MOVING, after: [wait(60)] }),
        run({ between: [[edit(0)], [edit(0)], [edit(0)]] }),
      ]),
      story([run({ between: MOVING, after: [wait(400)] })], { unitSize: 1 }),
    ],
  },
  {
    row: 'client-side filter ends paging early',
    about: hasMark,
    told: [
      // what was read a moment ago is read again and known: pages of which nothing is left, and behind them the one that is new
      story([run({ after: [BULK, wait(10)] }), run({ after: [wait(10), edit(6), wait(10)] }), run()]),
      // what lies ahead is left alone, and what stands behind it is not
      story([
        run({ after: [0, 1, 2, 3].map(which => ({ is: 'editInFuture', which, hours: 3 }) as const) }),
        run({ after: [edit(5), wait(400)] }),
        run({ after: [wait(90_000)] }),
      ]),
    ],
  },
  {
    row: "date-only cursor, account's time zone",
    about: ({ resolution }) => resolution === 'day',
    told: [
      midnight('2035-06-15T04:20:00Z', 'America/Chicago'),
      midnight('2035-06-15T13:20:00Z', 'Australia/Sydney'),
      midnight('2035-06-14T23:20:00Z', 'America/Los_Angeles'),
      midnight('2035-06-14T23:20:00Z', 'UTC'),
    ],
  },
  {
    row: 'cursor finer than the format it is printed in',
    about: hasMark,
    told: [
      story([run({ after: EDITS }), run({ after: EDITS.slice(0, 2) }), run(), run({ after: [edit(0)] }), run()]),
      story([run({ after: [BULK, wait(90_000)] }), run({ after: [wait(90_000)] }), run()]),
    ],
  },
  {
    row: 'cursor field is not the field that the API filters on',
    about: hasMark,
    told: [
      story([
        run({ after: [wait(90_000), edit(0), wait(90_000)] }),
        run({ after: [edit(1), insert(1), wait(90_000)] }),
        run({ after: [edit(2)] }),
      ]),
    ],
  },
  {
    row: 'local clock saved as cursor',
    about: hasMark,
    told: [300, -300, 10, -10].map(skewMinutes =>
      story(
        [
          run({ after: [wait(60), edit(0), wait(60)] }),
          run({ between: [[edit(1)], [wait(60), edit(2)]], after: [edit(3)] }),
          run({ after: [wait(1_800), edit(4), wait(60)] }),
          run(),
        ],
        { skewMinutes },
      ),
    ),
  },
  {
    row: 'row dated in the future',
    about: hasMark,
    told: [
      story([
        run({ after: [{ is: 'editInFuture', which: 1, hours: 5 }] }),
        run({ after: [edit(0), wait(1_800), edit(2), insert(1), wait(1_800)] }),
        run({ after: [edit(3), wait(7_300)] }),
        run({ ...SWEEP, after: [edit(4), wait(1_800)] }),
        run(),
      ]),
    ],
  },
  {
    row: 'late visibility',
    about: hasMark,
    told: [
      story([run({ after: [edit(0), wait(1_800)] }), run({ after: [late(9, 'overlap')] }), run({ after: [wait(60)] })]),
      story([run({ after: [late(9, 'second look'), wait(60)] }), run({ after: [edit(0), wait(1_800)] }), run()]),
      story([
        run({ after: [edit(0), wait(1_800), edit(2), wait(1_800)] }),
        run({ after: [late(9, 'second look'), wait(1_800)] }),
        run({ after: [late(5, 'second look'), wait(7_300)] }),
        run(),
      ]),
    ],
  },
  {
    row: 'null cursor',
    about: ({ nulls }) => nulls !== 'never',
    told: [
      story(
        [run({ after: [{ is: 'insertUnstamped' }, edit(0), { is: 'insertUnstamped' }, wait(400)] }), run(), run()],
        { pageSize: 3 },
      ),
    ],
  },
  {
    row: 'paging cap of the API',
    about: any,
    told: [
      story(
        [run({ after: [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap(which => [edit(which), wait(59)]) }), run({ ...SWEEP })],
        {
          setting: { isCapped: true },
          before: [1, 2, 3, 4, 5, 6].flatMap(() => [insert(2), wait(59)]),
        },
      ),
    ],
  },
  {
    row: 'child changes without its parent',
    about: ({ childEditsTouchParent }) => childEditsTouchParent !== true,
    told: [
      story([
        run({ after: [BULK, wait(90_000)] }),
        run({ after: [wait(90_000)] }),
        run({ after: [wait(90_000), ...[1, 3].map(which => ({ is: 'editUnderneath', which }) as const)] }),
        run({ after: [edit(0), wait(400)] }),
      ]),
    ],
  },
  {
    row: 'DST change, local-time stamps',
    about: ({ timeZone }) => timeZone !== 'utc' && timeZone !== 'none',
    told: [
      night('2035-11-04T05:20:00Z', 'America/Chicago'),
      night('2035-03-11T07:00:00Z', 'America/Chicago'),
      night('2035-10-27T23:20:00Z', 'Europe/Berlin'),
      night('2035-03-24T23:30:00Z', 'Europe/Berlin'),
    ],
  },
  {
    row: 'resume skips an unwritten page',
    about: any,
    told: (['crash', 'fail'] as const).flatMap(kind =>
      [0, 1, 2].map(of =>
        story(
          [6, 9, 12, 15, 18, 21, 24, 27, 30].map(at =>
            run({ mishap: { at: at + of, kind }, after: [edit(of), edit(at % 7), insert(1), wait(400)] }),
          ),
        ),
      ),
    ),
  },
  {
    row: 'partial walk closes a delete window',
    about: any,
    told: [
      story([
        run({ after: [remove(0), insert(1)] }),
        run({ ...SWEEP, between: [[remove(1)], [edit(0)]], mishap: { at: 22, kind: 'crash' }, after: [edit(1)] }),
        run({ after: [remove(2)] }),
        run({ ...SWEEP, between: [[edit(2)]], fault: { nth: 3, kind: 'cutMid' }, after: [edit(0)] }),
        run({ ...SWEEP, between: [[edit(0), insert(1)], [remove(0)], [edit(4)]] }),
      ]),
      story(
        [
          run({ after: [BULK, wait(400)] }),
          run({ ...SWEEP, between: [[edit(0), remove(1)], [edit(2)]], mishap: { at: 30, kind: 'fail' } }),
          run({ ...SWEEP, between: [[remove(0), edit(1)]] }),
        ],
        { setting: { isUnordered: true } },
      ),
      story(
        [
          run({ after: [BULK, wait(400)] }),
          run({ ...SWEEP, between: [[remove(0)], [remove(0)]], after: [BULK, wait(400)] }),
          run({ ...SWEEP, between: [[remove(0), remove(0)]] }),
        ],
        { setting: { isUnordered: true } },
      ),
    ],
  },
  { row: 'boundary memory grows on coarse cursors', about: any, told: 'size' },
  {
    row: '200 with an error inside, empty body, HTML body, truncated body',
    about: any,
    told: FAULTS.filter(it => !it.startsWith('cut') && it !== 'busy').map(kind =>
      story(
        // sign-in and preflight come first: which call is the list, differs
        [1, 2, 3, 4, 5, 6, 7, 8].map(nth => run({ fault: { nth, kind }, after: [edit(nth), insert(1), ...DAYS] })),
        { unitSize: 100 },
      ),
    ),
  },
]
