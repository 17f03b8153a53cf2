import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ConnectionView } from '../../../api/views.ts'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import { useHere, useMay } from '../data/session.tsx'
import { duration, number, plural, value } from '../data/show.ts'
import { Confirm } from '../parts/dialog.tsx'
import { FlowLink } from '../parts/links.tsx'
import { Empty, Failure, Loaded, Notice } from '../parts/notice.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { Tag } from '../parts/state.tsx'
import { Time } from '../parts/time.tsx'

export function ConnectionsPage() {
  const { workspace } = useHere()
  const connections = useQuery({
    queryKey: [workspace, 'connections'],
    queryFn: () => api.connections(workspace),
    // limits in use change all the time, and no event tells
    refetchInterval: 10_000,
  })
  return (
    <Page
      title="Connections"
      lead="The systems of this workspace: whether they answer, and how near their limits they are."
    >
      <Loaded of={connections}>
        {({ connections: all }) =>
          all.length === 0 ? (
            <Panel>
              <Empty title="This workspace has no connections yet">
                <p>
                  Name them under <code>connections:</code> in ml-connector.yaml. “ml-connector connectors” lists the
                  systems that there are.
                </p>
              </Empty>
            </Panel>
          ) : (
            <div className="columns">
              {all.map(it => (
                <Connection key={it.name} connection={it} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Page>
  )
}

function Connection({ connection }: { readonly connection: ConnectionView }) {
  const { name, title, paused, usedBy, settings, secrets } = connection
  const missing = secrets.filter(it => !it.isSet)
  return (
    <Panel title={name} tools={<State connection={connection} />}>
      <div className="stack">
        <p className="muted">{title}</p>
        {paused && (
          <Notice tone="warn" title={`Paused by ${paused.by}`}>
            <p>{paused.reason}</p>
          </Notice>
        )}
        {missing.length > 0 && (
          <Notice tone="bad" title={`Not set: ${missing.map(it => it.name).join(', ')}`}>
            <p>
              <code>
                ml-connector secret set {name} {missing[0]?.name}
              </code>
            </p>
          </Notice>
        )}
        <Ping connection={connection} />
        <Limits connection={connection} />
        <Deliveries connection={connection} />
        <details>
          <summary>Settings and flows</summary>
          <div className="stack-small">
            <Facts
              of={Object.entries(settings).map(([key, it]) => [key, <code key={key}>{value(it)}</code>] as const)}
            />
            <p className="small">
              <span className="muted">Used by: </span>
              {usedBy.length === 0
                ? 'no flow'
                : usedBy.map((flow, index) => (
                    <span key={flow}>
                      {index > 0 && ', '}
                      <FlowLink name={flow} />
                    </span>
                  ))}
            </p>
          </div>
        </details>
      </div>
    </Panel>
  )
}

function State({ connection: { paused, lastPing } }: { readonly connection: ConnectionView }) {
  if (paused) return <Tag tone="warn">paused</Tag>
  if (!lastPing) return <Tag tone="quiet">not pinged yet</Tag>
  return lastPing.ok ? <Tag tone="ok">answers</Tag> : <Tag tone="bad">does not answer</Tag>
}

function Ping({ connection: { name, paused, lastPing, tokens } }: { readonly connection: ConnectionView }) {
  const { workspace } = useHere()
  const mayOperate = useMay('operator')
  const isAdmin = useMay('admin')
  const [isAsking, setIsAsking] = useState(false)
  const ping = useAct(
    () => api.ping(workspace, name),
    (_wish, { ok }) => (ok ? `${name} answers` : null),
  )
  const pause = useAct((reason: string) => api.pauseConnection(workspace, name, reason), `${name} is paused`)
  const resume = useAct(() => api.resumeConnection(workspace, name), `${name} is in use again`)
  return (
    <div className="stack-small">
      {lastPing?.ok && (
        <p className="small">
          Answered <Time at={lastPing.at} /> in {duration(lastPing.ms)} as <strong>{lastPing.account}</strong>
        </p>
      )}
      {lastPing?.error && <Failure error={lastPing.error} />}
      {tokens.map(it => (
        <p key={it.name} className="small muted" title={it.name}>
          {it.expiresAt === null ? (
            'Signed in: does not expire'
          ) : (
            <>
              Signed in: the token expires <Time at={it.expiresAt} />
            </>
          )}
        </p>
      ))}
      <div className="row">
        {mayOperate && (
          <button
            type="button"
            disabled={ping.isPending}
            aria-label={`Ping ${name}`}
            onClick={() => ping.mutate(undefined)}
          >
            {ping.isPending ? 'Pinging …' : 'Ping'}
          </button>
        )}
        {isAdmin && paused && (
          <button type="button" className="main" aria-label={`Resume ${name}`} onClick={() => resume.mutate(undefined)}>
            Resume
          </button>
        )}
        {isAdmin && !paused && (
          <button type="button" aria-label={`Pause ${name}`} onClick={() => setIsAsking(true)}>
            Pause
          </button>
        )}
      </div>
      {isAsking && (
        <Confirm
          title={`Pause ${name}?`}
          does="Pause"
          wantsReason
          onConfirm={pause.mutate}
          onClose={() => setIsAsking(false)}
        >
          <p>All flows that read from it or write to it wait until it is resumed, and then catch up.</p>
        </Confirm>
      )}
    </div>
  )
}

function Limits({ connection: { limits } }: { readonly connection: ConnectionView }) {
  const { running, waiting, concurrency, calls } = limits
  return (
    <div className="stack-small">
      <meter
        min={0}
        max={concurrency}
        value={Math.min(running, concurrency)}
        aria-label={`${running} of ${concurrency} calls at a time in use`}
      />
      <p className="small muted number">
        {running} of {concurrency} calls at a time in use{waiting > 0 && `, ${number(waiting)} wait`} ·{' '}
        {plural(calls, 'call')} since the service started
      </p>
    </div>
  )
}

function Deliveries({ connection }: { readonly connection: ConnectionView }) {
  const { canSubscribe, subscriptions, deliveries } = connection
  const { accepted, duplicates, refused, foundByPoll, lastAt } = deliveries
  if (!canSubscribe && subscriptions.length === 0 && accepted + refused === 0) return null
  return (
    <div className="stack-small">
      <h3>Deliveries</h3>
      <p className="small number">
        {number(accepted)} taken, {number(duplicates)} known already,{' '}
        <span className={refused > 0 ? 'bad-text' : undefined}>{number(refused)} refused</span>
        {lastAt !== null && (
          <>
            , the last <Time at={lastAt} />
          </>
        )}
      </p>
      {foundByPoll > 0 && (
        <p className="small warn-text">
          {plural(foundByPoll, 'record')} came by schedule although deliveries should have told of them.
        </p>
      )}
      {subscriptions.length === 0 && <p className="small muted">No subscription: changes come by schedule.</p>}
      <ul className="stack-small">
        {subscriptions.map(it => (
          <li key={it.id} className="small">
            {it.entities.join(', ')}:{' '}
            {it.expiresAt === null ? (
              'does not expire'
            ) : (
              <>
                valid until <Time at={it.expiresAt} />
              </>
            )}
            {it.failure && <Failure error={it.failure} />}
          </li>
        ))}
      </ul>
    </div>
  )
}
