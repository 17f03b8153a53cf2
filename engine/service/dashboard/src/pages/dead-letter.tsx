import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { DeadLetterDetailView } from '../../../api/views.ts'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import { useHere, useMay } from '../data/session.tsx'
import { moment, plural } from '../data/show.ts'
import { Editor } from '../editor/index.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { type ParsedObject, parseObject } from '../parts/json.ts'
import { FlowLink, LineageLink, RunLink, usePath } from '../parts/links.tsx'
import { Failure, Loaded, Notice } from '../parts/notice.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { letterTone, Tag } from '../parts/state.tsx'

/** One record that was refused: why, in whose words, by which line; and what can be done. */
export function DeadLetterPage({ id }: { readonly id: string }) {
  const { workspace } = useHere()
  const path = usePath()
  const letter = useQuery({ queryKey: [workspace, 'dead-letter', id], queryFn: () => api.deadLetter(workspace, id) })
  return (
    <Page
      title={letter.data ? `Dead letter ${letter.data.source.key}` : 'Dead letter'}
      up={{ to: path('dead-letters'), text: 'Dead letters' }}
      lead={letter.data && <FlowLink name={letter.data.flow} />}
    >
      <Loaded of={letter}>{it => <Detail letter={it} />}</Loaded>
    </Page>
  )
}

function Detail({ letter }: { readonly letter: DeadLetterDetailView }) {
  const { state, source, failure, place, resolvedByRun } = letter
  return (
    <>
      <Failure error={failure} />
      {place && (
        <Panel title="Where this field is mapped">
          <div className="stack-small">
            <pre>{failure.field === undefined ? place.text : `${failure.field}: ${place.text}`}</pre>
            <p className="row-wide small">
              <code className="muted">
                {place.file}:{place.line}:{place.column}
              </code>
              <PlaygroundLink letter={letter} />
            </p>
          </div>
        </Panel>
      )}
      <Panel>
        <Facts
          of={[
            [
              'State',
              <Tag key="state" tone={letterTone(state)}>
                {state}
              </Tag>,
            ],
            ['Record', <LineageLink key="record" flow={letter.flow} source={source} />],
            ['Of', `${source.connection} · ${source.entity}`],
            ['Tries', plural(letter.attempts, 'try', 'tries')],
            ['First seen', moment(letter.firstSeenAt)],
            ['Last seen', moment(letter.lastSeenAt)],
            ['Run', <RunLink key="run" id={letter.runId} />],
            ...(resolvedByRun === null ? [] : [['Resolved by', <RunLink key="by" id={resolvedByRun} />] as const]),
            ...(letter.discardReason === null ? [] : [['Discarded because', letter.discardReason] as const]),
          ]}
        />
      </Panel>
      {/* a body that changed under the editor begins the editing anew */}
      <Body key={`${letter.id} ${letter.state}`} letter={letter} />
    </>
  )
}

function PlaygroundLink({ letter: { id, flow } }: { readonly letter: DeadLetterDetailView }) {
  const path = usePath()
  return <Link href={`${path('playground')}?${new URLSearchParams({ flow, letter: id })}`}>Try a mapping with it</Link>
}

function Body({ letter }: { readonly letter: DeadLetterDetailView }) {
  const mayOperate = useMay('operator')
  const stored = letter.body === null ? '' : JSON.stringify(letter.body, null, 2)
  const [text, setText] = useState(stored)
  const isOpen = letter.state === 'open'
  if (letter.body === null)
    return (
      <Panel title="The record as it was read">
        <p className="muted">
          {mayOperate ? 'It is not kept any more.' : 'Records are shown to operators and admins.'}
        </p>
      </Panel>
    )
  const isEdited = text !== stored
  const edited = isEdited ? parseObject(text) : { is: 'object' as const, object: letter.body }
  return (
    <Panel
      title={isOpen && mayOperate ? 'The record as it was read: edit it for a replay' : 'The record as it was read'}
      tools={
        isEdited && (
          <button type="button" className="compact" onClick={() => setText(stored)}>
            Undo all edits
          </button>
        )
      }
    >
      <div className="stack">
        <Editor
          label="Record as JSON"
          height="middle"
          text={text}
          {...(isOpen && mayOperate ? { onChange: setText } : {})}
        />
        {edited.is === 'mistaken' && (
          <Notice tone="bad" title="This is no JSON object">
            {<p>{edited.why}</p>}
          </Notice>
        )}
        {isOpen && mayOperate && <Decisions letter={letter} edited={isEdited ? edited : undefined} />}
      </div>
    </Panel>
  )
}

interface DecisionsProps {
  readonly letter: DeadLetterDetailView
  /** undefined: it is as it was read. */
  readonly edited: ParsedObject | undefined
}

function Decisions({ letter: { id, source }, edited }: DecisionsProps) {
  const { workspace } = useHere()
  const [isAsking, setIsAsking] = useState(false)
  const replay = useAct(
    (from: 'stored' | 'source') =>
      api.replay(workspace, { ids: [id], ...(edited?.is === 'object' ? { body: edited.object } : { from }) }),
    'The record goes through the flow again',
  )
  const discard = useAct((reason: string) => api.discard(workspace, [id], reason), 'The dead letter is discarded')
  return (
    <div className="row">
      <button
        type="button"
        className="main"
        disabled={edited?.is === 'mistaken' || replay.isPending}
        onClick={() => replay.mutate('stored')}
      >
        {edited ? 'Replay as edited' : 'Replay as it was read'}
      </button>
      <button type="button" disabled={replay.isPending || edited !== undefined} onClick={() => replay.mutate('source')}>
        Read again from the source and replay
      </button>
      <button type="button" className="danger" onClick={() => setIsAsking(true)}>
        Discard
      </button>
      {isAsking && (
        <Confirm
          title={`Discard ${source.key}?`}
          does="Discard"
          isDanger
          wantsReason
          onConfirm={discard.mutate}
          onClose={() => setIsAsking(false)}
        >
          <p>It is not written to the target. When the record changes at the source, the flow takes it up again.</p>
        </Confirm>
      )}
    </div>
  )
}
