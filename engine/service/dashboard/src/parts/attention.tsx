import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { DiagnosticView, FlowView, WorkspaceView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { plural } from '../data/show.ts'
import { FlowLink, RunLink, usePath } from './links.tsx'
import { Panel } from './page.tsx'
import { Tag, type Tone } from './state.tsx'

interface Matter {
  readonly key: string
  readonly tone: Tone
  readonly tag: string
  readonly text: ReactNode
}

const MOST = 8
const BAD_ENDS: ReadonlySet<string> = new Set(['failed', 'interrupted'])

/** What waits for a person, worst first; nothing when all is well. */
export function Attention({ flows }: { readonly flows: readonly FlowView[] }) {
  const { workspace } = useHere()
  const here = useQuery({ queryKey: [workspace, 'workspace'], queryFn: () => api.workspace(workspace) })
  const matters = [
    ...mistakes(here.data, flows),
    ...failed(flows),
    ...paused(flows),
    ...dead(flows),
    ...unverified(flows),
  ]
  if (matters.length === 0) return null
  return (
    <Panel title="Needs attention" isFlush>
      <ul className="attention">
        {matters.slice(0, MOST).map(it => (
          <li key={it.key}>
            <Tag tone={it.tone}>{it.tag}</Tag>
            <span>{it.text}</span>
          </li>
        ))}
        {matters.length > MOST && <li className="muted">and {matters.length - MOST} more</li>}
      </ul>
    </Panel>
  )
}

function mistakes(workspace: WorkspaceView | undefined, flows: readonly FlowView[]): readonly Matter[] {
  const all = [...(workspace?.diagnostics ?? []), ...flows.flatMap(it => it.diagnostics)]
  const errors = all.filter(it => it.severity === 'error')
  return [...new Map(errors.map(it => [placeOf(it), it])).values()].map(it => ({
    key: placeOf(it),
    tone: 'bad',
    tag: 'mistake',
    text: (
      <>
        <code>{placeOf(it)}</code> {it.message} <span className="muted">{it.remedy}</span>
      </>
    ),
  }))
}

const placeOf = ({ file, line, column }: DiagnosticView) => `${file}:${line}:${column}`

function failed(flows: readonly FlowView[]): readonly Matter[] {
  return flows.flatMap(({ name, title, lastRun }) =>
    lastRun && BAD_ENDS.has(lastRun.state)
      ? [
          {
            key: `run ${lastRun.id}`,
            tone: 'bad' as const,
            tag: lastRun.state,
            text: (
              <>
                <RunLink id={lastRun.id}>{title || name}</RunLink>: {lastRun.failure?.message ?? 'it did not end'}
              </>
            ),
          },
        ]
      : [],
  )
}

function paused(flows: readonly FlowView[]): readonly Matter[] {
  return flows.flatMap(({ name, title, paused: pause }) =>
    pause
      ? [
          {
            key: `pause ${name}`,
            tone: 'warn' as const,
            tag: 'paused',
            text: (
              <>
                <FlowLink name={name}>{title || name}</FlowLink> by {pause.by}: {pause.reason}
              </>
            ),
          },
        ]
      : [],
  )
}

function dead(flows: readonly FlowView[]): readonly Matter[] {
  return flows
    .filter(it => it.deadOpen > 0)
    .map(({ name, title, deadOpen }) => ({
      key: `dead ${name}`,
      tone: 'bad',
      tag: 'dead letters',
      text: <DeadText name={name} title={title || name} count={deadOpen} />,
    }))
}

function unverified(flows: readonly FlowView[]): Matter[] {
  return flows.flatMap(({ name, title, verified }) => {
    if (!verified || verified.left === 0) return []
    const text = (
      <>
        The last comparison of <FlowLink name={name}>{title || name}</FlowLink> left {plural(verified.left, 'record')}{' '}
        that {verified.left === 1 ? 'differs' : 'differ'} from the source
      </>
    )
    return [{ key: `unverified ${name}`, tone: 'bad' as const, tag: 'not the same', text }]
  })
}

function DeadText({ name, title, count }: { readonly name: string; readonly title: string; readonly count: number }) {
  const path = usePath()
  return (
    <>
      <Link href={`${path('dead-letters')}?flow=${encodeURIComponent(name)}`}>{plural(count, 'record')}</Link> of{' '}
      {title} {count === 1 ? 'was' : 'were'} refused and {count === 1 ? 'waits' : 'wait'} for a decision
    </>
  )
}
