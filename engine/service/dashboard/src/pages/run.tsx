import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RunView } from '../../../api/views.ts'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import { useHere, useMay } from '../data/session.tsx'
import { moment, number } from '../data/show.ts'
import { Counts } from '../parts/counts.tsx'
import { Select } from '../parts/fields.tsx'
import { FlowLink, RunLink, usePath } from '../parts/links.tsx'
import { Failure, Loaded } from '../parts/notice.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { OUTCOMES, RecordTable } from '../parts/record-table.tsx'
import { RunState } from '../parts/state.tsx'
import { StartedBy, Took } from './runs.tsx'

/** One run: how far it is, how its records ended, and why it failed. */
export function RunPage({ id }: { readonly id: string }) {
  const { workspace } = useHere()
  const path = usePath()
  const run = useQuery({ queryKey: [workspace, 'run', id], queryFn: () => api.oneRun(workspace, id) })
  return (
    <Page
      title={run.data ? `Run of ${moment(run.data.startedAt)}` : 'Run'}
      up={{ to: path('runs'), text: 'Runs' }}
      lead={run.data && <FlowLink name={run.data.flow} />}
      actions={run.data?.state === 'running' && <Cancel id={id} />}
    >
      <Loaded of={run}>{it => <Story run={it} />}</Loaded>
    </Page>
  )
}

function Cancel({ id }: { readonly id: string }) {
  const { workspace } = useHere()
  const mayOperate = useMay('operator')
  const cancel = useAct(() => api.cancelRun(workspace, id), 'The run settles what it wrote, then stops')
  if (!mayOperate) return null
  return (
    <button type="button" className="danger" disabled={cancel.isPending} onClick={() => cancel.mutate(undefined)}>
      Cancel this run
    </button>
  )
}

function Story({ run }: { readonly run: RunView }) {
  const [outcome, setOutcome] = useState('')
  const { counts } = run
  return (
    <>
      <Panel>
        <div className="stack">
          <div className="row-wide">
            <RunState state={run.state} />
            <span aria-live="polite">
              <strong className="number">{number(counts.read)}</strong> read{' '}
              <span className="muted">
                with {number(counts.calls)} calls
                {counts.signIns > 0 && ` and ${number(counts.signIns)} to sign in`}
              </span>
            </span>
          </div>
          <Counts counts={counts} />
          {run.failure && <Failure error={run.failure} />}
          <Facts
            of={[
              ['Started by', <StartedBy key="by" run={run} />],
              ['Started', moment(run.startedAt)],
              ['Ended', run.endedAt === null ? 'still going on' : moment(run.endedAt)],
              ['Took', <Took key="took" run={run} />],
              ['Version of the flow', <code key="hash">{run.flowHash.slice(0, 12)}</code>],
              ...(run.replayOf === null ? [] : [['Replay of', <RunLink key="of" id={run.replayOf} />] as const]),
              ['Id', <code key="id">{run.id}</code>],
            ]}
          />
        </div>
      </Panel>
      <Panel
        title="Records"
        isFlush
        tools={<Select label="Outcome" all="All outcomes" of={OUTCOMES} value={outcome} onChange={setOutcome} />}
      >
        <RecordTable
          query={{ run: run.id, outcome }}
          isOfRun
          empty="Records appear here page by page, as they are settled. What is unchanged or filtered is counted only."
        />
      </Panel>
    </>
  )
}
