import type { RunView } from '../../../api/views.ts'
import { number, plural, shortMoment } from '../data/show.ts'
import { runTone } from './state.tsx'

const SLOTS = 20
const WIDTH = 6
const GAP = 2
const HEIGHT = 30
const LEAST = 4

/** The last runs, oldest first: height by records, colour by how they ended. */
export function Bars({ runs }: { readonly runs: readonly RunView[] }) {
  const shown = runs.slice(0, SLOTS).toReversed()
  // a backfill of thousands beside deltas of three: the root keeps both visible
  const size = (it: RunView) => Math.sqrt(it.counts.read + it.counts.deleted)
  const most = Math.max(1, ...shown.map(size))
  const free = SLOTS - shown.length
  return (
    <svg className="bars" width={SLOTS * (WIDTH + GAP)} height={HEIGHT} role="img" aria-label={spoken(shown)}>
      {Array.from({ length: free }, (_, slot) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places without a run have nothing else
        <rect key={slot} className="bar-none" x={slot * (WIDTH + GAP)} y={HEIGHT - 2} width={WIDTH} height={2} />
      ))}
      {shown.map((run, index) => {
        const height = Math.max(LEAST, Math.round((size(run) / most) * HEIGHT))
        return (
          <rect
            key={run.id}
            className={`bar-${runTone(run.state)}`}
            x={(free + index) * (WIDTH + GAP)}
            y={HEIGHT - height}
            width={WIDTH}
            height={height}
            rx={1.5}
          >
            <title>{`${shortMoment(run.startedAt)}: ${run.state}, ${number(run.counts.read)} read, ${number(run.counts.written)} written`}</title>
          </rect>
        )
      })}
    </svg>
  )
}

function spoken(runs: readonly RunView[]): string {
  const last = runs.at(-1)
  if (!last) return 'No runs yet'
  const ends = [...Map.groupBy(runs, it => it.state)].map(([state, of]) => `${of.length} ${state}`)
  return `Last ${plural(runs.length, 'run')}: ${ends.join(', ')}. The last one read ${plural(last.counts.read, 'record')}.`
}
