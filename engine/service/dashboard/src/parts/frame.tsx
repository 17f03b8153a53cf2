import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api } from '../data/api.ts'
import { useIsLive, useLive } from '../data/live.ts'
import { useHere, useMay } from '../data/session.tsx'
import { Icon, type IconName, Mark } from './icons.tsx'
import { Jump } from './jump.tsx'
import { ThemeSwitch } from './theme.tsx'

interface Place {
  readonly path: string
  readonly text: string
  readonly icon: IconName
  readonly count?: number
  readonly isCalm?: boolean
}

/** Navigation, and who is here. `/` goes to the search of the page. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const { workspace } = useHere()
  useLive(workspace)
  useSearchKey()
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <div className="frame">
        <Side />
        {children}
      </div>
    </>
  )
}

function Side() {
  const { workspace } = useHere()
  const [location] = useLocation()
  const [isOpen, setIsOpen] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was chosen closes the menu
  useEffect(() => setIsOpen(false), [location])
  return (
    <div className="side" data-open={isOpen}>
      <div className="side-top">
        <Link className="brand" href={`/w/${workspace}`}>
          <Mark /> ml-connector
        </Link>
        <button
          type="button"
          className="menu-button icon"
          aria-expanded={isOpen}
          aria-controls="menu"
          onClick={() => setIsOpen(!isOpen)}
        >
          <Icon name="menu" /> Menu
        </button>
      </div>
      <div id="menu" className="side-body">
        <Switcher />
        <Jump />
        <Navigation location={location} />
        <Foot />
      </div>
    </div>
  )
}

function Switcher() {
  const { me, workspace } = useHere()
  const [, go] = useLocation()
  if (me.workspaces.length < 2)
    return (
      <div className="switcher">
        Workspace <strong>{workspace}</strong>
      </div>
    )
  return (
    <label className="switcher">
      Workspace
      <select value={workspace} onChange={event => go(`/w/${encodeURIComponent(event.target.value)}`)}>
        {me.workspaces.map(it => (
          <option key={it.name}>{it.name}</option>
        ))}
      </select>
    </label>
  )
}

function Navigation({ location }: { readonly location: string }) {
  const { workspace } = useHere()
  const here = useQuery({ queryKey: [workspace, 'workspace'], queryFn: () => api.workspace(workspace) })
  const isOperator = useMay('operator')
  const isAdmin = useMay('admin')
  const base = `/w/${encodeURIComponent(workspace)}`
  const places: readonly (Place | false)[] = [
    { path: '', text: 'Overview', icon: 'overview' },
    { path: '/runs', text: 'Runs', icon: 'runs', count: here.data?.running ?? 0, isCalm: true },
    { path: '/records', text: 'Records', icon: 'records' },
    { path: '/dead-letters', text: 'Dead letters', icon: 'letters', count: here.data?.deadOpen ?? 0 },
    { path: '/connections', text: 'Connections', icon: 'connections' },
    { path: '/playground', text: 'Mapping playground', icon: 'playground' },
    isOperator && { path: '/actions', text: 'Actions of people', icon: 'actions' },
    isAdmin && { path: '/tokens', text: 'Tokens', icon: 'tokens' },
  ]
  const isHere = (path: string) =>
    path === '' ? location === base || location.startsWith(`${base}/flows`) : location.startsWith(base + path)
  return (
    <nav className="nav" aria-label="Pages">
      <ul>
        {places
          .filter(it => it !== false)
          .map(({ path, text, icon, count = 0, isCalm }) => (
            <li key={path}>
              <Link href={base + path} aria-current={isHere(path) ? 'page' : undefined}>
                <Icon name={icon} />
                {text}
                {count > 0 && <span className={isCalm ? 'count calm' : 'count'}>{count > 999 ? '999+' : count}</span>}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  )
}

function Foot() {
  const { me, role } = useHere()
  const isLive = useIsLive()
  const client = useQueryClient()
  const [, go] = useLocation()
  const signOut = async () => {
    // even when the service cannot be reached: the person wants to be gone from this screen
    await api.signOut().catch(() => {})
    client.clear()
    client.setQueryData(['me'], null)
    go('/sign-in')
  }
  return (
    <div className="side-foot">
      <span className="live quietly" data-live={isLive}>
        {isLive ? 'Live' : 'Not connected'}
      </span>
      <div>
        <span className="who">{me.name}</span> <span className="quietly">({role})</span>
      </div>
      <div className="row">
        <ThemeSwitch />
        <button type="button" className="compact" onClick={signOut}>
          Sign out
        </button>
      </div>
      <span className="quietly">ml-connector {me.version}</span>
    </div>
  )
}

function useSearchKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event
      const isTyping = target instanceof HTMLElement && target.closest('input, textarea, select, dialog, .editor')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return
      const search = document.querySelector<HTMLElement>('[data-search]')
      if (!search) return
      event.preventDefault()
      search.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
