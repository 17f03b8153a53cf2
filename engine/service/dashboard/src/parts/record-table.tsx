import type { RecordView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import type { Query } from '../data/client.ts'
import { useHere } from '../data/session.tsx'
import { FlowLink, LineageLink, RunLink } from './links.tsx'
import { More, usePaged } from './more.tsx'
import { Empty, Loaded } from './notice.tsx'
import { outcomeTone, Tag } from './state.tsx'
import { type Column, Table } from './table.tsx'
import { Time } from './time.tsx'

export const OUTCOMES = ['written', 'unchanged', 'filtered', 'dead', 'parked', 'deleted']

interface RecordTableProps {
  readonly query: Query
  /** What to say when there is nothing. */
  readonly empty: string
  readonly isOfRun?: boolean
}

/** Lines of the audit trail, newest first. */
export function RecordTable({ query, empty, isOfRun }: RecordTableProps) {
  const { workspace } = useHere()
  const records = usePaged([workspace, 'records', query], before =>
    api.records(workspace, { ...query, before, limit: 50 }),
  )
  return (
    <Loaded of={records}>
      {({ pages }) => {
        const rows = pages.flatMap(it => it.records)
        if (rows.length === 0)
          return (
            <Empty title="No records here">
              <p>{empty}</p>
            </Empty>
          )
        return (
          <>
            <Table
              caption="Records, newest first"
              columns={isOfRun ? COLUMNS.filter(it => it.head !== 'Flow') : COLUMNS}
              rows={rows}
              keyOf={it => it.id}
            />
            <More of={records} />
          </>
        )
      }}
    </Loaded>
  )
}

/** The same lines, given. */
export function RecordRows({ rows }: { readonly rows: readonly RecordView[] }) {
  return <Table caption="Records, newest first" columns={COLUMNS} rows={rows} keyOf={it => it.id} />
}

const COLUMNS: readonly Column<RecordView>[] = [
  {
    head: 'Record',
    look: 'whole',
    cell: it => (
      <>
        <LineageLink flow={it.flow} source={it.source} />
        <div className="small muted">
          {it.source.connection} · {it.source.entity}
        </div>
      </>
    ),
  },
  {
    head: 'Outcome',
    look: 'tight',
    cell: it => (
      <>
        <Tag tone={outcomeTone(it.outcome)}>{it.outcome}</Tag> <span className="small muted">{it.did}</span>
      </>
    ),
  },
  {
    head: 'Target',
    cell: it =>
      it.sink ? (
        <>
          <span className="nowrap">
            {it.sink.connection} · {it.sink.entity}
          </span>
          <div className="small muted nowrap">{it.sink.id}</div>
        </>
      ) : (
        <span className="muted">–</span>
      ),
  },
  { head: 'What', cell: it => <What record={it} /> },
  { head: 'Flow', cell: it => <FlowLink name={it.flow} /> },
  {
    head: 'When',
    look: 'tight',
    cell: it => (
      <RunLink id={it.runId}>
        <Time at={it.at} />
      </RunLink>
    ),
  },
]

const MOST_NAMES = 4

function What({ record: { failure, changed } }: { readonly record: RecordView }) {
  if (failure)
    return (
      <>
        {failure.message}
        <div className="small muted">
          <code>{failure.code}</code>
        </div>
      </>
    )
  if (changed.length === 0) return <span className="muted">–</span>
  const more = changed.length - MOST_NAMES
  return (
    <span className="small">
      {changed.slice(0, MOST_NAMES).join(', ')}
      {more > 0 && ` and ${more} more`}
    </span>
  )
}
