import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DiagnosticView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import { errorOf } from '../data/client.ts'
import { useHere } from '../data/session.tsx'
import { plural } from '../data/show.ts'
import { Editor } from '../editor/index.tsx'
import { useFlowKnowledge } from '../editor/knowledge.ts'
import { CopyButton } from '../parts/copy.tsx'
import { Failure } from '../parts/notice.tsx'
import { Panel } from '../parts/page.tsx'
import { useSettled } from '../parts/settled.ts'
import { Tag } from '../parts/state.tsx'

const AFTER_MS = 300
const NONE: readonly DiagnosticView[] = []

interface WrittenProps {
  readonly flow: string
  readonly original: string
  readonly yaml: string
  readonly onChange: (yaml: string) => void
}

/** The text of the flow: completed, checked as it is written, and handed out to be saved by the person. */
export function Written({ flow, original, yaml, onChange }: WrittenProps) {
  const { workspace } = useHere()
  const knows = useFlowKnowledge()
  const settled = useSettled(yaml, AFTER_MS)
  const [place, setPlace] = useState<{ readonly line: number; readonly column: number }>()
  const checked = useQuery({
    queryKey: [workspace, 'validate', settled],
    queryFn: ({ signal }) => api.validate(workspace, settled, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
  const found = checked.data?.diagnostics ?? NONE
  return (
    <section aria-label="Flow">
      <Panel title="Flow" tools={<Verdict found={found} state={checked.status} />}>
        <div className="stack-small">
          <Editor
            label={`Flow ${flow}. Ctrl+Space completes, Tab leaves the editor.`}
            height="tall"
            text={yaml}
            onChange={onChange}
            knows={knows}
            diagnostics={found}
            {...(place ? { goTo: place } : {})}
          />
          {checked.error && <Failure error={errorOf(checked.error)} />}
          <Findings found={found} onGo={({ line, column }) => setPlace({ line, column })} />
          <div className="row-wide">
            <span className="small muted">
              Flows are files in git: save it there. <kbd>Ctrl</kbd> <kbd>Space</kbd> completes.
            </span>
            <div className="row">
              <button type="button" disabled={yaml === original} onClick={() => onChange(original)}>
                Undo all
              </button>
              <CopyButton text={yaml} />
              <Download flow={flow} yaml={yaml} />
            </div>
          </div>
        </div>
      </Panel>
    </section>
  )
}

interface VerdictProps {
  readonly found: readonly DiagnosticView[]
  readonly state: 'pending' | 'error' | 'success'
}

function Verdict({ found, state }: VerdictProps) {
  if (state !== 'success')
    return state === 'error' ? <Tag tone="warn">not checked</Tag> : <Tag tone="busy">checking</Tag>
  const errors = found.filter(it => it.severity === 'error').length
  if (errors > 0) return <Tag tone="bad">{plural(errors, 'mistake')}</Tag>
  return found.length > 0 ? <Tag tone="warn">{plural(found.length, 'warning')}</Tag> : <Tag tone="ok">no mistakes</Tag>
}

interface FindingsProps {
  readonly found: readonly DiagnosticView[]
  readonly onGo: (place: DiagnosticView) => void
}

function Findings({ found, onGo }: FindingsProps) {
  return (
    <ul className="findings" aria-live="polite" aria-label="Diagnostics">
      {found.map(it => (
        <li key={`${it.line}:${it.column}:${it.code}`} className="stack-small">
          <span>
            <button type="button" onClick={() => onGo(it)}>
              line {it.line}, column {it.column}
            </button>{' '}
            <span className={it.severity === 'error' ? 'bad-text' : 'warn-text'}>{it.message}</span>
          </span>
          <span className="small muted">
            {it.remedy} <code>{it.code}</code>
          </span>
        </li>
      ))}
    </ul>
  )
}

function Download({ flow, yaml }: { readonly flow: string; readonly yaml: string }) {
  const download = () => {
    const address = URL.createObjectURL(new Blob([yaml], { type: 'application/yaml' }))
    const link = document.createElement('a')
    link.href = address
    link.download = `${flow}.yaml`
    link.click()
    URL.revokeObjectURL(address)
  }
  return (
    <button type="button" onClick={download}>
      Download
    </button>
  )
}
