import type { ActionView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { moment, value } from '../data/show.ts'
import { More, usePaged } from '../parts/more.tsx'
import { Empty, Loaded } from '../parts/notice.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Time } from '../parts/time.tsx'

/** Who did what, through this page, the API or the command line. */
export default function ActionsPage() {
  const { workspace } = useHere()
  const actions = usePaged([workspace, 'actions'], before => api.actions(workspace, { before, limit: 50 }))
  return (
    <Page title="Actions of people" lead="Who started, stopped, replayed, discarded or changed something, and why.">
      <Panel isFlush>
        <Loaded of={actions}>
          {({ pages }) => {
            const rows = pages.flatMap(it => it.actions)
            if (rows.length === 0)
              return (
                <Empty title="Nobody has done anything yet">
                  <p>
                    Whatever people do here is recorded with their name, and what they do with tokens on the command
                    line.
                  </p>
                </Empty>
              )
            return (
              <>
                <Table caption="Actions, newest first" columns={COLUMNS} rows={rows} keyOf={it => it.id} />
                <More of={actions} />
              </>
            )
          }}
        </Loaded>
      </Panel>
    </Page>
  )
}

const COLUMNS: readonly Column<ActionView>[] = [
  {
    head: 'When',
    look: 'tight',
    cell: it => (
      <span title={moment(it.at)}>
        <Time at={it.at} />
      </span>
    ),
  },
  { head: 'Who', cell: it => <strong>{it.actor}</strong> },
  { head: 'Did', look: 'tight', cell: it => <code>{it.action}</code> },
  { head: 'To', cell: it => it.subject },
  {
    head: 'Details',
    cell: it => (
      <span className="small">
        {Object.entries(it.details)
          .map(([name, detail]) => `${name}: ${value(detail)}`)
          .join(' · ') || '–'}
      </span>
    ),
  },
]
