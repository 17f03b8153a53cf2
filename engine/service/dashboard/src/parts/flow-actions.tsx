import { useState } from 'react'
import type { FlowView } from '../../../api/views.ts'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import { useHere, useMay } from '../data/session.tsx'
import { Confirm } from './dialog.tsx'
import { Select } from './fields.tsx'

type Mode = 'incremental' | 'backfill' | 'sweep' | 'verify' | 'compare'

const SAYS: Readonly<Record<Mode, string>> = {
  incremental: 'The run was asked for',
  backfill: 'The backfill was asked for',
  sweep: 'The sweep was asked for',
  verify: 'The comparison was asked for',
  compare: 'The comparison was asked for',
}

/** Run, pause, cancel: what an operator does to a flow. A viewer sees nothing of it. */
export function FlowActions({ flow, isCompact }: { readonly flow: FlowView; readonly isCompact?: boolean }) {
  const { workspace } = useHere()
  const mayOperate = useMay('operator')
  const run = useAct(
    (mode: Mode) =>
      mode === 'verify' || mode === 'compare'
        ? api.verify(workspace, flow.name, mode === 'verify')
        : api.run(workspace, flow.name, mode),
    mode => SAYS[mode],
  )
  const cancel = useAct(() => api.cancelFlow(workspace, flow.name), 'The run settles what it wrote, then stops')
  const resume = useAct(() => api.resumeFlow(workspace, flow.name), 'The flow runs by itself again')
  if (!mayOperate) return <span className="muted">–</span>
  const size = isCompact ? 'compact' : ''
  const label = (does: string) => ({ 'aria-label': `${does} ${flow.title || flow.name}` })
  const isBusy = flow.state === 'running' || flow.state === 'waiting'
  return (
    <span className="row">
      {isBusy ? (
        <button type="button" className={size} {...label('Cancel')} onClick={() => cancel.mutate(undefined)}>
          Cancel
        </button>
      ) : (
        <button
          type="button"
          className={`${size} ${isCompact ? '' : 'main'}`}
          {...label('Run')}
          disabled={run.isPending || flow.state === 'mistaken'}
          onClick={() => run.mutate('incremental')}
        >
          Run
        </button>
      )}
      {!isCompact && <Wide onRun={mode => run.mutate(mode)} isBusy={isBusy || run.isPending} />}
      {flow.paused ? (
        <button type="button" className={size} {...label('Resume')} onClick={() => resume.mutate(undefined)}>
          Resume
        </button>
      ) : (
        <Pause flow={flow} size={size} />
      )}
    </span>
  )
}

function Pause({ flow, size }: { readonly flow: FlowView; readonly size: string }) {
  const { workspace } = useHere()
  const [isAsking, setIsAsking] = useState(false)
  const pause = useAct((reason: string) => api.pauseFlow(workspace, flow.name, reason), 'The flow is paused')
  return (
    <>
      <button
        type="button"
        className={size}
        aria-label={`Pause ${flow.title || flow.name}`}
        onClick={() => setIsAsking(true)}
      >
        Pause
      </button>
      {isAsking && (
        <Confirm
          title={`Pause ${flow.title || flow.name}?`}
          does="Pause"
          wantsReason
          onConfirm={pause.mutate}
          onClose={() => setIsAsking(false)}
        >
          <p>
            Neither its schedule nor deliveries start it until it is resumed. Nothing is lost: it then catches up. A
            person can still run it.
          </p>
        </Confirm>
      )}
    </>
  )
}

const ASKS = {
  backfill: {
    title: 'Read everything again?',
    text: 'A backfill reads all records of the source, not just what has changed. What the target holds already costs no write, but the calls to read count against the limits of the source.',
  },
  sweep: {
    title: 'Sweep now?',
    text: 'A sweep reads all records and finds those that are gone at the source. What becomes of them is what the flow says under onDelete.',
  },
  compare: {
    title: 'Compare with the target?',
    text: 'Every record of the source is compared with what the target holds now. Duplicates at the target, documents that were made once and dead letters are reported and left to you.',
  },
} as const

const DOES = { backfill: 'Backfill', sweep: 'Sweep', compare: 'Compare' } as const

function Wide({ onRun, isBusy }: { readonly onRun: (mode: Mode) => void; readonly isBusy: boolean }) {
  const [asking, setAsking] = useState<keyof typeof ASKS>()
  const [does, setDoes] = useState('heal')
  return (
    <>
      <button type="button" disabled={isBusy} onClick={() => setAsking('backfill')}>
        Backfill
      </button>
      <button type="button" disabled={isBusy} onClick={() => setAsking('sweep')}>
        Sweep
      </button>
      <button type="button" disabled={isBusy} onClick={() => setAsking('compare')}>
        Verify
      </button>
      {asking && (
        <Confirm
          title={ASKS[asking].title}
          does={DOES[asking]}
          onConfirm={() => onRun(asking === 'compare' && does === 'heal' ? 'verify' : asking)}
          onClose={() => setAsking(undefined)}
        >
          <p>{ASKS[asking].text}</p>
          {asking === 'compare' && (
            <Select
              label="What differs"
              of={[
                { value: 'heal', text: 'is put right, also where a person changed it' },
                { value: 'report', text: 'is only reported' },
              ]}
              value={does}
              onChange={setDoes}
            />
          )}
        </Confirm>
      )}
    </>
  )
}
