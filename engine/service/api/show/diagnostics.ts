import { sep } from 'node:path'
import type { Diagnostic } from '../../../flow/index.ts'
import { type Here, showFile } from '../../../host/index.ts'
import type { Held } from '../../held.ts'
import type { DiagnosticView } from '../views.ts'

/** Files of the workspace relative to its folder, those of the library as `library:…`: nothing of this machine's paths. */
export function hereOf({ opened }: Held): Here {
  return { cwd: opened.workspace.folder, library: opened.host.library }
}

export function diagnosticView(it: Diagnostic, here: Here): DiagnosticView {
  const { code, remedy, line, column, endLine, endColumn } = it
  return {
    severity: it.severity === 'info' ? 'note' : it.severity,
    ...{ code, line, column, endLine, endColumn },
    message: withoutPaths(it.message, here),
    remedy: remedy === undefined ? null : withoutPaths(remedy, here),
    file: showFile(it.file, here),
  }
}

export function diagnosticsOf(held: Held): readonly DiagnosticView[] {
  const here = hereOf(held)
  return held.opened.diagnostics.map(it => diagnosticView(it, here))
}

function withoutPaths(text: string, { cwd, library }: Here): string {
  return text.replaceAll(`${cwd}${sep}`, '').replaceAll(`${library}${sep}`, 'library:').replaceAll(cwd, 'the workspace')
}
