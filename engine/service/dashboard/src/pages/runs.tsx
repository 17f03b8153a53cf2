import { useState } from 'react'
import { useSearch } from 'wouter'
import type { RunView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { duration, tookMs } from '../data/show.ts'
import { CountsLine } from '../parts/counts.tsx'
import { FlowSelect, Select } from '../parts/fields.tsx'
import { FlowLink, RunLink } from '../parts/links.tsx'
import { More, usePaged } from '../parts/more.tsx'
import { Empty, Loaded } from '../parts/notice.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { RunState } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Time, useNow } from '../parts/time.tsx'

const STATES = ['running', 'succeeded', 'partial', 'failed', 'cancelled', 'unavailable', 'interrupted']
const TRIGGERS = ['schedule', 'manual', 'webhook', 'replay', 'sweep', 'verify']

export function RunsPage() {
  const asked = new URLSearchParams(useSearch())
  const [flow, setFlow] = useState(asked.get('flow') ?? '')
  const [state, setState] = useState(asked.get('state') ?? '')
  const [trigger, setTrigger] = useState('')
  return (
    <Page title="Runs" lead="Every run of every flow, newest first.">
      <Panel isFlush>
        <div className="panel-head">
          <div className="form-grid" style={{ flex: 1 }}>
            <FlowSelect value={flow} onChange={setFlow} />
            <Select label="State" all="All states" of={STATES} value={state} onChange={setState} />
            <Select label="Started by" all="Anything" of={TRIGGERS} value={trigger} onChange={setTrigger} />
          </div>
        </div>
        <RunTable flow={flow} state={state} trigger={trigger} />
      </Panel>
    </Page>
  )
}

interface RunTableProps {
  readonly flow: string
  readonly state?: string
  readonly trigger?: string
  /** The flow is known from the page. */
  readonly isOfFlow?: boolean
}

export function RunTable({ flow, state, trigger, isOfFlow }: RunTableProps) {
  const { workspace } = useHere()
  const runs = usePaged([workspace, 'runs', { flow, state, trigger }], before =>
    api.runs(workspace, { flow, state, trigger, before, limit: 25 }),
  )
  const columns = isOfFlow ? COLUMNS.filter(it => it.head !== 'Flow') : COLUMNS
  return (
    <Loaded of={runs}>
      {({ pages }) => {
        const rows = pages.flatMap(it => it.runs)
        if (rows.length === 0)
          return (
            <Empty title="No runs here">
              <p>A run begins by schedule, by a delivery, or with “Run” on the page of a flow.</p>
            </Empty>
          )
        return (
          <>
            <Table caption="Runs, newest first" columns={columns} rows={rows} keyOf={it => it.id} />
            <More of={runs} />
          </>
        )
      }}
    </Loaded>
  )
}

const COLUMNS: readonly Column<RunView>[] = [
  {
    head: 'Run',
    look: 'tight',
    cell: it => (
      <RunLink id={it.id}>
        <Time at={it.startedAt} />
      </RunLink>
    ),
  },
  { head: 'Flow', cell: it => <FlowLink name={it.flow} /> },
  { head: 'State', look: 'tight', cell: it => <RunState state={it.state} /> },
  { head: 'Records', cell: it => <CountsLine counts={it.counts} /> },
  { head: 'Started by', cell: it => <StartedBy run={it} /> },
  { head: 'Took', look: 'right', cell: it => <Took run={it} /> },
]

export function StartedBy({ run: { trigger, actor } }: { readonly run: RunView }) {
  return (
    <>
      {trigger} {trigger === 'manual' || trigger === 'replay' ? <span className="muted">by {actor}</span> : null}
    </>
  )
}

export function Took({ run }: { readonly run: RunView }) {
  const now = useNow()
  return <span className="nowrap">{duration(tookMs(run, now))}</span>
}
