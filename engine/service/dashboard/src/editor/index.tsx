import { lazy, Suspense } from 'react'
import type { CodeEditorProps } from './code-editor.tsx'

const Loaded = lazy(() => import('./code-editor.tsx'))

/** A text editor for YAML and JSON, loaded when it is first shown; its place is kept free meanwhile. */
export function Editor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<div className={`editor ${props.height} loading`} role="status" aria-label="Loading editor" />}>
      <Loaded {...props} />
    </Suspense>
  )
}
