import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import type { FlowPlan } from '../../../core/plan.ts'
import type { Json, JsonObject } from '../../../core/record.ts'
import { WORKSPACE_FILE } from '../../../flow/index.ts'
import type { OpenWorkspace } from '../../../host/index.ts'

const LIBRARY = 'library:'

/** Where the file of a flow lies. */
function pathOfFlow({ workspace, host }: OpenWorkspace, { file }: Pick<FlowPlan, 'file'>): string {
  return file.startsWith(LIBRARY) ? join(host.library, file.slice(LIBRARY.length)) : resolve(workspace.folder, file)
}

/** As it lies on the disk; '' when it has just gone. */
export function textOf(opened: OpenWorkspace, plan: FlowPlan): string {
  return readOr(pathOfFlow(opened, plan), '')
}

/** The text as it stands, and the parameters with the values that it runs with. */
export function sourceOf(
  opened: OpenWorkspace,
  plan: FlowPlan,
): { readonly yaml: string; readonly parameters: JsonObject } {
  const yaml = textOf(opened, plan)
  const written = readOr(join(opened.workspace.folder, WORKSPACE_FILE), '')
  return { yaml, parameters: { ...defaultsIn(object(parseOr(yaml))), ...givenIn(object(parseOr(written)), plan) } }
}

function defaultsIn(flow: JsonObject): JsonObject {
  const defaults = Object.entries(object(flow['params'])).map(([name, it]) => [name, object(it)['default'] ?? null])
  return Object.fromEntries(defaults)
}

/** `with:` of the entry that uses it: by its own name there, where it has one. */
function givenIn(workspace: JsonObject, { name, file }: FlowPlan): JsonObject {
  const { flows } = workspace
  const entries = Array.isArray(flows) ? flows.map(object) : []
  const uses = entries.filter(it => file === `${LIBRARY}${it['use']}.yaml`)
  const own = uses.find(it => it['flow'] === name) ?? uses.find(it => it['flow'] === undefined)
  return object(own?.['with'])
}

function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

/** The file may just be about to be replaced: then there is nothing to show. */
function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}

function parseOr(text: string): Json {
  try {
    return parse(text, { maxAliasCount: 100 }) as Json
  } catch {
    return null
  }
}
