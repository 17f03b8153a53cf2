import type { DeadLetterRow, Ledger } from '../core/ledger.ts'
import type { FlowPlan } from '../core/plan.ts'

const PAGE = 1_000

/** Which open dead letters of a flow. Each of these narrows the others; without any, all of them. */
export interface LetterChoice {
  /** Died of this error. */
  readonly code?: string
  /** Of these source keys. */
  readonly keys?: readonly string[]
  /** Died last at this moment (ISO in UTC) or after it. */
  readonly since?: string
  /** Died last at this moment (ISO in UTC) or before it. */
  readonly until?: string
}

export async function openLetters(
  ledger: Ledger,
  flow: string,
  { keys, ...choice }: LetterChoice = {},
): Promise<readonly DeadLetterRow[]> {
  const letters: DeadLetterRow[] = []
  for (;;) {
    const after = letters.at(-1)?.id
    const page = await ledger.deadLetters({
      ...choice,
      ...(keys === undefined ? {} : { sourceKeys: keys }),
      flow,
      state: 'open',
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    })
    letters.push(...page)
    if (page.length < PAGE) return letters
  }
}

/** From the record as it was kept when it died, or as the source has it now. */
export type LetterForm = 'stored' | 'source'

export interface FormedLetters {
  readonly from: LetterForm
  readonly letters: readonly DeadLetterRow[]
}

/** A kept record holds the fields that the flow of its time read: one that has changed since may need others. */
export function isOutdated(flow: FlowPlan, letter: DeadLetterRow): boolean {
  return letter.readBy !== flow.hash
}

/**
 * Which form is taken of which. Unless somebody says otherwise, what died in another form of the flow is read again: through a flow that reads
 * other fields, a kept record would look as if the source had them empty, and would empty the target. Letters of one record stay together.
 */
export function byForm(
  flow: FlowPlan,
  letters: readonly DeadLetterRow[],
  wanted: LetterForm | undefined,
): readonly FormedLetters[] {
  const outdated = new Set(letters.filter(it => isOutdated(flow, it)).map(recordOf))
  const groups: readonly FormedLetters[] = wanted
    ? [{ from: wanted, letters }]
    : [
        { from: 'stored', letters: letters.filter(it => !outdated.has(recordOf(it))) },
        { from: 'source', letters: letters.filter(it => outdated.has(recordOf(it))) },
      ]
  return groups.filter(it => it.letters.length > 0)
}

const recordOf = ({ sourceEntity, sourceKey }: DeadLetterRow) => `${sourceEntity}\n${sourceKey}`
