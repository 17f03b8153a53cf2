import type { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { DiagnosticView } from '../../../api/views.ts'
import type { FlowKnowledge } from './complete.ts'
import { createEditor } from './create.ts'
import { goTo, showDiagnostics } from './diagnostics.ts'

export interface CodeEditorProps {
  readonly label: string
  /** A text that comes from outside replaces what is there. */
  readonly text: string
  readonly onChange?: (text: string) => void
  readonly height: 'tall' | 'middle' | 'low'
  readonly knows?: FlowKnowledge
  readonly diagnostics?: readonly DiagnosticView[]
  /** A place to go to; each new object goes there again. */
  readonly goTo?: { readonly line: number; readonly column: number }
}

/** Default export: it comes in a chunk of its own, when the first editor is shown. */
export default function CodeEditor(props: CodeEditorProps) {
  const { label, text, onChange, height, knows, diagnostics, goTo: place } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef(onChange)
  /** Texts that were told and have not come back yet. */
  const told = useRef<string[]>([])
  latest.current = onChange
  const isReadOnly = onChange === undefined

  // biome-ignore lint/correctness/useExhaustiveDependencies: a text that changes goes into the editor that is there
  useEffect(() => {
    if (!host.current) return
    const changed = (now: string) => {
      told.current.push(now)
      latest.current?.(now)
    }
    const created = createEditor(host.current, {
      text,
      label,
      isReadOnly,
      onChange: changed,
      ...(knows ? { knows } : {}),
    })
    view.current = created
    return () => created.destroy()
  }, [label, isReadOnly, knows])

  useEffect(() => {
    const held = view.current
    const echo = told.current.indexOf(text)
    // what the editor told comes back when more was typed already: it must not undo that
    if (echo >= 0) {
      told.current.splice(0, echo + 1)
      return
    }
    told.current = []
    if (!held || held.state.doc.toString() === text) return
    held.dispatch({ changes: { from: 0, to: held.state.doc.length, insert: text } })
  }, [text])

  useEffect(() => {
    if (view.current && diagnostics) showDiagnostics(view.current, diagnostics)
  }, [diagnostics])

  useEffect(() => {
    if (view.current && place) goTo(view.current, place.line, place.column)
  }, [place])

  return <div ref={host} className={`editor ${height}`} />
}
