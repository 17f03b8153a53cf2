import fc from 'fast-check'

/**
 * What happens to a source between two pages or two runs. `which` counts through the records that are there, `part` is a share of what the
 * entity's contract allows: the same story can be told of every entity.
 */
export type Step =
  | { readonly is: 'insert'; readonly count: number }
  | { readonly is: 'edit'; readonly which: number }
  | { readonly is: 'delete'; readonly which: number }
  /** Stamped some time ago: it becomes visible late, within what every run looks back, or what a second look does. */
  | {
      readonly is: 'editLate'
      readonly which: number
      readonly part: number
      readonly within: 'overlap' | 'second look'
    }
  /** Something that belongs to it is edited, a line or a contact: it reads otherwise, and its own stamp stays. A sweep brings it. */
  | { readonly is: 'editUnderneath'; readonly which: number }
  | { readonly is: 'editInFuture'; readonly which: number; readonly hours: number }
  /** Many records in one and the same instant, which may fill pages. */
  | { readonly is: 'editAll' }
  | { readonly is: 'insertUnstamped' }
  | { readonly is: 'wait'; readonly seconds: number }
  /** From now on everything over there happens in one and the same instant, until its clock goes on. */
  | { readonly is: 'standStill' }
  | { readonly is: 'goOn' }

/** The last four are answers with status 200: an error inside, nothing, a web page, a document that lacks everything. */
export type Fault = (typeof FAULTS)[number]
export const FAULTS = [
  'cutBefore',
  'cutAfter',
  'cutMid',
  'truncate',
  'busy',
  'errorInside',
  'empty',
  'html',
  'hollow',
] as const

/**
 * How the system over there is set up, as far as its sandbox has a say in it: local times in a zone with summer time, lists that come in no
 * order, chains of pages that end after a few records.
 */
export interface Setting {
  readonly zone?: string
  readonly isUnordered?: boolean
  readonly isCapped?: boolean
}

export interface RunStory {
  readonly mode: 'incremental' | 'sweep'
  /** What happens after each page, in turn. */
  readonly between: readonly (readonly Step[])[]
  /** The point (a call to the ledger or to a system, before or after it took effect) at which the process dies, or one call fails; 0: none. */
  readonly mishap: { readonly at: number; readonly kind: 'crash' | 'fail' }
  /** The n-th call to the source goes wrong on the wire; 0: none. */
  readonly fault: { readonly nth: number; readonly kind: Fault }
  /** The flow is edited before it. */
  readonly edited: boolean
  readonly after: readonly Step[]
}

export interface Story {
  readonly startsAt: string
  /** How wrong the engine's own clock is. */
  readonly skewMinutes: number
  readonly pageSize: number
  readonly unitSize: number
  readonly setting: Setting
  readonly before: readonly Step[]
  readonly runs: readonly RunStory[]
}

const which = fc.nat(30)
const isIt = <T extends string>(...names: readonly T[]) => fc.constantFrom(...names)

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ is: isIt('insert'), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ is: isIt('edit'), which }) },
  { weight: 2, arbitrary: fc.record({ is: isIt('delete'), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: isIt('editLate'),
      which,
      part: fc.integer({ min: 1, max: 9 }),
      within: isIt('overlap', 'second look'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: isIt('editUnderneath'), which }) },
  { weight: 1, arbitrary: fc.record({ is: isIt('editInFuture'), which, hours: fc.integer({ min: 1, max: 26 }) }) },
  { weight: 2, arbitrary: fc.record({ is: isIt('editAll') }) },
  { weight: 1, arbitrary: fc.record({ is: isIt('insertUnstamped') }) },
  { weight: 3, arbitrary: fc.record({ is: isIt('wait'), seconds: fc.constantFrom(1, 59, 400, 1_800, 7_300, 90_000) }) },
  { weight: 1, arbitrary: fc.record({ is: isIt('standStill', 'goOn') }) },
)

