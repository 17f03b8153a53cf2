import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearch } from 'wouter'
import type { Json, JsonObject } from '../../../../core/record.ts'
import type { LineageView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { moment, orDash, value } from '../data/show.ts'
import { FlowLink, RunLink, usePath } from '../parts/links.tsx'
import { Empty, Loaded, Notice } from '../parts/notice.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { RecordRows } from '../parts/record-table.tsx'
import { Tag } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Time } from '../parts/time.tsx'

type Target = LineageView['targets'][number]
type Field = Target['fields'][number]

/** Where what a target holds came from: by flow and source key, or by connection, entity and id of the target. */
export default function LineagePage() {
  const search = useSearch()
  // of each record its own: values of one never stand under the name of another
  return <Lineage key={search} asked={Object.fromEntries(new URLSearchParams(search))} />
}

function Lineage({ asked }: { readonly asked: Readonly<Record<string, string>> }) {
  const { workspace } = useHere()
  const path = usePath()
  const [isLive, setIsLive] = useState(false)
  const query = { ...asked, ...(isLive ? { live: true } : {}) }
  const lineage = useQuery({
    queryKey: [workspace, 'lineage', query],
    queryFn: () => api.lineage(workspace, query),
    placeholderData: before => before,
  })
  const title = asked['key'] ?? `${asked['entity'] ?? ''} ${asked['id'] ?? ''}`
  return (
    <Page
      title={title}
      up={{ to: path('records'), text: 'Records' }}
      lead="From the source to the target, field by field."
      actions={
        <button type="button" aria-pressed={isLive} disabled={lineage.isFetching} onClick={() => setIsLive(!isLive)}>
          {isLive ? 'Show without live values' : 'Compare with both systems now'}
        </button>
      }
    >
      <Loaded of={lineage}>{it => <Drawn lineage={it} isLive={isLive && !lineage.isFetching} />}</Loaded>
    </Page>
  )
}

function Drawn({ lineage, isLive }: { readonly lineage: LineageView; readonly isLive: boolean }) {
  const { targets, events } = lineage
  return (
    <>
      {targets.length === 0 ? (
        <>
          <Path lineage={lineage} />
          <Notice tone="warn" title="It has not reached a target.">
            <p>Its history below says why: filtered, waiting for another record, or refused.</p>
          </Notice>
        </>
      ) : (
        targets.map(it => (
          <section key={`${it.step} ${it.id}`} className="stack" aria-label={`${it.connection} ${it.entity} ${it.id}`}>
            <Path lineage={lineage} target={it} />
            <Panel title={`Fields of ${it.entity} ${it.id}`} isFlush>
              <Fields fields={it.fields} isLive={isLive} />
            </Panel>
          </section>
        ))
      )}
      <Panel title="History" isFlush>
        {events.length > 0 ? <RecordRows rows={events} /> : <Empty title="Nothing was recorded of it yet" />}
      </Panel>
    </>
  )
}

function Path({ lineage, target }: { readonly lineage: LineageView; readonly target?: Target }) {
  const { source, flow } = lineage
  return (
    <ol className="path" aria-label="Way of the record">
      <li>
        <span className="stage">Source</span>
        <span className="head">{source.connection}</span>
        <span>{source.entity}</span>
        <code>{source.key}</code>
        {source.version !== null && <span className="small muted">version {source.version}</span>}
      </li>
      <li>
        <span className="stage">Mapping</span>
        <span className="head">
          <FlowLink name={flow.name}>{flow.title || flow.name}</FlowLink>
        </span>
        <code>{flow.file}</code>
        <span className="small muted">
          version {flow.hash.slice(0, 8)} {flow.isCurrent ? '(the present one)' : '(changed since)'}
        </span>
      </li>
      <li>
        <span className="stage">Request</span>
        {target ? (
          <>
            <span className="head">
              <RunLink id={target.runId}>
                written <Time at={target.writtenAt} />
              </RunLink>
            </span>
            <span>{moment(target.writtenAt)}</span>
            <span className="small muted">
              {target.trigger}
              {target.actor !== target.trigger && ` by ${target.actor}`}
              {lineage.targets.length > 1 && `, step ${target.step}`}
            </span>
          </>
        ) : (
          <span className="muted">none was sent</span>
        )}
      </li>
      <li>
        <span className="stage">Target</span>
        {target ? (
          <>
            <span className="head">{target.connection}</span>
            <span>{target.entity}</span>
            <code>{target.id}</code>
          </>
        ) : (
          <span className="muted">nothing there</span>
        )}
      </li>
    </ol>
  )
}

function Fields({ fields, isLive }: { readonly fields: readonly Field[]; readonly isLive: boolean }) {
  return (
    <Table
      caption="Fields, with the expression that made each"
      columns={isLive ? [...COLUMNS, ...LIVE_COLUMNS] : COLUMNS}
      rows={fields}
      keyOf={it => it.field}
    />
  )
}

const COLUMNS: readonly Column<Field>[] = [
  { head: 'Field', look: 'whole', cell: it => <strong>{it.field}</strong> },
  { head: 'Expression', cell: it => <code>{it.expression}</code> },
  {
    head: 'Place',
    cell: it => (
      <code className="muted nowrap">
        {it.file}:{it.line}:{it.column}
      </code>
    ),
  },
  {
    head: 'Last write',
    look: 'tight',
    cell: it => (it.isChanged ? <Tag tone="busy">changed</Tag> : <span className="muted">as before</span>),
  },
]

const LIVE_COLUMNS: readonly Column<Field>[] = [
  { head: 'From the source now', cell: it => <code>{orDash(value(it.mapped))}</code> },
  {
    head: 'At the target now',
    cell: it => (
      <>
        <code>{orDash(value(it.held))}</code> {!isSame(it) && <Tag tone="warn">differs</Tag>}
      </>
    ),
  },
]

/** A reference reads back with more than was written. */
function isSame({ mapped, held }: Field): boolean {
  if (mapped === undefined || held === undefined) return true
  if (!isObject(mapped) || !isObject(held)) return value(mapped) === value(held)
  return Object.entries(mapped).every(([name, it]) => value(it) === value(held[name]))
}

const isObject = (it: Json): it is JsonObject => typeof it === 'object' && it !== null && !Array.isArray(it)
