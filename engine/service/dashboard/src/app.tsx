import { lazy, type ReactNode, Suspense } from 'react'
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter'
import type { MeView } from '../../api/views.ts'
import { InWorkspace, useMe } from './data/session.tsx'
import { ConnectionsPage } from './pages/connections.tsx'
import { DeadLetterPage } from './pages/dead-letter.tsx'
import { DeadLettersPage } from './pages/dead-letters.tsx'
import { OverviewPage } from './pages/overview.tsx'
import { RecordsPage } from './pages/records.tsx'
import { RunPage } from './pages/run.tsx'
import { RunsPage } from './pages/runs.tsx'
import { SignInPage } from './pages/sign-in.tsx'
import { Frame } from './parts/frame.tsx'
import { Empty, Loaded } from './parts/notice.tsx'
import { Page, Panel } from './parts/page.tsx'

const FlowPage = lazy(() => import('./pages/flow.tsx'))
const LineagePage = lazy(() => import('./pages/lineage.tsx'))
const PlaygroundPage = lazy(() => import('./pages/playground.tsx'))
const ActionsPage = lazy(() => import('./pages/actions.tsx'))
const TokensPage = lazy(() => import('./pages/tokens.tsx'))

export function App() {
  const me = useMe()
  const [location] = useLocation()
  const search = useSearch()
  if (me.data === null) {
    if (location === '/sign-in') return <SignInPage />
    const then =
      location === '/' ? '' : `?then=${encodeURIComponent(search === '' ? location : `${location}?${search}`)}`
    return <Redirect to={`/sign-in${then}`} replace />
  }
  return <Loaded of={{ data: me.data, error: me.error, refetch: me.refetch }}>{data => <SignedIn me={data} />}</Loaded>
}

function SignedIn({ me }: { readonly me: MeView }) {
  const [first] = me.workspaces
  const then = new URLSearchParams(useSearch()).get('then')
  if (!first) return <Nowhere />
  const home = `/w/${encodeURIComponent(first.name)}`
  return (
    <Switch>
      <Route path="/w/:workspace/*?">{({ workspace }) => <Workspace me={me} name={workspace} />}</Route>
      <Route>
        <Redirect to={then?.startsWith('/w/') ? then : home} replace />
      </Route>
    </Switch>
  )
}

function Workspace({ me, name }: { readonly me: MeView; readonly name: string }) {
  const here = me.workspaces.find(it => it.name === name)
  if (!here) return <Nowhere name={name} />
  return (
    // of each workspace its own pages: nothing of one is ever shown in another
    <InWorkspace key={name} here={{ me, workspace: name, role: here.role }}>
      <Frame>
        <Suspense fallback={<Waiting />}>
          <Pages />
        </Suspense>
      </Frame>
    </InWorkspace>
  )
}

const PAGES: readonly (readonly [string, (params: Readonly<Record<string, string | undefined>>) => ReactNode])[] = [
  ['', () => <OverviewPage />],
  ['/flows/:name', ({ name = '' }) => <FlowPage key={name} name={name} />],
  ['/runs', () => <RunsPage />],
  ['/runs/:id', ({ id = '' }) => <RunPage key={id} id={id} />],
  ['/records', () => <RecordsPage />],
  ['/lineage', () => <LineagePage />],
  ['/dead-letters', () => <DeadLettersPage />],
  ['/dead-letters/:id', ({ id = '' }) => <DeadLetterPage key={id} id={id} />],
  ['/connections', () => <ConnectionsPage />],
  ['/playground', () => <PlaygroundPage />],
  ['/actions', () => <ActionsPage />],
  ['/tokens', () => <TokensPage />],
]

function Pages() {
  return (
    <Switch>
      {PAGES.map(([path, page]) => (
        <Route key={path} path={`/w/:workspace${path}`}>
          {page}
        </Route>
      ))}
      <Route>
        <Page title="There is no such page">
          <Panel>
            <Empty title="Nothing is kept at this address">
              <p>The navigation leads to everything that there is.</p>
            </Empty>
          </Panel>
        </Page>
      </Route>
    </Switch>
  )
}

const Waiting = () => (
  <main id="content" className="page">
    <div className="loading" role="status" aria-label="Loading" />
  </main>
)

function Nowhere({ name }: { readonly name?: string }) {
  return (
    <div className="entrance">
      <main id="content">
        <h1>{name === undefined ? 'Your token opens no workspace' : `There is no workspace “${name}” for you`}</h1>
        <p className="muted">Ask an admin for a token of the workspace: “ml-connector token create”.</p>
        <a href="/">Back to the beginning</a>
      </main>
    </div>
  )
}
