import type { ValidateFunction } from 'ajv/dist/2020.js'
import type { Place } from '../../core/plan.ts'
import { createReporter, type Diagnostic } from '../diagnostics/diagnostic.ts'
import { positionAt } from '../diagnostics/source-file.ts'
import { readYaml } from '../read/read-yaml.ts'
import { type Path, spanAt, toJson } from '../read/tree.ts'
import { readFlow } from '../workspace/load-workspace.ts'
import { reportMistake } from './check-shape.ts'
import { reduce } from './reduce.ts'

/** A YAML file that is neither a flow nor a workspace, read and checked as those are. */
export type Shaped<T> =
  | { readonly is: 'read'; readonly value: T; placeOf(path: Path): Place }
  /** Each mistake once, with its place. */
  | { readonly is: 'mistaken'; readonly diagnostics: readonly Diagnostic[] }

export function readShaped<T>(path: string, isShaped: ValidateFunction<T>): Shaped<T> {
  const reporter = createReporter()
  const source = readFlow(path, reporter)
  const tree = source ? readYaml(source, reporter) : undefined
  if (!source || !tree) return { is: 'mistaken', diagnostics: reporter.diagnostics }
  const value: unknown = toJson(tree)
  if (isShaped(value))
    return {
      is: 'read',
      value,
      placeOf: at => ({ file: path, ...positionAt(source, spanAt(tree, at).start) }),
    }
  for (const mistake of reduce(isShaped.errors ?? [])) reportMistake(tree, source, reporter, mistake)
  return { is: 'mistaken', diagnostics: reporter.diagnostics }
}
