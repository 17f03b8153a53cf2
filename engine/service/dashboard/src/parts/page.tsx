import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'

interface PageProps {
  readonly title: string
  /** Above the title: where this page belongs. */
  readonly up?: { readonly to: string; readonly text: string }
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page of a workspace: its title goes into the tab, and the focus to its beginning. */
export function Page({ title, up, lead, actions, children }: PageProps) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = `${title} – ml-connector`
  }, [title])
  useEffect(() => {
    // after following a link; at the first page the browser's own start of the document is right
    if (document.activeElement !== null && document.activeElement !== document.body) ref.current?.focus()
    window.scrollTo(0, 0)
  }, [])
  return (
    <main id="content" ref={ref} tabIndex={-1} className="page">
      <header className="page-head">
        <div>
          {up && (
            <p className="trail">
              <Link href={up.to}>← {up.text}</Link>
            </p>
          )}
          <h1>{title}</h1>
          {lead !== undefined && <div className="muted">{lead}</div>}
        </div>
        {actions !== undefined && <div className="row">{actions}</div>}
      </header>
      {children}
    </main>
  )
}

interface PanelProps {
  readonly title?: string
  readonly tools?: ReactNode
  /** Its content reaches to the edges: tables. */
  readonly isFlush?: boolean
  readonly children: ReactNode
}

export function Panel({ title, tools, isFlush, children }: PanelProps) {
  return (
    <section className={isFlush ? 'panel flush' : 'panel'} aria-label={title}>
      {(title !== undefined || tools !== undefined) && (
        <div className="panel-head">
          {title !== undefined && <h2>{title}</h2>}
          {tools}
        </div>
      )}
      {children}
    </section>
  )
}

export function Facts({ of }: { readonly of: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface FilterProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly label: string
}

/** The search of a page: `/` goes there. */
export function Filter({ value, onChange, label }: FilterProps) {
  return (
    <div className="filter">
      <input
        type="search"
        data-search
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
      {value === '' && <kbd>/</kbd>}
    </div>
  )
}
