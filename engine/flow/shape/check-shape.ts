import type { Reporter } from '../diagnostics/diagnostic.ts'
import type { SourceFile } from '../diagnostics/source-file.ts'
import type { FlowFile } from '../flow-file.ts'
import { type Tree, toJson } from '../read/tree.ts'
import type { WorkspaceFile } from '../workspace/workspace.ts'

export function checkShape(_kind: 'flow', tree: Tree, _source: SourceFile, _reporter: Reporter): FlowFile | undefined {
  return toJson(tree) as unknown as FlowFile
}

export function checkWorkspaceShape(tree: Tree, _source: SourceFile, _reporter: Reporter): WorkspaceFile | undefined {
  return toJson(tree) as unknown as WorkspaceFile
}
