import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import type { DeadLetterView } from '../../../api/views.ts'
import { useAct } from '../data/act.ts'
import { api, type DeadPage } from '../data/api.ts'
import { useHere, useMay } from '../data/session.tsx'
import { number, plural } from '../data/show.ts'
import { Confirm } from '../parts/dialog.tsx'
import { FlowSelect, Select, Text } from '../parts/fields.tsx'
import { FlowLink, usePath } from '../parts/links.tsx'
import { More, usePaged } from '../parts/more.tsx'
import { Empty, Loaded } from '../parts/notice.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { useSettled } from '../parts/settled.ts'
import { letterTone, Tag } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Time } from '../parts/time.tsx'

type Cause = DeadPage['counts'][number]

const AFTER_MS = 250

/** Records that were refused, by why: most often one cause has made many of them, and one remedy heals all. */
export function DeadLettersPage() {
  const { workspace } = useHere()
  const path = usePath()
  const [, go] = useLocation()
  const search = useSearch()
  const wish = wishOf(search)
  const settled = wishOf(useSettled(search, AFTER_MS))
  const change = (more: Partial<typeof wish>) => {
    const next = new URLSearchParams(Object.entries({ ...wish, ...more }).filter(([, it]) => it !== ''))
    go(`${path('dead-letters')}?${next}`, { replace: true })
  }
  const letters = usePaged([workspace, 'dead-letters', settled], before =>
    api.deadLetters(workspace, { ...settled, before, limit: 50 }),
  )
  const isOpen = settled.state === 'open'
  return (
    <Page
      title="Dead letters"
      lead="Records that could not be written. They wait here until they are replayed or discarded."
    >
      <Loaded of={letters}>
        {({ pages }) => (
          <>
            {isOpen && <Causes counts={pages[0]?.counts ?? []} wish={wish} onChoose={change} />}
            <Panel isFlush>
              <div className="panel-head">
                <div className="form-grid" style={{ flex: 1 }}>
                  <Text label="Key at the source" isSearch value={wish.key} onChange={key => change({ key })} />
                  <FlowSelect value={wish.flow} onChange={flow => change({ flow })} />
                  <Select
                    label="State"
                    of={['open', 'retrying', 'resolved', 'discarded']}
                    value={wish.state}
                    onChange={state => change({ state })}
                  />
                </div>
              </div>
              <Letters letters={pages.flatMap(it => it.deadLetters)} isOpen={isOpen} />
              <More of={letters} />
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function wishOf(search: string) {
  const asked = new URLSearchParams(search)
  return {
    ...{ flow: asked.get('flow') ?? '', code: asked.get('code') ?? '', key: asked.get('key') ?? '' },
    state: asked.get('state') ?? 'open',
  }
}

interface CausesProps {
  readonly counts: readonly Cause[]
  readonly wish: { readonly flow: string; readonly code: string }
  readonly onChoose: (cause: { readonly flow: string; readonly code: string }) => void
}

function Causes({ counts, wish, onChoose }: CausesProps) {
  if (counts.length === 0) return null
  const isHere = (it: Cause) => it.flow === wish.flow && it.code === wish.code
  return (
    <section className="stack-small" aria-label="Causes">
      <h2>By cause</h2>
      <ul className="causes">
        {counts.map(it => (
          <li key={`${it.flow} ${it.code}`} className="cause" data-here={isHere(it)}>
            <div>
              <div className="row-wide">
                <code>{it.code}</code>
                <span className="figure">{number(it.count)}</span>
              </div>
              <div className="small">
                <FlowLink name={it.flow} />
              </div>
            </div>
            <div className="row">
              <button
                type="button"
                className="compact"
                aria-pressed={isHere(it)}
                onClick={() => onChoose(isHere(it) ? { flow: '', code: '' } : { flow: it.flow, code: it.code })}
              >
                {isHere(it) ? 'Show all' : 'Show only these'}
              </button>
              <ReplayAll cause={it} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function ReplayAll({ cause: { flow, code, count } }: { readonly cause: Cause }) {
  const { workspace } = useHere()
  const mayOperate = useMay('operator')
  const [isAsking, setIsAsking] = useState(false)
  const replay = useAct(
    (from: 'stored' | 'source') => api.replay(workspace, { flow, code, all: true, from }),
    `${plural(count, 'dead letter')} go through the flow again`,
  )
  const [from, setFrom] = useState('stored')
  if (!mayOperate) return null
  return (
    <>
      <button type="button" className="compact" onClick={() => setIsAsking(true)}>
        Replay all {number(count)}
      </button>
      {isAsking && (
        <Confirm
          title={`Replay ${plural(count, 'dead letter')}?`}
          does="Replay"
          onConfirm={() => replay.mutate(from === 'source' ? 'source' : 'stored')}
          onClose={() => setIsAsking(false)}
        >
          <p>
            All that died of <code>{code}</code> go through <strong>{flow}</strong> as it is now. A newer version at the
            target is never overwritten.
          </p>
          <Select
            label="Take the records"
            of={[
              { value: 'stored', text: 'as they were read then' },
              { value: 'source', text: 'as the source has them now' },
            ]}
            value={from}
            onChange={setFrom}
          />
        </Confirm>
      )}
    </>
  )
}

function Letters({ letters, isOpen }: { readonly letters: readonly DeadLetterView[]; readonly isOpen: boolean }) {
  if (letters.length === 0)
    return (
      <Empty title={isOpen ? 'No record waits here' : 'None in this state'}>
        <p>
          {isOpen
            ? 'All that was read has ended well. A record that a target refuses appears here, with its own words and what to do.'
            : 'Choose another state, flow or key.'}
        </p>
      </Empty>
    )
  return <Table caption="Dead letters" columns={COLUMNS} rows={letters} keyOf={it => it.id} />
}

const COLUMNS: readonly Column<DeadLetterView>[] = [
  { head: 'Record', look: 'whole', cell: it => <Record letter={it} /> },
  {
    head: 'Why',
    cell: ({ failure }) => (
      <>
        {failure.message}
        <div className="small muted">
          {failure.field !== undefined && (
            <>
              field <code>{failure.field}</code> ·{' '}
            </>
          )}
          <code>{failure.code}</code>
        </div>
      </>
    ),
  },
  { head: 'Flow', cell: it => <FlowLink name={it.flow} /> },
  { head: 'State', look: 'tight', cell: it => <Tag tone={letterTone(it.state)}>{it.state}</Tag> },
  { head: 'Tries', look: 'right', cell: it => number(it.attempts) },
  { head: 'Last', look: 'tight', cell: it => <Time at={it.lastSeenAt} /> },
]

function Record({ letter: { id, source, change } }: { readonly letter: DeadLetterView }) {
  const path = usePath()
  return (
    <>
      <Link className="strong" href={path('dead-letters', id)}>
        {source.key}
      </Link>
      <div className="small muted">
        {source.connection} · {source.entity}
        {change === 'delete' && ' · removed at the source'}
      </div>
    </>
  )
}

/** How many are open of a flow, for other pages. */
export function useDeadCount(flow: string) {
  const { workspace } = useHere()
  return useQuery({
    queryKey: [workspace, 'dead-letters', 'count', flow],
    queryFn: () => api.deadLetters(workspace, { flow, state: 'open', limit: 5 }),
  })
}
