import type { Connector } from '../../sdk/connector.ts'
import { secretNames as namesIn } from '../../sdk/settings.ts'

/** Names of the settings that a connector marks `writeOnly`. */
export function secretNames(connector: Connector): ReadonlySet<string> {
  return new Set(namesIn(connector.settings))
}
