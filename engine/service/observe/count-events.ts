import type { RunCounts } from '../../core/ledger.ts'
import type { ServiceEvent } from '../hub.ts'
import type { Service } from '../service.ts'
import type { Instruments } from './instruments.ts'

const OUTCOMES = [
  'written',
  'unchanged',
  'filtered',
  'dead',
  'parked',
  'deleted',
] as const satisfies readonly (keyof RunCounts)[]

/** Counts what happens. Answers how to stop. */
export function countEvents({ hub, workspaces }: Service, instruments: Instruments): () => void {
  return hub.listen(event => {
    if (event.is === 'started') countStart(event, instruments)
    else if (event.is === 'ended') countEnd(event, instruments)
    else if (event.is === 'failed')
      instruments.runs.inc({ ...event.ref, trigger: triggerOf(event.wish), state: 'not-started' })
    else if (event.is === 'delivered') instruments.deliveries.inc({ ...ends(event), result: 'accepted' })
    else if (event.is === 'delivery-refused') {
      // the address is public: a name that nobody declared must not become a label
      const held = workspaces.get(event.workspace)
      const isKnown = held?.opened.workspace.connections.has(event.connection) === true
      const { workspace = '', connection = '' } = isKnown ? event : {}
      instruments.deliveries.inc({ workspace, connection, result: event.because })
    } else if (event.is === 'missed') instruments.missed.inc({ ...ends(event), flow: event.flow }, event.records)
  })
}

const ends = ({ workspace, connection }: { workspace: string; connection: string }) => ({ workspace, connection })

type Told<Is extends ServiceEvent['is']> = Extract<ServiceEvent, { is: Is }>

export function triggerOf(wish: Told<'ended'>['wish']): string {
  return wish.is === 'replay' ? 'replay' : wish.trigger
}

function countStart({ ref, wish, at }: Told<'started'>, { scheduleLag }: Instruments): void {
  if (wish.is !== 'run' || wish.dueAt === undefined) return
  scheduleLag.observe({ workspace: ref.workspace }, Math.max(0, Date.parse(at) - Date.parse(wish.dueAt)) / 1_000)
}

function countEnd({ ref, wish, report }: Told<'ended'>, { runs, records, runSeconds }: Instruments): void {
  runs.inc({ ...ref, trigger: triggerOf(wish), state: report.state })
  runSeconds.observe({ workspace: ref.workspace }, (Date.parse(report.endedAt) - Date.parse(report.startedAt)) / 1_000)
  for (const outcome of OUTCOMES) records.inc({ ...ref, outcome }, report.counts[outcome])
}