const run: fc.Arbitrary<RunStory> = fc.record({
  mode: isIt('incremental', 'incremental', 'incremental', 'sweep'),
  between: fc.array(fc.array(step, { maxLength: 2 }), { maxLength: 3 }),
  mishap: fc.record({ at: fc.oneof(fc.constant(0), fc.nat(70)), kind: isIt('crash', 'crash', 'fail') }),
  fault: fc.record({
    nth: fc.oneof(fc.constant(0), fc.nat(9)),
    kind: isIt(...FAULTS),
  }),
  edited: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  after: fc.array(step, { maxLength: 3 }),
})

/** In the nights of clock changes in America and Europe, and on an ordinary day; later than anything that sandboxes make up. */
const STARTS = ['2035-11-04T05:20:00Z', '2035-03-11T07:40:00Z', '2035-03-25T00:30:00Z', '2035-06-15T15:00:00Z'] as const

/** In both halves of the year, ahead of UTC and behind it. */
const ZONES = ['America/Chicago', 'Europe/Berlin', 'Australia/Sydney'] as const

export const story: fc.Arbitrary<Story> = fc
  .record({
    startsAt: fc.constantFrom(...STARTS),
    skewMinutes: fc.constantFrom(0, -10, 10),
    pageSize: fc.integer({ min: 2, max: 4 }),
    unitSize: fc.constantFrom(1, 3, 100),
    // bulk edits tie more records than a chain that is capped can give: that is no setting for any story
    setting: fc.record({ zone: fc.constantFrom(...ZONES), isUnordered: fc.boolean() }),
    before: fc.array(step, { maxLength: 3 }),
    runs: fc.array(run, { minLength: 1, maxLength: 4 }),
  })
  .map(it => ({ ...it, [fc.toStringMethod]: () => `\n${tell(it).join('\n')}\n` }))

const NTH = (n: number) => `#${n}`

const TOLD: { readonly [Is in Step['is']]: (it: Extract<Step, { is: Is }>) => string } = {
  insert: it => `a person adds ${it.count === 1 ? 'a record' : `${it.count} records`}`,
  edit: it => `a person edits record ${NTH(it.which)}`,
  delete: it => `a person deletes record ${NTH(it.which)}`,
  editLate: it => `an edit of record ${NTH(it.which)} becomes visible late, by ${it.part}/10 of the ${it.within}`,
  editUnderneath: it => `something below record ${NTH(it.which)} is edited, which leaves its stamp as it is`,
  editInFuture: it => `record ${NTH(it.which)} is edited with a stamp ${it.hours} hours ahead`,
  editAll: () => 'a bulk edit touches every record in one instant',
  insertUnstamped: () => 'a record without a stamp is added',
  wait: it => `${it.seconds} seconds go by`,
  standStill: () => 'what follows over there happens in one instant',
  goOn: () => 'time over there goes on',
}

const tellStep = (it: Step): string => (TOLD[it.is] as (step: Step) => string)(it)

function tellRun(it: RunStory, n: number): string[] {
  const edited = it.edited ? ['the flow is edited'] : []
  const fault = it.fault.nth > 0 ? `, call ${it.fault.nth} to the source: ${it.fault.kind}` : ''
  const mishap =
    it.mishap.at > 0 ? `, ${it.mishap.kind === 'crash' ? 'killed' : 'a call fails'} at point ${it.mishap.at}` : ''
  const between = it.between.flatMap((steps, page) => steps.map(its => `  after page ${page + 1}: ${tellStep(its)}`))
  return [...edited, `run ${n} (${it.mode}${mishap}${fault})`, ...between, ...it.after.map(tellStep)]
}

function tellSetting({ zone, isUnordered, isCapped }: Setting): string {
  return [
    zone === undefined ? '' : `, local times in ${zone}`,
    isUnordered ? ', lists in no order' : '',
    isCapped ? ', lists that end early' : '',
  ].join('')
}

/** A story as a person reads it, one line an event. */
export function tell({ startsAt, skewMinutes, pageSize, unitSize, setting, before, runs }: Story): string[] {
  const skew = skewMinutes === 0 ? '' : `, the engine's clock ${skewMinutes} minutes off`
  return [
    `it is ${startsAt}${skew}${tellSetting(setting)}; pages of ${pageSize}, settled ${unitSize} at a time`,
    ...before.map(tellStep),
    ...runs.flatMap((it, n) => tellRun(it, n + 1)),
    'it grows quiet; two runs, then a sweep',
  ]
}
