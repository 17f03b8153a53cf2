import { EngineError } from '../../core/errors.ts'
import type { Context } from '../context.ts'
import { type Control, control } from './control.ts'
import type { ScenarioConnection, ScenarioFile } from './scenario.ts'
import { type RunningSandbox, startSandbox } from './start-sandbox.ts'

/** One end of a pair: its sandbox, and the screens that people change its data in. */
export interface System {
  readonly sandbox: RunningSandbox
  readonly control: Control
}

export interface Systems {
  /** By connection. */
  readonly all: ReadonlyMap<string, System>
  stop(): Promise<void>
}

export interface Wanted {
  readonly records: number
  /** Of the systems that have it; the usual ones when absent. */
  readonly edition: string | undefined
  /** When all flows run; as the library says when absent. */
  readonly cron?: string
}

/** All sandboxes of a pair at once. When one does not start, the others are stopped again. */
export async function startSystems(context: Context, { connections }: ScenarioFile, wanted: Wanted): Promise<Systems> {
  const names = Object.entries(connections)
  const ready = await Promise.allSettled(
    names.map(([, it]) => startSandbox(context, it.connector, sandboxArguments(it, wanted))),
  )
  const started = ready.flatMap(it => (it.status === 'fulfilled' ? [it.value] : []))
  const stop = async () => void (await Promise.all(started.map(it => it.stop())))
  const failed = ready.find(it => it.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  const all = new Map(
    names.flatMap(([name], at) => {
      const sandbox = started[at]
      return sandbox ? [[name, { sandbox, control: control(sandbox.url) }] as const] : []
    }),
  )
  try {
    for (const [name, { knobs }] of names) if (knobs) await systemNamed(all, name).control.turn(knobs)
    return { all, stop }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

export function sandboxArguments({ records, options, editions }: ScenarioConnection, wanted: Wanted): string[] {
  const edition = editions?.find(it => it === wanted.edition) ?? editions?.[0]
  const all = { ...options, ...(edition === undefined ? {} : { edition }) }
  return [
    '--records',
    String(records ?? wanted.records),
    ...Object.entries(all).flatMap(([name, value]) => ['--option', `${name}=${value}`]),
  ]
}

export function systemNamed(all: ReadonlyMap<string, System>, connection: string): System {
  const found = all.get(connection)
  if (found) return found
  throw new EngineError({
    kind: 'defect',
    code: 'DEMO_SYSTEM',
    message: `the scenario has no connection "${connection}"`,
    remedy: 'Correct it in flows/demo.',
  })
}
