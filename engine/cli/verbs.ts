import { connectors } from './commands/connectors.ts'
import { sandbox } from './commands/sandbox.ts'
import type { Verb } from './verb.ts'

/** In the order of `--help`. */
export const verbs: readonly Verb[] = [connectors, sandbox]
