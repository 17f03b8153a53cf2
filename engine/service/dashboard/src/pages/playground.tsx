import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { FlowSelect } from '../parts/fields.tsx'
import { usePath } from '../parts/links.tsx'
import { Empty, Loaded } from '../parts/notice.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { Mapped } from '../playground/mapped.tsx'
import { type Chosen, Source } from '../playground/source.tsx'
import { Written } from '../playground/written.tsx'

/** Change a mapping and see, record by record, what it would do. Nothing is written anywhere. */
export default function PlaygroundPage() {
  const path = usePath()
  const [, go] = useLocation()
  const flow = new URLSearchParams(useSearch()).get('flow') ?? ''
  return (
    <Page
      title="Mapping playground"
      lead="Change a flow and see what it would do with a record. Nothing is written: neither to a system nor to a file."
      actions={
        <FlowSelect
          all="Choose a flow"
          value={flow}
          onChange={name => go(`${path('playground')}?${new URLSearchParams({ flow: name })}`)}
        />
      }
    >
      {flow === '' ? (
        <Panel>
          <Empty title="Which flow?">
            <p>Choose one above. You get a copy of its text: change it as you like.</p>
          </Empty>
        </Panel>
      ) : (
        <Playground key={flow} flow={flow} />
      )}
    </Page>
  )
}

function Playground({ flow }: { readonly flow: string }) {
  const { workspace } = useHere()
  const found = useQuery({
    queryKey: [workspace, 'flow', flow],
    queryFn: () => api.flow(workspace, flow),
    // what somebody is editing is not replaced
    staleTime: Number.POSITIVE_INFINITY,
  })
  return <Loaded of={found}>{({ yaml }) => <Bench flow={flow} original={yaml} />}</Loaded>
}

function Bench({ flow, original }: { readonly flow: string; readonly original: string }) {
  const [yaml, setYaml] = useState(original)
  const [chosen, setChosen] = useState<Chosen>()
  return (
    <div className="play">
      <Source flow={flow} onChoose={setChosen} />
      <Written flow={flow} original={original} yaml={yaml} onChange={setYaml} />
      <Mapped flow={flow} yaml={yaml} chosen={chosen} />
    </div>
  )
}
