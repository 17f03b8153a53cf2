import fc from 'fast-check'

/**
 * What happens to a source between two pages or two runs. `which` counts through the records that are there, `part` is a share of what the
 * entity's contract allows: the same story can be told of every entity.
 */
export type Step =
  | { readonly is: 'insert'; readonly count: number }
  | { readonly is: 'edit'; readonly which: number }
  | { readonly is: 'delete'; readonly which: number }
  /** Stamped some time ago: it becomes visible late, within what the contract names. */
  | { readonly is: 'editLate'; readonly which: number; readonly part: number }
  | { readonly is: 'editInFuture'; readonly which: number; readonly hours: number }
  /** Many records in one and the same instant, which may fill pages. */
  | { readonly is: 'editAll' }
  | { readonly is: 'insertUnstamped' }
  | { readonly is: 'wait'; readonly seconds: number }

export type Fault = 'cutBefore' | 'cutAfter' | 'cutMid' | 'truncate' | 'busy'

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
  readonly before: readonly Step[]
  readonly runs: readonly RunStory[]
}

const which = fc.nat(30)
const isIt = <T extends string>(...names: readonly T[]) => fc.constantFrom(...names)

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ is: isIt('insert'), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ is: isIt('edit'), which }) },
  { weight: 2, arbitrary: fc.record({ is: isIt('delete'), which }) },
  { weight: 2, arbitrary: fc.record({ is: isIt('editLate'), which, part: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ is: isIt('editInFuture'), which, hours: fc.integer({ min: 1, max: 26 }) }) },
  { weight: 2, arbitrary: fc.record({ is: isIt('editAll') }) },
  { weight: 1, arbitrary: fc.record({ is: isIt('insertUnstamped') }) },
  { weight: 3, arbitrary: fc.record({ is: isIt('wait'), seconds: fc.constantFrom(1, 59, 400, 1_800, 7_300, 90_000) }) },
)

const run: fc.Arbitrary<RunStory> = fc.record({
  mode: isIt('incremental', 'incremental', 'incremental', 'sweep'),
  between: fc.array(fc.array(step, { maxLength: 2 }), { maxLength: 3 }),
  mishap: fc.record({ at: fc.oneof(fc.constant(0), fc.nat(70)), kind: isIt('crash', 'crash', 'fail') }),
  fault: fc.record({
    nth: fc.oneof(fc.constant(0), fc.nat(6)),
    kind: isIt<Fault>('cutBefore', 'cutAfter', 'cutMid', 'truncate', 'busy'),
  }),
  edited: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  after: fc.array(step, { maxLength: 3 }),
})

/** In the nights of clock changes in America and Europe, and on an ordinary day; later than anything that sandboxes make up. */
const STARTS = ['2035-11-04T05:20:00Z', '2035-03-11T07:40:00Z', '2035-03-25T00:30:00Z', '2035-06-15T15:00:00Z'] as const

export const story: fc.Arbitrary<Story> = fc
  .record({
    startsAt: fc.constantFrom(...STARTS),
    skewMinutes: fc.constantFrom(0, -10, 10),
    pageSize: fc.integer({ min: 2, max: 4 }),
    unitSize: fc.constantFrom(1, 3, 100),
    before: fc.array(step, { maxLength: 3 }),
    runs: fc.array(run, { minLength: 1, maxLength: 4 }),
  })
  .map(it => ({ ...it, [fc.toStringMethod]: () => `\n${tell(it).join('\n')}\n` }))

const NTH = (n: number) => `#${n}`

const TOLD: { readonly [Is in Step['is']]: (it: Extract<Step, { is: Is }>) => string } = {
  insert: it => `a person adds ${it.count === 1 ? 'a record' : `${it.count} records`}`,
  edit: it => `a person edits record ${NTH(it.which)}`,
  delete: it => `a person deletes record ${NTH(it.which)}`,
  editLate: it =>
    `an edit of record ${NTH(it.which)} becomes visible late, by ${it.part}/10 of what the contract allows`,
  editInFuture: it => `record ${NTH(it.which)} is edited with a stamp ${it.hours} hours ahead`,
  editAll: () => 'a bulk edit touches every record in one instant',
  insertUnstamped: () => 'a record without a stamp is added',
  wait: it => `${it.seconds} seconds go by`,
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

/** A story as a person reads it, one line an event. */
export function tell({ startsAt, skewMinutes, pageSize, unitSize, before, runs }: Story): string[] {
  const skew = skewMinutes === 0 ? '' : `, the engine's clock ${skewMinutes} minutes off`
  return [
    `it is ${startsAt}${skew}; pages of ${pageSize}, settled ${unitSize} at a time`,
    ...before.map(tellStep),
    ...runs.flatMap((it, n) => tellRun(it, n + 1)),
    'it grows quiet; two runs, then a sweep',
  ]
}
