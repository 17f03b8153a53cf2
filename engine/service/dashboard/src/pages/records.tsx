import { useLocation, useSearch } from 'wouter'
import { FlowSelect, Select, Text } from '../parts/fields.tsx'
import { usePath } from '../parts/links.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { OUTCOMES, RecordTable } from '../parts/record-table.tsx'
import { useSettled } from '../parts/settled.ts'

type Name = 'key' | 'sinkId' | 'flow' | 'outcome' | 'code' | 'since' | 'until'
type Wish = Readonly<Record<Name, string>>
const AFTER_MS = 250

/** The audit trail, searched. What is searched for stands in the address: it can be sent to a colleague. */
export function RecordsPage() {
  const [, go] = useLocation()
  const path = usePath()
  const search = useSearch()
  const wish = wishOf(search)
  const settled = wishOf(useSettled(search, AFTER_MS))
  const change = (name: Name) => (value: string) => {
    const next = new URLSearchParams(Object.entries({ ...wish, [name]: value }).filter(([, it]) => it !== ''))
    go(next.size > 0 ? `${path('records')}?${next}` : path('records'), { replace: true })
  }
  return (
    <Page title="Records" lead="What became of every record: find one, and see its whole way from source to target.">
      <Panel isFlush>
        <div className="panel-head">
          <search className="form-grid" style={{ flex: 1 }}>
            <Text label="Key at the source" isSearch placeholder="V-1001" value={wish.key} onChange={change('key')} />
            <Text label="Id at the target" value={wish.sinkId} onChange={change('sinkId')} />
            <FlowSelect value={wish.flow} onChange={change('flow')} />
            <Select
              label="Outcome"
              all="All outcomes"
              of={OUTCOMES}
              value={wish.outcome}
              onChange={change('outcome')}
            />
            <Text label="Code of the failure" value={wish.code} onChange={change('code')} />
            <Text label="From" type="datetime-local" value={wish.since} onChange={change('since')} />
            <Text label="Until" type="datetime-local" value={wish.until} onChange={change('until')} />
          </search>
        </div>
        <RecordTable
          query={{ ...settled, since: iso(settled.since), until: iso(settled.until) }}
          empty="Keys and ids are compared as a whole: type all of it. Records that were unchanged or filtered are counted by their run, not listed."
        />
      </Panel>
    </Page>
  )
}

function wishOf(search: string): Wish {
  const asked = new URLSearchParams(search)
  const of = (name: Name) => asked.get(name) ?? ''
  return {
    ...{ key: of('key'), sinkId: of('sinkId'), flow: of('flow'), outcome: of('outcome'), code: of('code') },
    ...{ since: of('since'), until: of('until') },
  }
}

/** What the person's clock shows, as a moment. */
function iso(local: string): string {
  const at = Date.parse(local)
  return Number.isNaN(at) ? '' : new Date(at).toISOString()
}
