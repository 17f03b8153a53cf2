import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { FlowView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { duration, number, scheduleText } from '../data/show.ts'
import { Attention } from '../parts/attention.tsx'
import { Bars } from '../parts/bars.tsx'
import { FlowActions } from '../parts/flow-actions.tsx'
import { FlowLink, usePath } from '../parts/links.tsx'
import { Empty, Loaded } from '../parts/notice.tsx'
import { Filter, Page, Panel } from '../parts/page.tsx'
import { FlowState, RunState } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Time } from '../parts/time.tsx'

/** All flows of the workspace, and what of them needs a person. */
export function OverviewPage() {
  const { workspace } = useHere()
  const flows = useQuery({ queryKey: [workspace, 'flows'], queryFn: () => api.flows(workspace) })
  return (
    <Page title="Overview">
      <Loaded of={flows}>
        {({ flows: all }) => (
          <>
            <Tiles flows={all} />
            <Attention flows={all} />
            <Flows flows={all} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Tiles({ flows }: { readonly flows: readonly FlowView[] }) {
  const { workspace } = useHere()
  const path = usePath()
  const here = useQuery({ queryKey: [workspace, 'workspace'], queryFn: () => api.workspace(workspace) })
  const running = flows.filter(it => it.state === 'running').length
  const parked = flows.reduce((sum, it) => sum + it.parked, 0)
  const dead = flows.reduce((sum, it) => sum + it.deadOpen, 0)
  const tiles = [
    { what: flows.length === 1 ? 'flow' : 'flows', figure: flows.length, to: path() },
    { what: 'running now', figure: running, to: path('runs'), className: running > 0 ? 'busy-text' : undefined },
    { what: 'dead letters', figure: dead, to: path('dead-letters'), className: dead > 0 ? 'bad-text' : undefined },
    { what: 'records waiting for another', figure: parked, to: `${path('records')}?outcome=parked` },
    { what: 'deliveries waiting', figure: here.data?.inboxWaiting ?? 0, to: path('connections') },
  ]
  return (
    <div className="tiles">
      {tiles.map(it => (
        <Link key={it.what} className="tile" href={it.to}>
          <span className={`figure ${it.className ?? ''}`}>{number(it.figure)}</span>
          <span className="what">{it.what}</span>
        </Link>
      ))}
    </div>
  )
}

function Flows({ flows }: { readonly flows: readonly FlowView[] }) {
  const [wanted, setWanted] = useState('')
  const shown = flows.filter(it => textOf(it).includes(wanted.trim().toLowerCase()))
  return (
    <Panel
      title="Flows"
      isFlush
      tools={<Filter value={wanted} onChange={setWanted} label="Filter by name, system or state" />}
    >
      {shown.length > 0 ? (
        <Table caption="Flows" columns={COLUMNS} rows={shown} keyOf={it => it.name} />
      ) : flows.length === 0 ? (
        <Empty title="This workspace has no flows yet">
          <p>
            Name some under <code>flows:</code> in ml-connector.yaml: files of your own, or <code>use:</code> one of the
            library. They appear here as soon as the file is saved.
          </p>
        </Empty>
      ) : (
        <Empty title={`No flow matches “${wanted}”`}>
          <button type="button" onClick={() => setWanted('')}>
            Show all
          </button>
        </Empty>
      )}
    </Panel>
  )
}

const textOf = (it: FlowView) =>
  [
    it.name,
    it.title,
    it.state,
    it.source.connection,
    it.source.connector,
    ...it.sinks.flatMap(to => [to.connection, to.connector, to.entity]),
  ]
    .join(' ')
    .toLowerCase()

const COLUMNS: readonly Column<FlowView>[] = [
  {
    head: 'Flow',
    look: 'whole',
    cell: it => (
      <>
        <FlowLink name={it.name}>
          <strong>{it.title || it.name}</strong>
        </FlowLink>
        <Ends flow={it} />
      </>
    ),
  },
  { head: 'State', look: 'tight', cell: it => <FlowState state={it.state} /> },
  {
    head: 'Recent runs',
    look: 'tight',
    cell: it => (
      <>
        <Bars runs={it.recentRuns} />
        <div className="small">
          <LastRun flow={it} />
        </div>
      </>
    ),
  },
  { head: 'Behind', look: 'tight', cell: it => <Lag flow={it} /> },
  { head: 'Next run', look: 'tight', cell: it => <NextRun flow={it} /> },
  { head: 'Dead', look: 'right', cell: it => <Dead flow={it} /> },
  { head: 'Do', look: 'tight', cell: it => <FlowActions flow={it} isCompact /> },
]

export function Ends({ flow: { source, sinks } }: { readonly flow: FlowView }) {
  const targets = [...new Set(sinks.map(it => `${it.connection} · ${it.entity}`))]
  return (
    <div className="ends small muted">
      <span>
        {source.connection} · {source.entities.join(', ')}
      </span>
      <span className="arrow" role="img" aria-label="to">
        →
      </span>
      <span>{targets.join(', ')}</span>
    </div>
  )
}

function LastRun({ flow: { running, lastRun } }: { readonly flow: FlowView }) {
  if (running)
    return (
      <span className="busy-text number">
        {running.counts
          ? `${number(running.counts.read)} read, ${number(running.counts.written)} written`
          : 'starting …'}
      </span>
    )
  if (!lastRun) return <span className="muted">never ran</span>
  if (lastRun.state === 'succeeded')
    return (
      <span className="muted">
        <Time at={lastRun.startedAt} />
      </span>
    )
  return (
    <span className="row">
      <RunState state={lastRun.state} /> <Time at={lastRun.startedAt} />
    </span>
  )
}

function Lag({ flow: { lagSeconds } }: { readonly flow: FlowView }) {
  if (lagSeconds === null) return <span className="muted">–</span>
  return (
    <span className="number nowrap" title="Since the beginning of the last run that read all changes">
      {lagSeconds < 1 ? 'less than 1 s' : duration(lagSeconds * 1_000)}
    </span>
  )
}

export function NextRun({ flow: { paused, nextRunAt, schedule, listens } }: { readonly flow: FlowView }) {
  if (paused)
    return (
      <span className="muted" title={`${paused.by}: ${paused.reason}`}>
        paused
      </span>
    )
  if (nextRunAt === null) return <span className="muted">{listens.length > 0 ? 'on delivery' : 'by hand'}</span>
  return (
    <span title={scheduleText(schedule)}>
      <Time at={nextRunAt} />
    </span>
  )
}

function Dead({ flow: { name, deadOpen } }: { readonly flow: FlowView }) {
  const path = usePath()
  if (deadOpen === 0) return <span className="muted">0</span>
  return (
    <Link className="bad-text" href={`${path('dead-letters')}?flow=${encodeURIComponent(name)}`}>
      {number(deadOpen)}
    </Link>
  )
}
