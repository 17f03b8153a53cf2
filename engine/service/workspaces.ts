import { resolve } from 'node:path'
import { watch } from 'chokidar'
import type { EngineError } from '../core/errors.ts'
import type { Dispatcher } from '../dispatch/index.ts'
import { type Diagnostic, hasErrors } from '../flow/index.ts'
import { type Host, type OpenWorkspace, openWorkspace, reopenWorkspace } from '../host/index.ts'
import type { Held } from './held.ts'
import type { Hub } from './hub.ts'

/** All workspaces of this process. */
export interface Workspaces {
  all(): readonly Held[]
  get(name: string): Held | undefined
  close(): Promise<void>
}

/** A workspace file that cannot be used: reported, and left out. */
export interface LeftOut {
  readonly folder: string
  readonly diagnostics: readonly Diagnostic[]
}

export interface Opened {
  readonly workspaces: Workspaces
  readonly leftOut: readonly LeftOut[]
}

/** Opens each folder; one that cannot be used stands in nobody's way. Throws what the stores throw: a ledger that cannot be opened. */
export async function openWorkspaces(
  folders: readonly string[],
  host: Host,
  refuse: (name: string) => EngineError,
): Promise<Opened> {
  const held = new Map<string, Held>()
  const leftOut: LeftOut[] = []
  const close = async () => {
    for (const { opened } of held.values()) await opened.close()
  }
  try {
    for (const folder of folders) {
      const readAt = Date.now()
      const opening = openWorkspace(folder, host)
      if (opening.is === 'mistaken') leftOut.push({ folder, diagnostics: opening.diagnostics })
      else if (held.has(opening.opened.workspace.name)) throw refuse(opening.opened.workspace.name)
      else held.set(opening.opened.workspace.name, await hold(opening.opened, readAt))
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
  return { workspaces: { all: () => [...held.values()], get: name => held.get(name), close }, leftOut }
}

async function hold(opened: OpenWorkspace, readAt: number): Promise<Held> {
  const ledger = await opened.ledger()
  const pauses = new Map((await ledger.pauses()).map(it => [it.subject, it]))
  return { name: opened.workspace.name, readAt, ledger, opened, pauses }
}

/** Schedules of all flows as they are now; those that are gone end. */
export function scheduleAll(held: Held, before: readonly string[], dispatcher: Dispatcher): void {
  const { name: workspace, opened } = held
  const now = new Set(opened.flows.map(it => it.name))
  for (const flow of before) if (!now.has(flow)) dispatcher.schedule({ workspace, flow }, undefined)
  for (const { name: flow, schedule } of opened.flows) dispatcher.schedule({ workspace, flow }, schedule)
}

const SETTLE_MS = 250

/**
 * Takes in what people change in the files. A run that goes on ends as it began; the next one is of the new flow. A flow that has a mistake now
 * goes on as it was when it had none, and the mistake is shown.
 */
export function watchWorkspace(
  held: Held,
  service: { readonly dispatcher: Dispatcher; readonly hub: Hub; readonly isScheduling: boolean },
): () => Promise<void> {
  const { folder } = held.opened.workspace
  let timer: NodeJS.Timeout | undefined
  const take = (): void => {
    const before = held.opened.flows.map(it => it.name)
    const mistakes = reload(held)
    if (service.isScheduling) scheduleAll(held, before, service.dispatcher)
    service.hub.tell({ is: 'reloaded', workspace: held.name, mistakes })
  }
  const watcher = watch(folder, {
    alwaysStat: true,
    // state changes all the time, and is nothing that people write
    ignored: path => /(^|[\\/])(\.ml-connector|\.git|node_modules)([\\/]|$)/.test(path.slice(folder.length)),
  })
  let isNew = false
  watcher.on('ready', () => {
    isNew = true
  })
  watcher.on('all', (_event, path, stats) => {
    if (!/\.(ya?ml|csv|json)$/.test(path)) return
    // what is found at first was read when the service started, unless somebody was quick
    if (!isNew && (stats?.mtimeMs ?? 0) <= held.readAt) return
    clearTimeout(timer)
    timer = setTimeout(take, SETTLE_MS)
  })
  return async () => {
    clearTimeout(timer)
    await watcher.close()
  }
}

/** How many mistakes there are now. */
function reload(held: Held): number {
  const { opened } = held
  const opening = reopenWorkspace(opened)
  const mistakes = (found: readonly Diagnostic[]) => found.filter(it => it.severity === 'error').length
  // nothing of it can be used: all stays as it is
  if (opening.is === 'mistaken') {
    held.opened = { ...opened, diagnostics: opening.diagnostics }
    return mistakes(opening.diagnostics)
  }
  const next = opening.opened
  const mistaken = new Set(next.diagnostics.filter(it => hasErrors([it])).map(it => it.file))
  const names = new Set(next.flows.map(it => it.name))
  // diagnostics name files as they lie on the disk
  const isMistaken = (file: string) => mistaken.has(resolve(opened.workspace.folder, file)) || mistaken.has(file)
  const kept = opened.flows.filter(it => isMistaken(it.file) && !names.has(it.name))
  held.opened = { ...next, flows: [...next.flows, ...kept] }
  return mistakes(next.diagnostics)
}
