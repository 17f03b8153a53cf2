import { join } from 'node:path'
import type { Connector } from '../../sdk/connector.ts'
import type { Reporter } from '../diagnostics/diagnostic.ts'
import { sourceFile } from '../diagnostics/source-file.ts'
import { interpolate } from '../read/interpolate.ts'
import { readYaml } from '../read/read-yaml.ts'
import { checkWorkspaceShape } from '../shape/check-shape.ts'
import { checkConnections } from './connections.ts'
import { readFileText, reportUnusable } from './files.ts'
import { maskSecrets } from './mask-secrets.ts'
import { WORKSPACE_FILE } from './workspace.ts'
import type { WorkspaceText } from './workspace-text.ts'

interface Reading {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly registry: ReadonlyMap<string, Connector>
}

const START = { start: 0, end: 0 }

/** ml-connector.yaml, its shape checked. Undefined when it cannot be used; then everything wrong with it was reported. */
export function readWorkspace(
  folder: string,
  { env, registry }: Reading,
  reporter: Reporter,
): WorkspaceText | undefined {
  const path = join(folder, WORKSPACE_FILE)
  const content = readFileText(path)
  if (content.is === 'unusable') return void reportUnusable({ path, code: 'FLOW_FILE_UNREADABLE', reporter }, content)
  if (content.is === 'absent') {
    reporter.report(sourceFile(path, ''), START, {
      code: 'WORKSPACE_MISSING',
      message: `there is no ${WORKSPACE_FILE} in ${folder}`,
      remedy: 'Run "ml-connector init", or name the folder of a workspace.',
    })
    return undefined
  }
  const written = sourceFile(path, content.text)
  const raw = readYaml(written, reporter)
  if (!raw) return undefined
  const source = maskSecrets(written, raw, registry)
  const standIns = new Set<number>()
  const by = { source, reporter, params: {}, env, isLiteral: () => false, used: new Set<string>(), standIns }
  const tree = interpolate(raw, by)
  const file = checkWorkspaceShape(tree, source, reporter)
  const text = { tree, raw, source, reporter, standIns }
  if (!file) checkConnections(text, registry)
  return file ? { ...text, file } : undefined
}
