import type { RunCounts } from '../../../../core/ledger.ts'
import { number } from '../data/show.ts'

const OUTCOMES = ['written', 'unchanged', 'filtered', 'dead', 'parked', 'deleted'] as const

const MEANS: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  written: 'sent to the target',
  unchanged: 'the target has it already',
  filtered: 'the flow leaves it out',
  dead: 'refused: kept as a dead letter',
  parked: 'waits for a record that it refers to',
  deleted: 'removed from the target',
}

/** How many records ended how: as a strip and in words. */
export function Counts({ counts }: { readonly counts: RunCounts }) {
  return (
    <div className="stack-small">
      <div className="shares" aria-hidden="true">
        {OUTCOMES.filter(it => counts[it] > 0).map(it => (
          // the strip is drawn by the browser's own layout: no figure needs rounding
          <span key={it} className={`fill-${it}`} style={{ flexGrow: counts[it], flexBasis: 0 }} />
        ))}
      </div>
      <ul className="legend" aria-label="Records by outcome">
        {OUTCOMES.map(it => (
          <li key={it} title={MEANS[it]} className={counts[it] === 0 ? 'muted' : undefined}>
            <span className={`key fill-${it}`} />
            <strong className="number">{number(counts[it])}</strong> {it}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The same in one line, of what is worth a word. */
export function CountsLine({ counts }: { readonly counts: RunCounts }) {
  const said = OUTCOMES.filter(it => counts[it] > 0)
  if (said.length === 0)
    return <span className="muted">{counts.read === 0 ? 'nothing new' : `${counts.read} read`}</span>
  return (
    <span>
      {said.map((it, index) => (
        <span key={it} className={it === 'dead' ? 'bad-text' : it === 'parked' ? 'warn-text' : undefined}>
          {index > 0 && ', '}
          <span className="number">{number(counts[it])}</span> {it}
        </span>
      ))}
    </span>
  )
}
