import type { KnownRecord } from '../../core/ledger.ts'
import type { FoundRecord } from '../../sdk/connector.ts'
import { differing } from '../differences.ts'
import { doubt } from '../doubt.ts'
import type { Run } from '../run.ts'
import { findById, readTarget } from '../target.ts'
import type { Difference, Draft, OpenStep, Planned } from '../types.ts'
import { operationFor, without } from './plan.ts'

/**
 * Of a verification: what was planned by what the ledger knows is planned once more by what the target holds now. Records that several
 * source records share are only looked for: which of them wrote last is not told by any one of them.
 */
export async function compare(run: Run, step: OpenStep, drafts: readonly Draft[]): Promise<void> {
  const { verifying } = run
  if (!verifying || step.plan.sink.operation === 'delete') return
  const open = drafts.filter(draft => !draft.item.ended && draft.planned)
  if (open.length === 0) return
  const held = await readTarget(step, open)
  const wrong: KnownRecord[] = []
  for (const draft of open) {
    const known = draft.planned?.known
    Object.assign(draft, judge(step, draft, held(draft)))
    if (!draft.difference) continue
    if (draft.difference.isLeft || !verifying.heal) leave(draft)
    else if (known) wrong.push(known)
  }
  // if putting them right fails, a later run must not take them for what they were
  await doubt(run, wrong)
}

/** What was put right is looked at once more: a target that changes what it is given is told of, not written to for ever in good faith. */
export async function confirm(run: Run, step: OpenStep, drafts: readonly Draft[]): Promise<void> {
  const healed = drafts.filter(({ difference, result }) => difference && !difference.isLeft && result)
  if (!run.verifying || healed.length === 0) return
  const select = [...new Set(healed.flatMap(draft => Object.keys(draft.fields)))]
  const rows = await findById(
    step,
    healed.map(draft => draft.result?.sinkKey ?? ''),
    select,
  )
  const held = new Map(rows.map(it => [it.sinkKey, it]))
  for (const draft of healed) {
    const current = held.get(draft.result?.sinkKey ?? '')
    const fields = current ? differing(step, draft, current).map(([field]) => field) : []
    if (fields.length === 0) continue
    const why = 'it was written, and the target holds something else all the same: it changes what it is given'
    draft.difference = { is: 'different', fields, why, isLeft: true }
  }
}

type Verdict = Pick<Draft, 'planned' | 'difference'>

function judge(step: OpenStep, draft: Draft, held: readonly FoundRecord[]): Verdict {
  const { planned } = draft
  const { operation, shared, createOnly } = step.plan.sink
  const [current] = held
  if (!planned) return {}
  if (!current) return missing(step, draft, planned)
  if (held.length > 1) return doubled(step, planned, held)
  const fields = operation === 'create' || shared ? [] : differing(step, draft, current).map(([field]) => field)
  if (fields.length === 0) return { planned: asItIs(planned, current) }
  return {
    difference: { is: 'different', fields, why: whyDifferent(planned), isLeft: false },
    planned: {
      ...planned,
      operation: operationFor(step, true),
      because: 'different',
      sinkKey: current.sinkKey,
      changed: fields,
      outgoing: without(draft.fields, createOnly),
    },
  }
}

/** Which of them is the right one is a person's to say. */
function doubled({ plan: { sink } }: OpenStep, planned: Planned, held: readonly FoundRecord[]): Verdict {
  const ids = held.map(it => it.sinkKey)
  const why = `${ids.length} ${sink.entity} have ${sink.match} = ${planned.matchValue}: ${ids.join(', ')}`
  return {
    difference: { is: 'doubled', fields: [], why, isLeft: true },
    planned: { ...planned, ...(ids[0] === undefined ? {} : { sinkKey: ids[0] }) },
  }
}

/** It is there, and as it should be. What the ledger did not know, or knew otherwise, it knows from now on. */
function asItIs(planned: Planned, { sinkKey }: FoundRecord): Planned {
  const { known, fingerprint } = planned
  const isKnown = known?.fingerprint === fingerprint && known.sinkKey === sinkKey
  return { ...planned, operation: 'none', because: isKnown ? 'same' : 'found', sinkKey }
}

function missing(step: OpenStep, draft: Draft, planned: Planned): Verdict {
  const { operation } = step.plan.sink
  const { known, sinkKey: _gone, ...rest } = planned
  // a document that was made once may rightly be gone: making it anew could be a second order
  const isOnce = operation === 'create' && known !== undefined
  return {
    difference: {
      is: 'missing',
      fields: [],
      why: whyMissing(planned, isOnce),
      isLeft: isOnce || operation === 'update',
    },
    planned: {
      ...rest,
      operation: operationFor(step, false),
      because: 'missing',
      changed: Object.keys(draft.fields),
      outgoing: draft.fields,
    },
  }
}

/** Nothing is sent for it. Of a record that is missing nothing can be said to later steps: they have no id to refer to. */
function leave(draft: Draft): void {
  const { difference, item, planned } = draft
  if (planned) draft.planned = { ...planned, operation: 'none', because: 'left' }
  if (difference?.is === 'missing') item.ended = { is: 'unchanged', did: 'left: missing' }
}

function whyMissing({ known }: Planned, isOnce: boolean): string {
  if (!known) return 'no run has brought it'
  const since = `written ${known.writtenAt} by run ${known.runId}, gone since`
  return isOnce ? `${since}; what is only ever created is not made a second time` : since
}

function whyDifferent({ known, fingerprint }: Planned): Difference['why'] {
  if (!known || known.fingerprint === '') return 'it is not known who wrote it'
  if (known.fingerprint === fingerprint) return `changed at the target since run ${known.runId} wrote it`
  return `source or mapping changed after run ${known.runId} wrote it`
}
