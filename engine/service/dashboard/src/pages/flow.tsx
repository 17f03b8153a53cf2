import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Link } from 'wouter'
import type { FlowDetailView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { duration, moment, number, scheduleText, value } from '../data/show.ts'
import { Editor } from '../editor/index.tsx'
import { Counts } from '../parts/counts.tsx'
import { FlowActions } from '../parts/flow-actions.tsx'
import { RunLink, usePath } from '../parts/links.tsx'
import { Loaded, Notice } from '../parts/notice.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { FlowState, RunState } from '../parts/state.tsx'
import { Time } from '../parts/time.tsx'
import { useDeadCount } from './dead-letters.tsx'
import { Ends, NextRun } from './overview.tsx'
import { RunTable } from './runs.tsx'

const Plot = lazy(() => import('../parts/plot.tsx'))
const PLOTTED = 100

/** One flow: what it does, when, how it went, and its text. */
export default function FlowPage({ name }: { readonly name: string }) {
  const { workspace } = useHere()
  const path = usePath()
  const flow = useQuery({ queryKey: [workspace, 'flow', name], queryFn: () => api.flow(workspace, name) })
  return (
    <Page
      title={flow.data?.title || name}
      up={{ to: path(), text: 'Overview' }}
      lead={flow.data && <Ends flow={flow.data} />}
      actions={flow.data && <FlowActions flow={flow.data} />}
    >
      <Loaded of={flow}>{it => <Detail flow={it} />}</Loaded>
    </Page>
  )
}

function Detail({ flow }: { readonly flow: FlowDetailView }) {
  const { paused, diagnostics } = flow
  return (
    <>
      {paused && (
        <Notice tone="warn" title={`Paused by ${paused.by}`}>
          <p>
            {paused.reason} <span className="muted">({moment(paused.at)})</span>
          </p>
        </Notice>
      )}
      {diagnostics.map(it => (
        <Notice
          key={`${it.line}:${it.column} ${it.code}`}
          tone={it.severity === 'error' ? 'bad' : 'warn'}
          title={it.message}
        >
          <p>{it.remedy}</p>
          <p className="small muted">
            <code>
              {it.file}:{it.line}:{it.column} {it.code}
            </code>
          </p>
        </Notice>
      ))}
      <Now flow={flow} />
      <Panel title="Records over time">
        <OverTime flow={flow.name} />
      </Panel>
      <DeadLetters flow={flow.name} />
      <Panel title="Runs" isFlush>
        <RunTable flow={flow.name} isOfFlow />
      </Panel>
      <Text flow={flow} />
    </>
  )
}

function Now({ flow }: { readonly flow: FlowDetailView }) {
  const { running, lastRun, lagSeconds, verified, schedule, listens, parked } = flow
  const counts = running?.counts ?? lastRun?.counts
  return (
    <Panel>
      <div className="stack">
        <div className="row">
          <FlowState state={flow.state} />
          {running ? (
            <span>
              since <Time at={running.since} />, {running.trigger} by {running.actor}
              {running.runId !== null && (
                <>
                  {' '}
                  · <RunLink id={running.runId}>watch</RunLink>
                </>
              )}
            </span>
          ) : (
            lastRun && (
              <span className="row">
                last run{' '}
                <RunLink id={lastRun.id}>
                  <Time at={lastRun.startedAt} />
                </RunLink>{' '}
                <RunState state={lastRun.state} />
              </span>
            )
          )}
        </div>
        {counts && <Counts counts={counts} />}
        <Facts
          of={[
            ['Schedule', scheduleText(schedule)],
            ['Next run', <NextRun key="next" flow={flow} />],
            ['Sweep for deletions', schedule?.sweep ?? 'never'],
            ['Listens to', listens.length === 0 ? 'nothing' : listens.join(', ')],
            ['Behind by', lagSeconds === null ? '–' : duration(lagSeconds * 1_000)],
            ['Verified against the target', <Verified key="verified" of={verified} cron={schedule?.verify ?? null} />],
            ['Waiting for other records', number(parked)],
          ]}
        />
      </div>
    </Panel>
  )
}

/** Until when source and target are known to be the same, and what was found otherwise. */
function Verified({ of, cron }: { readonly of: FlowDetailView['verified']; readonly cron: string | null }) {
  const when = cron === null ? '' : ` (${cron})`
  if (of === null) return <>not yet{when}</>
  const { until, runId, compared, healed, left } = of
  return (
    <>
      until <Time at={until} />
      {when}: {number(compared)} compared, {number(healed)} put right,{' '}
      <RunLink id={runId}>
        <span className={left > 0 ? 'bad-text' : undefined}>{number(left)} left</span>
      </RunLink>
    </>
  )
}

function OverTime({ flow }: { readonly flow: string }) {
  const { workspace } = useHere()
  const runs = useQuery({
    queryKey: [workspace, 'runs', { flow, plot: true }],
    queryFn: () => api.runs(workspace, { flow, limit: PLOTTED }),
  })
  return (
    <Loaded of={runs}>
      {({ runs: all }) =>
        all.length === 0 ? (
          <p className="muted">Each run adds a point here.</p>
        ) : (
          <Suspense fallback={<div className="plot loading" />}>
            <Plot runs={all} />
          </Suspense>
        )
      }
    </Loaded>
  )
}

function DeadLetters({ flow }: { readonly flow: string }) {
  const path = usePath()
  const dead = useDeadCount(flow)
  const counts = (dead.data?.counts ?? []).filter(it => it.flow === flow)
  if (counts.length === 0) return null
  return (
    <Panel title="Dead letters">
      <ul className="stack-small">
        {counts.map(it => (
          <li key={it.code} className="row">
            <strong className="bad-text number">{number(it.count)}</strong>
            <Link href={`${path('dead-letters')}?${new URLSearchParams({ flow, code: it.code })}`}>
              <code>{it.code}</code>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Text({ flow: { file, yaml, name, parameters, hash } }: { readonly flow: FlowDetailView }) {
  const path = usePath()
  return (
    <Panel
      title="Its text"
      tools={
        <Link className="button" href={`${path('playground')}?${new URLSearchParams({ flow: name })}`}>
          Open in the playground
        </Link>
      }
    >
      <div className="stack-small">
        <p className="small muted">
          <code>{file}</code> · version <code>{hash.slice(0, 12)}</code>
          {Object.keys(parameters).length > 0 &&
            ` · with ${Object.entries(parameters)
              .map(([key, it]) => `${key}: ${value(it)}`)
              .join(', ')}`}
        </p>
        <Editor label={`Text of ${name}`} text={yaml} height="middle" />
      </div>
    </Panel>
  )
}
