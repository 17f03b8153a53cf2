import { type Diagnostic, setDiagnostics } from '@codemirror/lint'
import type { Text } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { DiagnosticView } from '../../../api/views.ts'

/** Underlines what was found, at its place in the text as it is now. */
export function showDiagnostics(view: EditorView, found: readonly DiagnosticView[]): void {
  const { doc } = view.state
  view.dispatch(
    setDiagnostics(
      view.state,
      found.map(it => marked(doc, it)),
    ),
  )
}

function marked(doc: Text, it: DiagnosticView): Diagnostic {
  const from = offset(doc, it.line, it.column)
  const to = Math.max(offset(doc, it.endLine, it.endColumn), Math.min(from + 1, doc.length))
  return {
    ...{ from, to, source: it.code },
    severity: it.severity === 'note' ? 'info' : it.severity,
    message: it.remedy === null ? it.message : `${it.message}\n${it.remedy}`,
  }
}

/** The text may have been shortened since it was checked. */
function offset(doc: Text, line: number, column: number): number {
  const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines))
  return Math.min(from + Math.max(column - 1, 0), to)
}

export function goTo(view: EditorView, line: number, column: number): void {
  view.dispatch({ selection: { anchor: offset(view.state.doc, line, column) }, scrollIntoView: true })
  view.focus()
}
