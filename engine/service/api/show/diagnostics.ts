import type { Diagnostic } from '../../../flow/index.ts'
import { type Here, showFile } from '../../../host/index.ts'
import type { Held } from '../../held.ts'
import type { DiagnosticView } from '../views.ts'

/** Files of the workspace relative to its folder, those of the library as `library:…`: nothing of this machine's paths. */
export function hereOf({ opened }: Held): Here {
  return { cwd: opened.workspace.folder, library: opened.host.library }
}

export function diagnosticView(it: Diagnostic, here: Here): DiagnosticView {
  const { code, message, remedy, line, column, endLine, endColumn } = it
  return {
    severity: it.severity === 'info' ? 'note' : it.severity,
    ...{ code, message, remedy: remedy ?? null, line, column, endLine, endColumn },
    file: showFile(it.file, here),
  }
}

export function diagnosticsOf(held: Held): readonly DiagnosticView[] {
  const here = hereOf(held)
  return held.opened.diagnostics.map(it => diagnosticView(it, here))
}
