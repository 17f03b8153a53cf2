import type { FlowPlan } from '../../../core/plan.ts'
import { suggest } from '../../../flow/index.ts'
import type { Held } from '../../held.ts'
import { conflict, unknownThing } from '../errors.ts'

export function flowNamed({ opened }: Held, name: string): FlowPlan {
  const found = opened.flows.find(it => it.name === name)
  if (found) return found
  const names = opened.flows.map(it => it.name)
  throw unknownThing('flow', name, whichThereAre(name, names))
}

export function connectionNamed({ opened }: Held, name: string) {
  const { connections } = opened.workspace
  const found = connections.get(name)
  const connector = found && opened.host.registry.get(found.connector)
  if (found && connector) return { ...found, connector }
  throw unknownThing('connection', name, whichThereAre(name, [...connections.keys()]))
}

function whichThereAre(name: string, names: readonly string[]): string {
  const [near] = suggest(name, names)
  if (names.length === 0) return 'The workspace has none.'
  return `${near === undefined ? '' : `Did you mean ${near}? `}There is: ${names.slice(0, 50).join(', ')}.`
}

/** Nobody calls a system that is paused, by whatever way. Throws `API_CONFLICT`. */
export function notPaused({ pauses }: Held, connections: readonly string[]): void {
  for (const name of connections) {
    const pause = pauses.get(`connection:${name}`)
    if (pause)
      throw conflict(
        `the connection ${name} is paused by ${pause.by}: ${pause.reason}`,
        'An admin resumes it, or whoever pings it once it answers again.',
      )
  }
}
