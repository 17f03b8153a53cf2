import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Json } from '../../../../core/record.ts'
import type { PreviewRecordView } from '../../../api/views.ts'
import { api, type PreviewWish } from '../data/api.ts'
import { errorOf } from '../data/client.ts'
import { useHere, useMay } from '../data/session.tsx'
import { value } from '../data/show.ts'
import { Empty, Failure, Notice } from '../parts/notice.tsx'
import { Panel } from '../parts/page.tsx'
import { useSettled } from '../parts/settled.ts'
import { Tag, type Tone } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import type { Chosen } from './source.tsx'

const AFTER_MS = 500

interface MappedProps {
  readonly flow: string
  readonly yaml: string
  readonly chosen: Chosen | undefined
}

/** What the flow as it is written makes of the record, and how that differs from what the target holds now. */
export function Mapped({ flow, yaml, chosen }: MappedProps) {
  const { workspace } = useHere()
  const mayPreview = useMay('operator')
  const settled = useSettled(yaml, AFTER_MS)
  const preview = useQuery({
    queryKey: [workspace, 'preview', flow, settled, chosen],
    queryFn: ({ signal }) => api.preview(workspace, wishOf(flow, settled, chosen), signal),
    enabled: mayPreview && chosen !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  })
  const hasMistakes = preview.data?.diagnostics.some(it => it.severity === 'error') ?? false
  return (
    <section aria-label="Mapped record" aria-busy={preview.isFetching} aria-live="polite">
      <Panel title="Mapped record" tools={preview.isFetching && <Tag tone="busy">mapping</Tag>}>
        {!mayPreview ? (
          <Empty title="Previews are for operators">
            <p>They read from both systems. Ask an admin for a token with that role.</p>
          </Empty>
        ) : chosen === undefined ? (
          <Empty title="No record yet">
            <p>Read one from the source, take one of the dead letters, or paste one.</p>
          </Empty>
        ) : (
          <div className="stack">
            {preview.error && <Failure error={errorOf(preview.error)} />}
            {hasMistakes && (
              <Notice tone="bad" title="The flow has mistakes">
                <p>Put right what is listed below the editor; then the record is mapped again.</p>
              </Notice>
            )}
            {preview.data?.targetUnread && (
              <Notice tone="warn" title="The target could not be read: nothing is known about differences">
                <p>{preview.data.targetUnread.message}</p>
              </Notice>
            )}
            {preview.data?.records.map((it, _index, all) => (
              <One key={`${it.step} ${it.key} ${it.would}`} record={it} isAlone={all.length === 1} />
            ))}
          </div>
        )}
      </Panel>
    </section>
  )
}

function wishOf(flow: string, yaml: string, chosen: Chosen | undefined): PreviewWish {
  const { record, entity } = chosen ?? {}
  return { flow, yaml, records: record ? [record] : [], ...(entity === undefined ? {} : { entity }) }
}

const WOULD: Readonly<Record<string, { readonly tone: Tone; readonly text: string }>> = {
  create: { tone: 'ok', text: 'would be created' },
  update: { tone: 'busy', text: 'would be updated' },
  same: { tone: 'quiet', text: 'the target has all of it' },
  filter: { tone: 'quiet', text: 'filtered: the flow leaves it out' },
  reject: { tone: 'bad', text: 'would be rejected' },
  park: { tone: 'warn', text: 'would wait for another record' },
  delete: { tone: 'bad', text: 'would be deleted' },
}

interface FieldLine {
  readonly field: string
  readonly next: Json | undefined
  readonly now: Json | null
  readonly differs: boolean
}

function One({ record, isAlone }: { readonly record: PreviewRecordView; readonly isAlone: boolean }) {
  const { would, because, step, failure } = record
  const { tone, text } = WOULD[would] ?? { tone: 'quiet', text: would }
  const lines = linesOf(record)
  return (
    <div className="stack-small">
      <div className="row">
        <Tag tone={tone}>{text}</Tag>
        {!isAlone && step !== '' && <span className="small muted">step {step}</span>}
      </div>
      {because !== '' && <p className="small muted">{because}</p>}
      {failure && <Failure error={failure} />}
      {lines.length > 0 && <Table caption="Mapped fields" columns={COLUMNS} rows={lines} keyOf={it => it.field} />}
    </div>
  )
}

function linesOf({ mapped, differences }: PreviewRecordView): readonly FieldLine[] {
  const changed = new Map(differences.map(it => [it.field, it]))
  const names = new Set([...Object.keys(mapped ?? {}), ...changed.keys()])
  const lines = [...names].map(field => {
    const difference = changed.get(field)
    return {
      field,
      next: difference?.then ?? mapped?.[field],
      now: difference?.now ?? null,
      differs: difference !== undefined,
    }
  })
  return lines.sort((a, b) => Number(b.differs) - Number(a.differs))
}

const COLUMNS: readonly Column<FieldLine>[] = [
  { head: 'Field', look: 'whole', cell: it => <strong>{it.field}</strong> },
  {
    head: 'Value',
    cell: it => (
      <>
        {it.differs && it.now !== null && (
          <div>
            <span className="unseen">now </span>
            <code className="once">{value(it.now)}</code>
          </div>
        )}
        <span className="unseen">{it.differs ? 'then ' : ''}</span>
        <code className={it.differs ? 'then' : 'muted'}>{value(it.next)}</code>
      </>
    ),
  },
]
