import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withReference } from '../cli/reference.ts'
import { verbs } from '../cli/verbs.ts'
import type { Connector } from '../sdk/index.ts'
import { flowSchema } from './flow-schema.ts'
import { codesPage, functionsPage } from './pages.ts'
import { printJson } from './print-json.ts'
import { connectionSchema, workspaceSchema } from './workspace-schema.ts'

/** Path relative to the repository → content of every generated file. */
export function generate(root: string, registry: readonly Connector[]): ReadonlyMap<string, string> {
  return new Map([
    ['schemas/flow.schema.json', printJson(flowSchema(registry))],
    ['schemas/workspace.schema.json', printJson(workspaceSchema(registry))],
    ...registry.map((it): [string, string] => [
      `schemas/connections/${it.name}.schema.json`,
      printJson(connectionSchema(it)),
    ]),
    ['engine/reference/functions.md', functionsPage()],
    ['engine/reference/codes.md', codesPage(root)],
    ['engine/cli/README.md', withReference(readFileSync(join(root, 'engine/cli/README.md'), 'utf8'), verbs)],
  ])
}
