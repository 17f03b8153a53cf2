import { relative, resolve } from 'node:path'
import type { Colors } from 'picocolors/types.js'
import {
  type Diagnostic,
  type DiagnosticFormat,
  FORMATS,
  formatDiagnostics,
  hasErrors,
  type Paint,
} from '../../flow/index.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { checkFlows } from '../flow-files.ts'
import type { Verb } from '../verb.ts'

export const validate: Verb = {
  name: 'validate',
  summary: 'check the workspace, or flow files, without dialling out',
  details:
    'Warnings and notes do not fail. Formats: pretty for people, json, github (annotations of a pull request), sarif (code scanning).',
  arguments: [
    {
      name: 'path',
      description: 'flow files, folders of them, workspaces (default: the workspace)',
      isOptional: true,
      isMany: true,
    },
  ],
  options: [
    { name: 'format', kind: 'text', choices: FORMATS, byDefault: 'pretty', description: 'how diagnostics are printed' },
  ],
  examples: [
    { line: 'validate', does: 'checks the workspace of this folder' },
    { line: 'validate flows --format sarif > flows.sarif', does: 'checks a folder of flow files for a code scanner' },
  ],
  json: {
    flows: 'names of the flows without errors',
    diagnostics:
      'of each: { code, severity, message, remedy?, file, line, column, endLine, endColumn, frame, suggestions }',
  },
  async run(context, given) {
    const { flows, diagnostics } = checkFlows(context, given.list('path'))
    const format = FORMATS.find(it => it === given.text('format')) ?? 'pretty'
    const failed = hasErrors(diagnostics)
    const names = flows.map(it => it.name)
    return {
      exit: failed ? EXIT.configuration : EXIT.ok,
      data: { flows: names, diagnostics },
      text: () => print(forForge(diagnostics, format, context), format, names.length, context.colours),
      ...(failed
        ? {
            error: {
              kind: 'configuration',
              code: 'CLI_INVALID',
              message: 'there are mistakes',
              remedy: 'See diagnostics.',
            },
          }
        : {}),
    }
  },
}

/** A forge knows files by their path in the repository, wherever the step of its pipeline was started. */
function forForge(diagnostics: readonly Diagnostic[], format: DiagnosticFormat, { terminal }: Context) {
  const root = terminal.env['GITHUB_WORKSPACE']
  if (!root || (format !== 'github' && format !== 'sarif')) return diagnostics
  return diagnostics.map(it => {
    const inside = relative(root, resolve(terminal.cwd, it.file))
    return inside.startsWith('..') || it.file.startsWith('library:') ? it : { ...it, file: inside }
  })
}

function print(
  diagnostics: Parameters<typeof formatDiagnostics>[0],
  format: DiagnosticFormat,
  flowCount: number,
  colours: Colors,
): string {
  const text = formatDiagnostics(diagnostics, format, paintOf(colours))
  if (format !== 'pretty') return text === '' ? '' : `${text}\n`
  const verdict = hasErrors(diagnostics)
    ? ''
    : flowCount === 0
      ? 'no flow to check: name some under flows: in ml-connector.yaml\n'
      : `${colours.green('✓')} ${flowCount} ${flowCount === 1 ? 'flow is' : 'flows are'} valid\n`
  return `${text === '' ? '' : `${text}\n`}${verdict}`
}

function paintOf({ red, yellow, cyan, dim, bold }: Colors): Paint {
  return { error: red, warning: yellow, info: cyan, dim, bold }
}
