import type { Reporter } from '../diagnostics/diagnostic.ts'
import type { SourceFile } from '../diagnostics/source-file.ts'
import type { Tree } from '../read/tree.ts'
import type { WorkspaceFile } from './workspace.ts'

/** ml-connector.yaml with all that is needed to say what is wrong in it. */
export interface WorkspaceText {
  readonly file: WorkspaceFile
  /** With environment variables put in. */
  readonly tree: Tree
  /** As written: tells which secrets come from the environment. */
  readonly raw: Tree
  readonly source: SourceFile
  readonly reporter: Reporter
  /** Offsets of values that stand in for ones that were reported. */
  readonly standIns: ReadonlySet<number>
}
