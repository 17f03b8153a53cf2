import { dirname } from 'node:path/posix'
import { libraryFlows } from '../../flow/index.ts'
import type { Connector } from '../../sdk/connector.ts'
import { propertiesOf, secretNames } from '../../sdk/settings.ts'
import type { Product } from '../context.ts'

/** Lines for the comments of a new workspace file: what this build really has, so that they work once uncommented. */
export interface WorkspaceExamples {
  /** One entry of `connections:` each. */
  readonly connections: readonly string[]
  /** Paths of flows for `use:`. */
  readonly flows: readonly string[]
}

/** The pair of connectors for which the library has most flows. */
export function workspaceExamples({ registry, library }: Pick<Product, 'registry' | 'library'>): WorkspaceExamples {
  const flows = libraryFlows(library)
  const pairs = [...Map.groupBy(flows, it => dirname(it))].sort(([, a], [, b]) => b.length - a.length)
  const [pair = '', those = []] = pairs[0] ?? []
  const names = pair.split('-to-')
  const ends = [...registry.values()].filter(it => names.includes(it.name))
  return { connections: ends.map(connectionLine), flows: those.slice(0, 2) }
}

function connectionLine({ name, settings }: Connector): string {
  const secrets = secretNames(settings)
  const required = Array.isArray(settings['required']) ? settings['required'].map(String) : []
  const given = required.filter(it => !secrets.includes(it)).map(it => `${it}: ${exampleOf(settings, it)}`)
  return `${name}: { connector: ${name}, settings: { ${given.join(', ')} } }`
}

/** JSON is YAML. */
function exampleOf(settings: Connector['settings'], name: string): string {
  const { examples, enum: values, default: usual } = { ...propertiesOf(settings)[name] } as Record<string, unknown>
  const [example] = [examples, values].filter(Array.isArray).flat()
  return JSON.stringify(example ?? usual ?? '…')
}
