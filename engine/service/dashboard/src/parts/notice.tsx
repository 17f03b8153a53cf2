import type { ReactNode } from 'react'
import type { ErrorView } from '../../../api/views.ts'
import { errorOf } from '../data/client.ts'
import type { Tone } from './state.tsx'

/** Something that a person should know, with what to do about it. */
export function Notice({
  tone,
  title,
  children,
}: {
  readonly tone: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
}) {
  return (
    <div className={`notice tone-${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <strong>{title}</strong>
      {children}
    </div>
  )
}

/** What went wrong, in whose words, and the next thing to do. */
export function Failure({ error }: { readonly error: ErrorView['error'] }) {
  return (
    <Notice tone="bad" title={error.message}>
      {error.said !== undefined && <p>They said: “{error.said}”</p>}
      {error.field !== undefined && (
        <p>
          Field: <code>{error.field}</code>
        </p>
      )}
      {error.remedy !== null && <p>{error.remedy}</p>}
      <p className="small muted">
        <code>{error.code}</code> · {error.kind}
      </p>
    </Notice>
  )
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  )
}

interface Loadable<T> {
  readonly data: T | undefined
  readonly error: Error | null
  refetch(): unknown
}

/** What was asked for, once it is there; before that its place, and the reason where it does not come. */
export function Loaded<T>({ of, children }: { readonly of: Loadable<T>; readonly children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return children(of.data)
  if (!of.error) return <div className="loading" role="status" aria-label="Loading" />
  return (
    <div className="stack-small">
      <Failure error={errorOf(of.error)} />
      <div>
        <button type="button" onClick={() => of.refetch()}>
          Try again
        </button>
      </div>
    </div>
  )
}
