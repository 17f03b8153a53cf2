import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { RecordView } from '../../../api/views.ts'
import { useHere } from '../data/session.tsx'

/** Path of a page of this workspace. */
export function usePath(): (...parts: readonly string[]) => string {
  const { workspace } = useHere()
  return (...parts) => ['/w', encodeURIComponent(workspace), ...parts.map(encodeURIComponent)].join('/')
}

export function FlowLink({ name, children }: { readonly name: string; readonly children?: ReactNode }) {
  const path = usePath()
  return <Link href={path('flows', name)}>{children ?? name}</Link>
}

export function RunLink({ id, children }: { readonly id: string; readonly children?: ReactNode }) {
  const path = usePath()
  return <Link href={path('runs', id)}>{children ?? <code>{id}</code>}</Link>
}

/** To where everything about one source record is drawn. */
export function LineageLink({
  flow,
  source,
  children,
}: {
  readonly flow: string
  readonly source: RecordView['source']
  readonly children?: ReactNode
}) {
  const path = usePath()
  const query = new URLSearchParams({ flow, key: source.key })
  return (
    <Link className="strong" href={`${path('lineage')}?${query}`}>
      {children ?? source.key}
    </Link>
  )
}
