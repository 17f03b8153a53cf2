import fc from 'fast-check'
import type { DeadLetterRow } from '../../../engine/core/ledger.ts'
import type { Fault } from '../../../engine/sdk/sandbox/spec.ts'
import { BAD, type Desk } from './desk.ts'

/** What came of the lives of a desk. The texts must be none. */
export interface Tally {
  lives: number
  readonly wrong: string[]
}

/** What the source holds and the target must: texts by key; deletions; what was refused. */
interface Work {
  readonly texts: Map<string, string>
  readonly gone: Set<string>
  readonly bad: Set<string>
  serial: number
  next: number
}

export interface Bench {
  readonly desk: Desk
  readonly work: Work
  readonly tally: Tally
}

export const benchOf = (desk: Desk, tally: Tally): Bench => ({
  ...{ desk, tally },
  work: { texts: new Map(), gone: new Set(), bad: new Set(), serial: 0, next: 0 },
})

const CHANGES = 3
const HOUR = 3_600_000
/** What `$error` of a mapping ends as. */
const REFUSED = 'EXPRESSION_D3137'

/** The keys that a change was about. */
interface Changed {
  readonly added: string | undefined
  readonly removed: { readonly key: string; readonly text: string } | undefined
}

/** Two new records, one that the mapping refuses, an edit and, where the system can, a deletion. */
export function change(bench: Bench): Changed {
  const { operations, keyOf } = bench.desk
  const { work } = bench
  const count = (of: 'serial' | 'next') => {
    work[of] += 1
    return work[of]
  }
  const text = () => `Text ${count('serial')}`
  const [edited, removed] = [...work.texts].slice(-2)
  if (edited !== undefined && operations.some(it => it !== 'create')) put(bench, edited[0], text())
  const isRemoved = removed !== undefined && operations.includes('delete')
  if (isRemoved) remove(bench, removed[0])
  for (let n = 0; n < CHANGES; n++) put(bench, keyOf(count('next')), n === 1 ? BAD : text())
  return {
    added: [...work.texts.keys()].at(-1),
    removed: isRemoved ? { key: removed[0], text: removed[1] } : undefined,
  }
}

function put({ desk, work }: Bench, key: string, text: string): void {
  desk.erp.put({ ID: key, NAME: text })
  work.gone.delete(key)
  if (text === BAD) work.bad.add(key)
  else work.texts.set(key, text)
}

function remove({ desk, work }: Bench, key: string): void {
  desk.erp.remove(key)
  work.texts.delete(key)
  work.gone.add(key)
}

/** An ordinary run and a sweep later everything is as it should be: once each, no intent open, no dead letter but those that the mapping refused. */
export async function check({ desk, work, tally }: Bench, where: string): Promise<void> {
  const { engine, plan } = desk
  tally.lives += 1
  const say = (what: string) => void tally.wrong.push(`${desk.entity}, ${where}: ${what}`)
  for (const mode of ['incremental', 'sweep'] as const) {
    const { failure, state } = await engine.run(plan, { mode })
    if (failure) say(`the next ${mode} run ended ${state}: ${failure.code} ${failure.message}`)
  }
  const letters = await engine.ledger.deadLetters({ flow: plan.name, state: 'open', limit: 1_000 })
  // a create of which nothing was heard twice is a person's to decide: it is replayed
  const unheard = letters.filter(it => it.failure.code !== REFUSED)
  if (unheard.length > 0) await engine.replay(plan, unheard)
  const open = await engine.ledger.unresolvedIntents(plan.name)
  if (open.length > 0) say(`${open.length} intents are open`)
  const held = await desk.held([...work.texts.keys(), ...work.gone, ...work.bad])
  for (const [key, text] of work.texts) {
    const those = held.filter(it => it.key === key)
    if (those.length === 0) say(`lost ${key}${whyOf(letters, key)}`)
    if (those.length > 1) say(`doubled ${key}`)
    if (those.some(it => it.text !== text)) say(`${key} is "${those[0]?.text}" and should be "${text}"`)
  }
  for (const key of [...work.gone, ...work.bad]) if (held.some(it => it.key === key)) say(`${key} should not be there`)
  const dead = new Set(letters.map(it => it.sourceKey))
  for (const key of work.bad) if (!dead.has(key)) say(`no dead letter tells of ${key}`)
  forget(work)
}

const whyOf = (letters: readonly DeadLetterRow[], key: string) =>
  letters
    .filter(it => it.sourceKey === key)
    .map(it => ` (died: ${it.failure.code} ${it.failure.message})`)
    .join('')

const REMEMBERED = 4

/** What was right is not asked for in every later life. */
function forget({ texts, gone, bad }: Work): void {
  for (const key of [...texts.keys()].slice(0, -REMEMBERED)) texts.delete(key)
  for (const those of [gone, bad]) for (const key of [...those].slice(0, -REMEMBERED)) those.delete(key)
}

/**
 * Dead at every call to ledger or system, before it and after it took effect; or each such call failing once. By the time of the next run the
 * record that was being deleted is there again as it was, and one that was being created is gone: only what was noted before tells of them.
 */
export async function dieEverywhere(bench: Bench, kinds: readonly ('crash' | 'fail')[]): Promise<void> {
  const { engine, plan, operations, clock, canReturn } = bench.desk
  // a creation by upsert is not announced: what it made is known by reading the record again
  const isAnnounced = operations.includes('delete') && !operations.includes('upsert')
  for (const kind of kinds)
    for (let at = 1; ; at++) {
      const { added, removed } = change(bench)
      const points = await engine.live({ at, kind }, () => engine.run(plan))
      // a system may refuse, for a while, what looks like the very same request
      await clock.pass(HOUR)
      if (removed && canReturn && at % 4 !== 0) put(bench, removed.key, removed.text)
      if (added !== undefined && isAnnounced && at % 4 !== 0) remove(bench, added)
      await check(bench, `${kind} at point ${at}`)
      if (points < at) break
    }
}

export const ON_THE_WIRE: readonly Omit<Fault, 'path'>[] = [
  { action: 'cutBefore' },
  { action: 'cutAfter' },
  { action: 'cutMid' },
  { action: 'truncate' },
  { action: 'answer', status: 503, body: '<html><body>Service Unavailable</body></html>' },
  { action: 'hang' },
  { action: 'hangBefore' },
]

/** Every call of a run in turn goes wrong in every way, until one more would hit none. */
export async function faultEverywhere(bench: Bench, faults: typeof ON_THE_WIRE): Promise<void> {
  const { rig, engine, plan } = bench.desk
  for (const fault of faults)
    for (let nth = 1; ; nth++) {
      change(bench)
      await rig.at.fault({ ...fault, nth })
      await engine.run(plan)
      const left = await rig.at.faultsLeft()
      await rig.at.clearFaults()
      await check(bench, `${fault.action} of call ${nth}`)
      if (left > 0) break
    }
}

/** Of a long run's calls, one in twenty is carried out and its answer lost. */
export async function loseAnswers(bench: Bench, seed: number): Promise<void> {
  const { rig, engine, plan } = bench.desk
  for (let n = 0; n < 12; n++) change(bench)
  const [lost = []] = fc.sample(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 5, maxLength: 5 }), {
    seed,
    numRuns: 1,
  })
  await rig.at.fault(lost.map((at, n) => ({ action: n % 2 === 0 ? 'cutAfter' : 'cutMid', nth: n * 20 + at })))
  await engine.run(plan)
  await rig.at.clearFaults()
  await check(bench, `one answer in twenty lost (calls ${lost.map((at, n) => n * 20 + at).join(', ')})`)
}
