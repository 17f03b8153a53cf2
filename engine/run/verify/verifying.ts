import type { KnownRecord } from '../../core/ledger.ts'
import type { VerifyTally } from '../../core/verification.ts'
import type { Draft, Item } from '../types.ts'

/** A difference between source and target, and what became of it. */
export interface Finding {
  readonly entity: string
  readonly key: string
  readonly step: string
  /** '' without `each`. */
  readonly element: string
  readonly sinkEntity: string
  readonly sinkKey: string | null
  /**
   * missing: the target has no such record. different: it holds other values. doubled: it holds several under one external key. left over: its
   * source record is gone. dead, waiting: the flow could not bring it.
   */
  readonly is: 'missing' | 'different' | 'doubled' | 'left over' | 'dead' | 'waiting'
  readonly fields: readonly string[]
  readonly why: string
  readonly isHealed: boolean
}

/** A verification under way. */
export interface Verifying {
  /** Put right what a run can put right; else only look. */
  readonly heal: boolean
  readonly findings: Finding[]
  tally: VerifyTally
}

export const NO_TALLY: VerifyTally = { compared: 0, healed: 0, left: 0 }

/** More are counted only. */
export const MOST_FINDINGS = 1_000

export function plus(one: VerifyTally, other: VerifyTally): VerifyTally {
  return {
    compared: one.compared + other.compared,
    healed: one.healed + other.healed,
    left: one.left + other.left,
  }
}

export function minus(one: VerifyTally, other: VerifyTally): VerifyTally {
  return plus(one, { compared: -other.compared, healed: -other.healed, left: -other.left })
}

/** Is something wrong with it that stays so? Then the ledger must not take it for dealt with. What died or waits is told as such. */
export function isLeft(item: Item): boolean {
  if (item.ended?.is === 'dead' || item.ended?.is === 'parked') return false
  return item.leftOver.length > 0 || item.drafts.some(isDraftLeft)
}

function isDraftLeft({ difference, result }: Draft): boolean {
  return difference !== undefined && (difference.isLeft || result === undefined)
}

/** Its sink records that differ and stay so. */
export function leftDrafts(item: Item): readonly Draft[] {
  return isLeft(item) ? item.drafts.filter(isDraftLeft) : []
}

/** Notes what was found about these records: once each, when they have ended. */
export function noteFindings(verifying: Verifying, items: readonly Item[]): void {
  const tally = { ...NO_TALLY } as { -readonly [K in keyof VerifyTally]: number }
  for (const item of items) {
    if (item.ended?.is === 'unchanged' && item.ended.did === 'overtaken') continue
    const found = findingsOf(item)
    tally.compared += 1
    if (found.some(it => !it.isHealed)) tally.left += 1
    else if (found.length > 0) tally.healed += 1
    verifying.findings.push(...found.slice(0, MOST_FINDINGS - verifying.findings.length))
  }
  verifying.tally = plus(verifying.tally, tally)
}

function findingsOf(item: Item): Finding[] {
  const common = { entity: item.entity, key: item.record.key }
  const nowhere = { ...common, element: '', sinkEntity: '', sinkKey: null, fields: [], isHealed: false } as const
  const { ended } = item
  if (ended?.is === 'dead')
    return [{ ...nowhere, step: ended.step, is: 'dead', why: `${ended.failure.code}: ${ended.failure.message}` }]
  if (ended?.is === 'parked') {
    const names = ended.awaits.map(it => `${it.sinkEntity} of ${it.sourceKey}`)
    return [{ ...nowhere, step: '', is: 'waiting', why: names.length > 0 ? `for ${names.join(', ')}` : 'as before' }]
  }
  const leftOver = (row: KnownRecord, isHealed: boolean): Finding => ({
    ...common,
    step: row.step,
    element: row.item,
    sinkEntity: row.sinkEntity,
    sinkKey: row.sinkKey,
    is: 'left over',
    fields: [],
    why: 'gone from the source',
    isHealed,
  })
  return [
    ...item.drafts.flatMap(draft => ofDraft(common, draft)),
    ...item.removed.map(row => leftOver(row, true)),
    ...item.leftOver.map(row => leftOver(row, false)),
  ]
}

function ofDraft(common: Pick<Finding, 'entity' | 'key'>, draft: Draft): Finding[] {
  const { difference, step, element, planned, result } = draft
  if (!difference) return []
  const { is, fields, why } = difference
  const sinkKey = result?.sinkKey ?? planned?.sinkKey ?? null
  return [
    {
      ...common,
      ...{ step: step.name, element, sinkEntity: step.sink.entity, sinkKey, is, fields, why },
      isHealed: !isDraftLeft(draft),
    },
  ]
}
