import type { Json, JsonObject } from '../../core/record.ts'
import { ask, filledIn, holds, type Variables } from './expressions.ts'
import type { Action } from './scenario.ts'
import { controlOf, pass, type Stage, type StagedFlow } from './stage.ts'

/** Does one thing after the other, as people do in the screens of their systems; `flow` says whose source is meant where nothing is said. */
export async function act(stage: Stage, flow: StagedFlow, actions: readonly Action[] = []): Promise<void> {
  for (const action of actions) await actOnce({ stage, flow, connection: connectionOf(flow, action) }, action)
}

interface Scene {
  readonly stage: Stage
  readonly flow: StagedFlow
  readonly connection: string
}

type Of<Kind extends string> = Extract<Action, Readonly<Record<Kind, unknown>>>

const connectionOf = (flow: StagedFlow, action: Action) => ('at' in action && action.at ? action.at : flow.source)

function actOnce(scene: Scene, action: Action): Promise<void> {
  if ('put' in action) return put(scene, action)
  if ('change' in action) return change(scene, action)
  if ('remove' in action) return remove(scene, action)
  if ('find' in action) return find(scene, action)
  return pass(scene.stage, action.pass)
}

const variablesOf = ({ stage }: Scene): Variables => Object.fromEntries(stage.remembered)

function touch(
  { stage, flow, connection }: Scene,
  entity: string,
  record: JsonObject,
  key = keyField(flow, entity),
): void {
  if (key !== undefined) stage.touched.push({ connection, entity, key: String(record[key]) })
}

/** Of any flow that reads the entity. */
function keyField({ part }: StagedFlow, entity: string): string | undefined {
  return part.source[entity]?.key
}

async function put(scene: Scene, { put: entity, record, as }: Of<'put'>): Promise<void> {
  const { stage, connection } = scene
  const typed: Record<string, Json> = {}
  for (const [name, value] of Object.entries(record)) typed[name] = await filledIn(value, variablesOf(scene))
  const stored = await controlOf(stage, connection).put(entity, typed)
  if (as !== undefined) stage.remembered.set(as, stored)
  touch(scene, entity, stored)
}

/** Those of an entity that an action is about: of the flow's own source, only what the flow takes. */
async function chosen(
  scene: Scene,
  entity: string,
  { where, count = 1 }: { readonly where?: string | undefined; readonly count?: number | undefined },
): Promise<readonly JsonObject[]> {
  const { stage, flow, connection } = scene
  const all = await controlOf(stage, connection).records(entity)
  const only = connection === flow.source ? flow.part.source[entity]?.only : undefined
  const found: JsonObject[] = []
  for (const record of all) {
    const variables = { ...variablesOf(scene), all, entity }
    if (found.length === count) break
    if ((await holds(only, record, variables)) && (await holds(where, record, variables))) found.push(record)
  }
  return found
}

async function change(scene: Scene, action: Of<'change'>): Promise<void> {
  const { change: entity, set, key = keyField(scene.flow, entity) ?? 'id' } = action
  for (const record of await chosen(scene, entity, action)) {
    const typed: Record<string, Json> = { [key]: record[key] ?? '' }
    for (const [field, text] of Object.entries(set))
      typed[field] = (await ask(text, record, variablesOf(scene))) ?? null
    touch(scene, entity, await controlOf(scene.stage, scene.connection).put(entity, typed), key)
  }
}

async function remove(scene: Scene, action: Of<'remove'>): Promise<void> {
  const { remove: entity, key = keyField(scene.flow, entity) ?? 'id', also = {} } = action
  const { remove: removeOne } = controlOf(scene.stage, scene.connection)
  for (const record of await chosen(scene, entity, action)) {
    await removeOne(entity, String(record[key]))
    for (const [other, text] of Object.entries(also)) {
      const its = await ask(text, record)
      if (typeof its === 'string' && its !== '') await removeOne(other, its)
    }
  }
}

async function find(scene: Scene, { find: entity, where, as }: Of<'find'>): Promise<void> {
  const [first] = await chosen(scene, entity, { where })
  if (!first) throw new Error(`the demo finds no ${entity} at ${scene.connection} where ${where}`)
  scene.stage.remembered.set(as, first)
}
