import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useSearch } from 'wouter'
import type { JsonObject } from '../../../../core/record.ts'
import { api } from '../data/api.ts'
import { errorOf } from '../data/client.ts'
import { useHere } from '../data/session.tsx'
import { Editor } from '../editor/index.tsx'
import { Text } from '../parts/fields.tsx'
import { parseObject } from '../parts/json.ts'
import { Failure, Notice } from '../parts/notice.tsx'
import { Panel } from '../parts/page.tsx'

/** A record to try the mapping with. */
export interface Chosen {
  readonly record: JsonObject
  /** Absent of one that was pasted. */
  readonly entity?: string
}

interface SourceProps {
  readonly flow: string
  /** undefined: what stands there is no record. */
  readonly onChoose: (chosen: Chosen | undefined) => void
}

const FROM = ['Live', 'Dead letters', 'Paste'] as const
const LIMIT = 20

/** The record that the mapping is tried with: read now, taken from a dead letter, or pasted; and edited as one likes. */
export function Source({ flow, onChoose }: SourceProps) {
  const letter = new URLSearchParams(useSearch()).get('letter')
  const [from, setFrom] = useState<(typeof FROM)[number]>(letter === null ? 'Live' : 'Dead letters')
  const [text, setText] = useState('')
  const parsed = parseObject(text)
  const [entity, setEntity] = useState<string>()
  const take = (next: string, of = entity) => {
    setText(next)
    const now = parseObject(next)
    onChoose(now.is === 'object' ? { record: now.object, ...(of === undefined ? {} : { entity: of }) } : undefined)
  }
  const takeRecord = ({ record, entity: of }: Chosen) => {
    setEntity(of)
    take(JSON.stringify(record, null, 2), of)
  }
  return (
    <section aria-label="Source record">
      <Panel title="Source record">
        <div className="stack-small">
          <fieldset className="tabs">
            <legend className="unseen">Where the record comes from</legend>
            {FROM.map(it => (
              <button key={it} type="button" aria-pressed={it === from} onClick={() => setFrom(it)}>
                {it}
              </button>
            ))}
          </fieldset>
          {from === 'Live' && <Live flow={flow} onTake={takeRecord} />}
          {from === 'Dead letters' && <Letters flow={flow} first={letter} onTake={takeRecord} />}
          {from === 'Paste' && <p className="small muted">Paste a record as JSON below, as the source has it.</p>}
          <Editor label="Source record as JSON" height="middle" text={text} onChange={next => take(next)} />
          {text.trim() !== '' && parsed.is === 'mistaken' && (
            <Notice tone="warn" title="This is no JSON object yet">
              <p>{parsed.why}</p>
            </Notice>
          )}
        </div>
      </Panel>
    </section>
  )
}

interface TakeProps {
  readonly flow: string
  readonly onTake: (chosen: Chosen) => void
}

function Live({ flow, onTake }: TakeProps) {
  const { workspace } = useHere()
  const [key, setKey] = useState('')
  const [chosen, setChosen] = useState<string>()
  const read = useMutation({
    mutationFn: () =>
      api.preview(workspace, { flow, ...(key.trim() === '' ? { limit: LIMIT } : { keys: [key.trim()] }) }),
  })
  const records = new Map((read.data?.records ?? []).map(it => [`${it.entity} ${it.key}`, it]))
  return (
    <form
      className="stack-small"
      onSubmit={event => {
        event.preventDefault()
        read.mutate()
      }}
    >
      <Text label="Key (empty: the first that the source has)" value={key} onChange={setKey} isSearch />
      <button type="submit" disabled={read.isPending}>
        {read.isPending ? 'Reading …' : 'Read from the source'}
      </button>
      {read.error && <Failure error={errorOf(read.error)} />}
      {read.isSuccess && records.size === 0 && (
        <p className="small muted">
          {key.trim() === '' ? 'The source has no records: paste one.' : 'The source has no such record.'}
        </p>
      )}
      {records.size > 0 && (
        <div className="picks">
          {[...records].map(([name, it]) => (
            <button
              key={name}
              type="button"
              aria-pressed={chosen === name}
              onClick={() => {
                setChosen(name)
                onTake({ record: it.source, entity: it.entity })
              }}
            >
              <span>{it.key}</span> <span className="muted small">{it.would}</span>
            </button>
          ))}
        </div>
      )}
    </form>
  )
}

function Letters({ flow, first, onTake }: TakeProps & { readonly first: string | null }) {
  const { workspace } = useHere()
  const [chosen, setChosen] = useState<string>()
  const letters = useQuery({
    queryKey: [workspace, 'dead-letters', 'playground', flow],
    queryFn: () => api.deadLetters(workspace, { flow, state: 'open', limit: LIMIT }),
  })
  const take = useMutation({
    mutationFn: (id: string) => api.deadLetter(workspace, id),
    onSuccess: ({ id, body, source }) => {
      setChosen(id)
      if (body) onTake({ record: body, entity: source.entity })
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the letter that the address names is taken once
  useEffect(() => {
    if (first !== null) take.mutate(first)
  }, [first])
  const found = letters.data?.deadLetters ?? []
  return (
    <div className="stack-small">
      {take.error && <Failure error={errorOf(take.error)} />}
      {letters.error && <Failure error={errorOf(letters.error)} />}
      {letters.isSuccess && found.length === 0 && <p className="small muted">This flow has no open dead letters.</p>}
      {found.length > 0 && (
        <div className="picks">
          {found.map(it => (
            <button key={it.id} type="button" aria-pressed={chosen === it.id} onClick={() => take.mutate(it.id)}>
              <span>{it.source.key}</span> <span className="muted small">{it.failure.code}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
